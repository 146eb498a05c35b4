// The media hosts of the service (09 sections 2, 6): one request to one of them. Hosts that the service names must be its own,
// over https; what the operator named is asked wherever it is. Redirects are not followed.
import { isServiceHost } from './media.js';
import { answerBytesMax, mediaAllTimeoutMs } from './limits.js';
import { retryAfter } from './webhook.js';

export interface MediaUpload { host: string; path: string; body: Blob }
export interface MediaUploadAnswer { status: number; retryAfterMs: number; text: string }
export interface MediaDownload { host: string; path: string }
export interface MediaDownloadAnswer {
  status: number;
  retryAfterMs: number;      // -1: not said
  contentType: string;
  body: ReadableStream<Uint8Array> | null;
}

// Neither rejects for an HTTP status; both for no answer.
export interface MediaHosts {
  upload(request: MediaUpload): Promise<MediaUploadAnswer>;
  download(request: MediaDownload): Promise<MediaDownloadAnswer>;
}

// A page cannot set these, and its own Origin goes instead: use hosts of the operator there (a bridge).
const headers = { Origin: 'https://web.whatsapp.com', Referer: 'https://web.whatsapp.com/' };

// Slow as a phone's line: so long for each MiB beside what any request may take.
const slowestMiBMs = 30_000;

async function textOf(answer: Response): Promise<string> {
  let out = '';
  const decoder = new TextDecoder(), reader = answer.body?.getReader();
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return out + decoder.decode();
    out += decoder.decode(part.value, { stream: true });
    if (out.length > answerBytesMax) {
      await reader?.cancel();
      return out.slice(0, answerBytesMax);
    }
  }
}

// With fetch(). `named`, names or URLs of the operator, replace what the service names: the first of them is asked.
export function mediaHosts(named?: string | readonly string[], fetcher: typeof fetch = (input, init) => fetch(input, init)): MediaHosts {
  const operators = typeof named === 'string' ? [named] : named ?? [];
  const urlOf = (host: string, path: string): string => {
    const known = operators.includes(host) ? host : operators[0] ?? (isServiceHost(host) ? host : undefined);
    if (known === undefined || !path.startsWith('/')) throw new TypeError('not a host of the service');
    return (known.includes('://') ? known : `https://${known}`) + path;
  };
  return {
    async upload({ host, path, body }) {
      const ms = mediaAllTimeoutMs + Math.ceil(body.size / (1 << 20)) * slowestMiBMs;
      const answer = await fetcher(urlOf(host, path), {
        method: 'POST', body, redirect: 'manual', headers: { ...headers, 'Content-Type': 'application/octet-stream' }, signal: AbortSignal.timeout(ms),
      });
      return { status: answer.status, retryAfterMs: retryAfter(answer.headers.get('retry-after')) ?? -1, text: await textOf(answer) };
    },
    async download({ host, path }) {
      const answer = await fetcher(urlOf(host, path), { redirect: 'manual', headers, signal: AbortSignal.timeout(mediaAllTimeoutMs * 10) });
      return { status: answer.status, retryAfterMs: retryAfter(answer.headers.get('retry-after')) ?? -1,
               contentType: answer.headers.get('content-type') ?? '', body: answer.body };
    },
  };
}
