// What this host answers itself, in the shape of the core's answers (core/gateway/http/reply.h).

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  bytes?: ArrayBuffer;   // instead: of a file
}

export function success(body: Record<string, unknown>, status = 200): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ success: true, ...body }) };
}

export interface BadField {
  field: string;
  message: string;
}

export function failure(status: number, code: string, text: string, validation: BadField[] = []): Answer {
  const timestamp = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const body = { success: false, error: text, error_code: code, timestamp, ...(validation.length ? { validation } : {}) };
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
  if (status === 503) headers['Retry-After'] = '1';
  return { status, headers, body: JSON.stringify(body) };
}

// The same for a token that is missing, malformed, unknown, revoked, or good for something else.
export const unauthorized = (): Answer => failure(401, 'UNAUTHORIZED', 'Invalid token');
export const notFound = (): Answer => failure(404, 'NOT_FOUND', 'no such resource');
export const internal = (): Answer => failure(500, 'INTERNAL_ERROR', 'internal error');
export const invalid = (validation: BadField[]): Answer =>
  failure(400, 'VALIDATION_ERROR', validation.map(({ field, message }) => `${field} ${message}`).join('; '), validation);

export function respond({ status, headers, body, bytes }: Answer): Response {
  return new Response(bytes ?? body, { status, headers: { ...headers, 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' } });
}
