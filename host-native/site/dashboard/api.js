// The REST API as the dashboard uses it: a token, JSON, and errors with the server's own words.

export class ApiError extends Error {
  constructor(status, body) {
    super(body?.error ?? `the server answered ${status}`);
    this.status = status;
    this.code = body?.error_code ?? '';
    this.validation = body?.validation ?? [];
  }
}

export class Api {
  #token;
  constructor(token) { this.#token = token; }

  // Below whatever path this page is served: the API stands beside the folder of the dashboard.
  static url(path) { return new URL(`..${path}`, import.meta.url).href; }

  async call(method, path, { device, body, query = {}, signal } = {}) {
    const search = new URLSearchParams(query);
    if (device) search.set('device_id', device);
    const url = Api.url(search.size ? `${path}?${search}` : path);
    let response;
    try {
      response = await fetch(url, {
        method, signal, cache: 'no-store',
        headers: { Authorization: `Bearer ${this.#token}`, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ApiError(0, { error: 'the gateway cannot be reached' });
    }
    let answer = null;
    try {
      answer = await response.json();
    } catch (error) {
      if (error.name === 'AbortError') throw error;  // else: an answer without JSON, an error below
    }
    if (!response.ok || !answer?.success) throw new ApiError(response.status, answer);
    return answer;
  }

  // A file as a Blob; what else the server answers in JSON as that.
  async file(path, { device, query = {}, signal } = {}) {
    const search = new URLSearchParams({ ...query, ...(device && { device_id: device }) });
    let response;
    try {
      response = await fetch(Api.url(`${path}?${search}`), { signal, headers: { Authorization: `Bearer ${this.#token}` } });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new ApiError(0, { error: 'the gateway cannot be reached' });
    }
    if (response.status === 200) return response.blob();
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new ApiError(response.status, answer);
    return answer;
  }

  get(path, options) { return this.call('GET', path, options); }
  post(path, options) { return this.call('POST', path, options); }
  put(path, options) { return this.call('PUT', path, options); }
  patch(path, options) { return this.call('PATCH', path, options); }
  delete(path, options) { return this.call('DELETE', path, options); }
}
