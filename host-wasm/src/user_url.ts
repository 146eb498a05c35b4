// A file that a user names by its URL. The core has judged the URL by the rules of webhooks; a redirect leads elsewhere, so
// every address on the way is judged here, too, as far as a name can be: what names mean is the network's business.
import { Fault } from './file_fault.js';
import { retryAfter } from './webhook.js';

export interface UserFile {
  body: ReadableStream<Uint8Array>;
  contentType: string;
  fileName: string;
}

const redirectsMax = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

// Names and addresses that are never in the public network.
function isPrivate(host: string): boolean {
  if (host.startsWith('[')) return true;   // IPv6 as such: who publishes files has a name
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    const [a, b] = host.split('.').map(Number) as [number, number];
    return a === 0 || a === 10 || a === 127 || a >= 224 || (a === 100 && b >= 64 && b < 128) || (a === 169 && b === 254) ||
      (a === 172 && b >= 16 && b < 32) || (a === 192 && (b === 168 || b === 0)) || (a === 198 && (b === 18 || b === 19));
  }
  return !host.includes('.') || /\.?(localhost|local|internal|localdomain|home\.arpa)\.?$/.test(host);
}

export function isAllowedUrl(text: string, allowPrivate = false): boolean {
  let url;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  if (url.username !== '' || url.password !== '') return false;
  if (allowPrivate) return url.protocol === 'https:' || url.protocol === 'http:';
  return url.protocol === 'https:' && !isPrivate(url.hostname);
}

// filename* of RFC 6266 before filename, else the last part of the path; without folders and control characters.
export function fileNameOf(disposition: string | null, url: string): string {
  let name = '';
  const extended = /filename\*\s*=\s*utf-8''([^;]+)/i.exec(disposition ?? '')?.[1];
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/i.exec(disposition ?? '');
  try {
    name = extended ? decodeURIComponent(extended.trim()) : (plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2]?.trim() ?? '');
    if (name === '') name = decodeURIComponent(new URL(url).pathname.split('/').pop() ?? '');
  } catch {
    // percent signs that mean nothing: no name
  }
  return name.replace(/^.*[/\\]/, '').replace(/[\u0000-\u001f\u007f]/g, '').slice(0, 255);
}

export async function fetchUserUrl(first: string, timeoutMs: number, options: { allowPrivate?: boolean; fetch?: typeof fetch }): Promise<UserFile> {
  const get = options.fetch ?? ((input: string, init: RequestInit) => fetch(input, init));
  const signal = AbortSignal.timeout(timeoutMs);
  let url = first;
  for (let hop = 0; hop <= redirectsMax; ++hop) {
    if (!isAllowedUrl(url, options.allowPrivate)) throw new Fault('forbidden');
    let answer = await get(url, { redirect: 'manual', signal });
    // A page does not learn where a redirect leads; what it may reach is the browser's decision.
    if (answer.type === 'opaqueredirect') answer = await get(url, { redirect: 'follow', signal });
    const to = answer.headers.get('location');
    if (redirects.has(answer.status) && to) {
      await answer.body?.cancel();
      url = new URL(to, url).href;
      continue;
    }
    if (answer.status !== 200 || !answer.body) {
      await answer.body?.cancel();
      throw new Fault('http_status', answer.status, retryAfter(answer.headers.get('retry-after')) ?? -1);
    }
    return { body: answer.body, contentType: answer.headers.get('content-type') ?? '', fileName: fileNameOf(answer.headers.get('content-disposition'), url) };
  }
  throw new Fault('forbidden');
}
