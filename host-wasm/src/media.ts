// Fetching media files the core asks for (app-state snapshots, history). Hosts are tried in order.
import { mediaActiveMax, mediaBytesMax, mediaTimeoutMs } from './limits.js';

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

async function fetchFrom(host: string, request: MediaRequest): Promise<MediaAnswer> {
  try {
    const base = host.includes('://') ? host : `https://${host}`;
    const answer = await fetch(base + request.path, { signal: AbortSignal.timeout(mediaTimeoutMs) });
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

// With fetch(), a few at a time: each may hold a whole file in memory. `host` replaces those the service names.
export function mediaFetcher(host?: string): MediaFetcher {
  let active = 0;
  const waiting: (() => void)[] = [];
  return async (request) => {
    if (active >= mediaActiveMax) await new Promise<void>((go) => waiting.push(go));
    ++active;
    try {
      let last: MediaAnswer = { ok: false, status: 0, body: nothing };
      for (const one of host ? [host] : request.hosts) {
        last = await fetchFrom(one, request);
        if (last.ok || gone.has(last.status)) break;
      }
      return last;
    } finally {
      --active;
      waiting.shift()?.();
    }
  };
}
