// Fetching media files the core asks for (app-state snapshots, history). Hosts are tried in order. Those that the service
// names must be its own, over https; what the operator named is asked wherever it is. Redirects are not followed.
import { mediaActiveMax, mediaAllTimeoutMs, mediaBytesMax, mediaTimeoutMs } from './limits.js';

export interface MediaRequest {
  hosts: string[];
  path: string;       // with query
  bytesMax: number;   // 0: the host's own limit
}

export interface MediaAnswer {
  ok: boolean;
  status: number;     // 0: no HTTP answer
  body: Uint8Array;
}

export type MediaFetcher = (request: MediaRequest) => Promise<MediaAnswer>;

const nothing = new Uint8Array(0);
const gone = new Set([403, 404, 410]);

async function read(answer: Response, most: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = answer.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) break;
    size += part.value.length;
    if (size > most) {
      await reader?.cancel();
      return undefined;
    }
    parts.push(part.value);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

// A bare name below whatsapp.net, as core/client/media/media_host.h has it: the core checks too, this is the last door.
export function isServiceHost(host: string): boolean {
  return host.length <= 253 && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.whatsapp\.net$/.test(host);
}

async function fetchFrom(base: string, request: MediaRequest, timeoutMs: number): Promise<MediaAnswer> {
  try {
    const answer = await fetch(base + request.path, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      return { ok: false, status: answer.status, body: nothing };
    }
    const body = await read(answer, request.bytesMax > 0 ? request.bytesMax : mediaBytesMax);
    return { ok: body !== undefined, status: 200, body: body ?? nothing };
  } catch {
    return { ok: false, status: 0, body: nothing };
  }
}

// With fetch(), a few at a time: each may hold a whole file in memory. `named`, names or URLs of the operator, replace those
// that the service names.
export function mediaFetcher(named?: string | readonly string[]): MediaFetcher {
  const operators = (typeof named === 'string' ? [named] : named ?? []).map((host) => host.includes('://') ? host : `https://${host}`);
  let active = 0;
  const waiting: (() => void)[] = [];
  return async (request) => {
    if (active >= mediaActiveMax) await new Promise<void>((go) => waiting.push(go));
    ++active;
    try {
      let last: MediaAnswer = { ok: false, status: 0, body: nothing };
      if (!request.path.startsWith('/')) return last;
      const hosts = operators.length > 0 ? operators : request.hosts.filter(isServiceHost).map((host) => `https://${host}`);
      const end = Date.now() + mediaAllTimeoutMs;
      for (const host of hosts) {
        const left = Math.min(mediaTimeoutMs, end - Date.now());
        if (left <= 0) break;
        last = await fetchFrom(host, request, left);
        if (last.ok || gone.has(last.status)) break;
      }
      return last;
    } finally {
      --active;
      waiting.shift()?.();
    }
  };
}
