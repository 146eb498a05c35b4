// A client of the REST API of a server (native or Worker), typed by its description: one method for each operation.
//   const wuts = client({ baseUrl: 'http://127.0.0.1:8080', token });
//   await wuts.archiveChat({ jid: '5511999999999', archived: true });
// Path and query parameters and the members of the body are given together. Answers that are not 2xx are thrown as ApiError.
// Does not: retry, keep anything, or need more than fetch.

import { type Error as ErrorBody, type Operations, operations } from './client_api.js';
import { textOf } from './errors.js';

export type * from './client_api.js';

export interface ClientOptions {
  baseUrl: string;
  token: string;
  deviceId?: string;                   // used where an operation takes device_id and none is given
  timeoutMs?: number;                  // of one request; default 200 s: longer than a server lets anybody wait
  fetch?: typeof globalThis.fetch;
}

type Input<Name extends keyof Operations> = Operations[Name]['input'];
type Method<Name extends keyof Operations> = {} extends Input<Name>
  ? (input?: Input<Name>, signal?: AbortSignal) => Promise<Operations[Name]['answer']>
  : (input: Input<Name>, signal?: AbortSignal) => Promise<Operations[Name]['answer']>;
export type Client = { readonly [Name in keyof Operations]: Method<Name> };

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;                                  // error_code of the body: branch on it
  readonly validation: NonNullable<ErrorBody['validation']>;
  readonly retryAfterSeconds: number | undefined;
  readonly upstreamCode: number | undefined;

  constructor(status: number, body: Partial<ErrorBody> | undefined, retryAfter: string | null) {
    super(textOf(body?.error) ?? `the server answered ${status}`);
    this.status = status;
    this.code = body?.error_code ?? 'UNKNOWN';
    this.validation = body?.validation ?? [];
    this.retryAfterSeconds = retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
    this.upstreamCode = body?.upstream_code;
  }
}

export function client(options: ClientOptions): Client {
  const methods: Record<string, unknown> = {};
  for (const name of Object.keys(operations) as (keyof Operations)[]) {
    methods[name] = (input: Record<string, unknown> = {}, signal?: AbortSignal) => call(options, name, input, signal);
  }
  return methods as unknown as Client;
}

async function call(options: ClientOptions, name: keyof Operations, input: Record<string, unknown>, signal?: AbortSignal): Promise<unknown> {
  const [method, path, query] = operations[name];
  const { device_id: deviceId = options.deviceId } = input;
  const rest: Record<string, unknown> = { ...(deviceId && query.includes('device_id') ? { device_id: deviceId } : {}), ...input };
  const target = path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
    const value = rest[parameter];
    delete rest[parameter];
    if (value === undefined || value === '') throw new TypeError(`${name}: ${parameter} is missing`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const parameter of query) {
    if (rest[parameter] !== undefined) search.set(parameter, String(rest[parameter]));
    delete rest[parameter];
  }
  const hasBody = method !== 'GET' && Object.keys(rest).length > 0;
  const limit = AbortSignal.timeout(options.timeoutMs ?? 200_000);
  const answer = await (options.fetch ?? fetch)(options.baseUrl.replace(/\/+$/, '') + target + (search.size > 0 ? `?${search}` : ''), {
    method,
    headers: { authorization: `Bearer ${options.token}`, ...(deviceId ? { 'x-device-id': String(deviceId) } : {}), ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    ...(hasBody ? { body: JSON.stringify(rest) } : {}),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    redirect: 'error',
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new ApiError(answer.status, body as Partial<ErrorBody> | undefined, answer.headers.get('retry-after'));
  return body;
}
