// The Worker in front: reads the token, finds the object, passes the request on. It keeps nothing.
//   POST /devices {name} -> 201 device and token     GET /devices     DELETE /devices/{id}
//   POST /devices/{id}/token -> a new token; the old one is void       (these four: the master secret)
//   anything else: the token of a device; /edge is answered by the object, the rest by the core inside it
import { type Answer, failure, internal, invalid, notFound, respond, success, unauthorized } from './answers.js';
import type { Call } from './device.js';
import type { Env } from './env.js';
import { bodyBytesMax, mediaBodyBytesMax, nameCharsMax } from './limits.js';
import type { Entry } from './registry.js';
import { bearer, isSecret, makeToken, readToken } from './tokens.js';

export { Device } from './device.js';
export { Registry } from './registry.js';

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    try {
      return respond(await answer(request, env));
    } catch (problem) {
      console.error(`worker: ${(problem as Error)?.name ?? 'unknown'}`);
      return respond(internal());
    }
  },
} satisfies ExportedHandler<Env>;

async function answer(request: Request, env: Env): Promise<Answer> {
  const url = new URL(request.url);
  const token = bearer(request.headers.get('authorization'));
  const managed = /^\/devices(?:\/([^/]+)(\/token)?)?$/.exec(url.pathname);
  if (managed) {
    if (!(await isSecret(token, env.MASTER_TOKEN_SHA256))) return unauthorized();
    return manage(request, env, managed[1], managed[2] !== undefined);
  }
  const claim = await readToken(token);
  if (!claim) return unauthorized();
  let id;
  try {
    id = env.DEVICE.idFromString(claim.objectId);
  } catch {
    return unauthorized();  // not an id of ours: no object is woken
  }
  const body = await readBody(request, url.pathname.startsWith('/send/') ? mediaBodyBytesMax : bodyBytesMax);
  if (body === undefined) return failure(413, 'PAYLOAD_TOO_LARGE', 'the body is too large');
  const call: Call = {
    method: request.method, path: url.pathname, query: url.search, contentType: request.headers.get('content-type') ?? '', body,
    idempotencyKey: request.headers.get('idempotency-key') ?? '', prefer: request.headers.get('prefer') ?? '',
    range: request.headers.get('range') ?? '', ifNoneMatch: request.headers.get('if-none-match') ?? '',
  };
  return (await env.DEVICE.get(id).serve(claim.proof, call)) ?? unauthorized();
}

async function manage(request: Request, env: Env, id: string | undefined, token: boolean): Promise<Answer> {
  const registry = env.REGISTRY.get(env.REGISTRY.idFromName('registry'));
  const deviceOf = (entry: Entry) => env.DEVICE.get(env.DEVICE.idFromString(entry.objectId));
  if (id === undefined && request.method === 'GET') {
    const devices = (await registry.list()).map(({ id, name, created }) => ({ id, name, created_at: created }));
    return success({ devices });
  }
  if (id === undefined && request.method === 'POST') return create(request, env, registry);
  const entry = id === undefined ? undefined : await registry.find(id);
  if (!entry) return notFound();
  if (token && request.method === 'POST') {
    const made = await makeToken(entry.objectId);
    return (await deviceOf(entry).replaceToken(made.hash)) ? success({ device_id: entry.id, token: made.token }) : notFound();
  }
  if (!token && request.method === 'DELETE') {
    const answer = await deviceOf(entry).remove();
    await registry.drop(entry.id);
    return answer.status === 200 ? answer : success({ message: 'Device removed', logged_out: false });
  }
  return notFound();
}

async function create(request: Request, env: Env, registry: DurableObjectStub<import('./registry.js').Registry>): Promise<Answer> {
  let name: unknown;
  try {
    name = (JSON.parse(new TextDecoder().decode(await readBody(request, bodyBytesMax))) as { name?: unknown }).name;
  } catch {
    return failure(400, 'INVALID_REQUEST', 'the body is not valid JSON');
  }
  if (typeof name !== 'string' || name.length === 0 || name.length > nameCharsMax) {
    return invalid([{ field: 'name', message: `must be 1 to ${nameCharsMax} characters` }]);
  }
  const objectId = env.DEVICE.newUniqueId();
  const id = crypto.randomUUID(), created = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const { token, hash } = await makeToken(objectId.toString());
  // Listed first: a device that nobody knows of could not be removed.
  if (!(await registry.add({ id, objectId: objectId.toString(), name, created }))) {
    return failure(409, 'CONFLICT', 'there are too many devices');
  }
  await env.DEVICE.get(objectId).create(id, name, hash);
  return success({ message: 'Device created successfully', device: { id, name, created_at: created }, data: { device_id: id, name }, token },
                 201);
}

// undefined: too large. What has no body gives nothing.
async function readBody(request: Request, bytesMax: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!request.body) return new Uint8Array(0);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of request.body as ReadableStream<Uint8Array<ArrayBuffer>>) {
    size += part.length;
    if (size > bytesMax) return undefined;
    parts.push(part);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
