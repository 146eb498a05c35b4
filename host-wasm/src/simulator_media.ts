// Media hosts for a simulated service in one thread: what one device uploads, others of the same simulator download. What was
// not uploaded here (history, app state) is asked of the simulated service.
import type { MediaFetcher } from './media.js';
import type { MediaDownloadAnswer, MediaHosts, MediaUploadAnswer } from './media_hosts.js';

const filesMax = 256;

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

export class SimulatedMediaHosts implements MediaHosts {
  private readonly files = new Map<string, Blob>();   // by token, the oldest first
  constructor(private readonly service: MediaFetcher) {}

  // Names of uploaded files: the service forgets one, and it is gone for everybody.
  get tokens(): string[] {
    return [...this.files.keys()];
  }
  forget(token: string): boolean {
    return this.files.delete(token);
  }

  async upload({ path, body }: { path: string; body: Blob }): Promise<MediaUploadAnswer> {
    const [, token, query] = /^\/(?:mms|newsletter)\/[\w-]+\/([\w-]+)\?(.+)$/.exec(path) ?? [];
    const asked = new URLSearchParams(query ?? '');
    const answer = (status: number, json?: object): MediaUploadAnswer => ({ status, retryAfterMs: -1, text: json ? JSON.stringify(json) : '' });
    if (!token || !asked.get('auth') || asked.get('token') !== token) return answer(401);
    const place = { url: `https://mmg.whatsapp.net/v/${token}.enc?ccb=1`, direct_path: `/v/${token}.enc?ccb=1` };
    if (asked.has('resume')) return answer(200, this.files.has(token) ? { resume: 'complete', ...place } : {});
    const hash = base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', await body.arrayBuffer())));
    if (hash !== token) return answer(415);
    if (this.files.size === filesMax) this.files.delete(this.files.keys().next().value!);
    this.files.set(token, body);
    return answer(200, place);
  }

  async download({ path }: { path: string }): Promise<MediaDownloadAnswer> {
    const token = /^\/v\/([\w-]+)\.enc(?:\?|$)/.exec(path)?.[1] ?? '';
    const said = { retryAfterMs: -1, contentType: 'application/octet-stream' };
    const file = this.files.get(token);
    if (file) return { ...said, status: 200, body: file.stream() };
    const { status, body } = await this.service({ hosts: [], path, bytesMax: 0 });
    return { ...said, status, body: status === 200 ? new Blob([body as Uint8Array<ArrayBuffer>]).stream() : null };
  }
}
