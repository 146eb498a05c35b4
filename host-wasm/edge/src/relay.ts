// The relay for pages: a page cannot set the Origin the service expects, this Worker does. It carries ciphertext of the page's
// own Noise session, knows no keys and logs nothing of what passes.
//   POST /token {origin}   for the page's own server (the issuer's secret): -> a token for one origin, for a minute
//   GET  /ws/chat?token=   for the page: a WebSocket to the one upstream in the configuration
import { type Answer, failure, invalid, notFound, respond, success, unauthorized } from './answers.js';
import { numberOf } from './env.js';
import { relayBytesMax, relayMessageBytesMax, relaySecondsMax, relayTokenSecondsMax } from './limits.js';
import { base64url, bearer, isSecret } from './tokens.js';

export interface RelayEnv {
  ALLOWED_ORIGINS: string;          // separated by spaces or commas; exact, with scheme
  TOKEN_KEY: string;                // secret of the HMAC, 32 characters or more
  ISSUER_TOKEN_SHA256?: string;     // hex; who may ask for tokens. Without it: nobody
  UPSTREAM_URL?: string;            // default: the service
  TOKEN_SECONDS?: string;
  BYTES_MAX?: string;
  SECONDS_MAX?: string;
}

const serviceUrl = 'https://web.whatsapp.com/ws/chat';
const serviceOrigin = 'https://web.whatsapp.com';

export default {
  async fetch(request: Request, env: RelayEnv): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === '/token') return respond(await issue(request, env));
    if (url.pathname !== '/ws/chat') return respond(notFound());
    const origin = request.headers.get('origin') ?? '';
    if (!allowed(env, origin)) return respond(failure(403, 'FORBIDDEN', 'this origin is not served'));
    if (!(await tokenHolds(env, url.searchParams.get('token') ?? '', origin))) return respond(unauthorized());
    if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
      return respond(failure(426, 'UPGRADE_REQUIRED', 'a WebSocket is expected'));
    }
    return relay(env);
  },
} satisfies ExportedHandler<RelayEnv>;

function allowed(env: RelayEnv, origin: string): boolean {
  return origin !== '' && (env.ALLOWED_ORIGINS ?? '').split(/[\s,]+/).includes(origin);
}

// --- tokens: <expiry, unix seconds>.<HMAC-SHA256 over expiry and origin>

async function keyOf(env: RelayEnv): Promise<CryptoKey | undefined> {
  if (!env.TOKEN_KEY || env.TOKEN_KEY.length < 32) return undefined;  // no key, no service
  return crypto.subtle.importKey('raw', new TextEncoder().encode(env.TOKEN_KEY), { name: 'HMAC', hash: 'SHA-256' }, false,
                                 ['sign', 'verify']);
}

const signedText = (expires: string, origin: string): Uint8Array => new TextEncoder().encode(`wuts-relay-1\n${expires}\n${origin}`);

async function issue(request: Request, env: RelayEnv): Promise<Answer> {
  if (!(await isSecret(bearer(request.headers.get('authorization')), env.ISSUER_TOKEN_SHA256))) return unauthorized();
  if (request.method !== 'POST') return notFound();
  const key = await keyOf(env);
  if (!key) return failure(500, 'INTERNAL_ERROR', 'the relay has no TOKEN_KEY of 32 characters');
  const { origin } = (await request.json().catch(() => ({}))) as { origin?: unknown };
  if (typeof origin !== 'string' || !allowed(env, origin)) return invalid([{ field: 'origin', message: 'must be an origin that is served' }]);
  const seconds = Math.min(numberOf(env.TOKEN_SECONDS, 60), relayTokenSecondsMax);
  const expires = String(Math.floor(Date.now() / 1000) + seconds);
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, signedText(expires, origin)));
  return success({ token: `${expires}.${base64url(mac)}`, expires_in: seconds });
}

async function tokenHolds(env: RelayEnv, token: string, origin: string): Promise<boolean> {
  const [, expires, mac] = /^(\d{1,12})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  const key = await keyOf(env);
  if (!key || !expires || !mac || Number(expires) * 1000 <= Date.now()) return false;
  const bytes = Uint8Array.from(atob(mac.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  return crypto.subtle.verify('HMAC', key, bytes, signedText(expires, origin));  // compares in constant time
}

// --- the two sockets

async function relay(env: RelayEnv): Promise<Response> {
  const upstreamUrl = (env.UPSTREAM_URL ?? serviceUrl).replace(/^ws/, 'http');
  const headers = { Upgrade: 'websocket', Origin: serviceOrigin };
  const answer = await fetch(upstreamUrl, { headers, redirect: 'manual' }).catch(() => undefined);
  const upstream = answer?.webSocket;
  if (!upstream) return respond(failure(502, 'UPSTREAM_REJECTED', 'the service did not take the connection'));
  const { 0: page, 1: ours } = new WebSocketPair();
  new Relay(ours, upstream, env).start();
  return new Response(null, { status: 101, webSocket: page });
}

class Relay {
  private left: number;
  private readonly seconds: number;
  private over = false;
  private timer: number | null = null;

  constructor(private readonly page: WebSocket, private readonly service: WebSocket, env: RelayEnv) {
    this.left = Math.min(numberOf(env.BYTES_MAX, relayBytesMax), relayBytesMax);
    this.seconds = Math.min(numberOf(env.SECONDS_MAX, relaySecondsMax), relaySecondsMax);
  }

  start(): void {
    this.join(this.page, this.service);
    this.join(this.service, this.page);
    this.timer = setTimeout(() => this.end(1008, 'time is up'), this.seconds * 1000);
  }

  private join(from: WebSocket, to: WebSocket): void {
    from.binaryType = 'arraybuffer';  // before accept(): newer compatibility dates give a Blob
    from.addEventListener('message', ({ data }) => {
      if (this.over) return;
      if (typeof data === 'string') return this.end(1003, 'binary messages only');
      const { byteLength } = data as ArrayBuffer;
      this.left -= byteLength;
      if (byteLength > relayMessageBytesMax) return this.end(1009, 'the message is too large');
      if (this.left < 0) return this.end(1008, 'too many bytes');
      try {
        to.send(data);
      } catch {
        this.end(1011, 'the other side is gone');
      }
    });
    from.addEventListener('close', () => this.end(1000, 'closed'));
    from.addEventListener('error', () => this.end(1011, 'failed'));
    from.accept();
  }

  private end(code: number, reason: string): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    for (const socket of [this.page, this.service]) {
      try {
        socket.close(code, reason);
      } catch {
        // closed already
      }
    }
  }
}
