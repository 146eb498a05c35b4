// The files of one device: Blobs by number, and the work on them that the core asks for (FileEffect). In a page a Blob may lie
// on disk (opfs_files.ts); in a worker at the edge and in node all are in memory, up to `bytesMax`.
// Guarantees: each effect with a job gets exactly one FileDone; nothing of a download or a fetch is kept unless all of it is
// right; at most `bytesMax` bytes are held; a file that is dropped while something is written into it never appears.
// Does not: decide what is fetched or repeated; convert sound or film.
import type { FileDone, FileEffect, FileResult } from './abi.js';
import type { Core } from './core.js';
import { Fault } from './file_fault.js';
import { Opening, Sealing, pieceBytes } from './file_work.js';
import { type Inspector, inspectFile } from './inspect.js';
import { answerBytesMax, fileBytesMax, filesWorkMax } from './limits.js';
import { type MediaHosts, mediaHosts } from './media_hosts.js';
import { fetchUserUrl } from './user_url.js';

// Where the bytes of a file are put while it grows.
export interface FileSink {
  write(piece: Uint8Array<ArrayBuffer>): void | Promise<void>;
  done(): Blob | Promise<Blob>;
  cancel(): void | Promise<void>;
}
export interface FileStorage {
  create(): FileSink | Promise<FileSink>;
  remove?(file: Blob): void;   // of what done() gave: nobody reads it any more
}

export interface FilesOptions {
  bytesMax?: number;        // of all files of the device together
  hosts?: MediaHosts;       // of the service: default fetch()
  storage?: FileStorage;    // default: memory, which a browser may move to disk
  inspector?: Inspector;    // what makes thumbnails and converts; default: what the runtime has
  allowPrivate?: boolean;   // URLs of users may lie in private networks
  fetch?: typeof fetch;     // of URLs of users
}

// Pieces become Blobs of a MiB: a browser may keep those out of memory.
export const blobStorage: FileStorage = {
  create() {
    const blobs: Blob[] = [];
    let pieces: Uint8Array<ArrayBuffer>[] = [], held = 0;
    const flush = (): void => {
      if (held > 0) blobs.push(new Blob(pieces));
      pieces = [];
      held = 0;
    };
    return {
      write(piece) {
        pieces.push(piece);
        held += piece.length;
        if (held >= 1 << 20) flush();
      },
      done() {
        flush();
        return new Blob(blobs);
      },
      cancel() {
        blobs.length = 0;
        pieces = [];
      },
    };
  },
};

const nothing = new Uint8Array(0);
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

// A stream of any pieces as pieces of at most 64 KiB, so that what is copied into the core stays small.
export async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (let at = 0; at < value.length; at += pieceBytes) yield value.subarray(at, at + pieceBytes);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

interface Held { blob: Blob; contentType: string }

export class Files {
  private readonly files = new Map<bigint, Held>();
  private readonly growing = new Map<bigint, { dropped: boolean }>();
  private readonly waiting: (() => void)[] = [];
  private unused: Blob[] = [];   // until no work runs that may read them
  private active = 0;
  private bytes = 0;             // held and promised
  private readonly bytesMax: number;
  private readonly hosts: MediaHosts;
  private readonly storage: FileStorage;

  constructor(private readonly core: () => Core, private readonly options: FilesOptions = {}) {
    this.bytesMax = options.bytesMax ?? fileBytesMax;
    this.hosts = options.hosts ?? mediaHosts();
    this.storage = options.storage ?? blobStorage;
  }

  get held(): number {
    return this.bytes;
  }
  get busy(): number {
    return this.active + this.waiting.length;
  }

  // False: there is no room.
  put(file: bigint, blob: Blob, contentType = ''): boolean {
    if (this.bytes + blob.size > this.bytesMax) return false;
    this.drop(file);
    this.bytes += blob.size;
    this.files.set(file, { blob, contentType });
    return true;
  }
  get(file: bigint): Blob | undefined {
    return this.files.get(file)?.blob;
  }
  drop(file: bigint): void {
    const growing = this.growing.get(file);
    if (growing) growing.dropped = true;
    const held = this.files.get(file);
    if (!held) return;
    this.bytes -= held.blob.size;
    this.files.delete(file);
    this.unused.push(held.blob);
    this.removeUnused();
  }
  clear(): void {
    for (const growing of this.growing.values()) growing.dropped = true;
    for (const file of [...this.files.keys()]) this.drop(file);
  }

  private removeUnused(): void {
    if (this.active > 0) return;
    for (const blob of this.unused) this.storage.remove?.(blob);
    this.unused = [];
  }

  // Undefined: nothing is answered.
  async perform(effect: FileEffect): Promise<FileDone | undefined> {
    if (effect.kind === 'writeFile') return void this.put(effect.file, new Blob([effect.bytes]));
    if (effect.kind === 'dropFile') return void this.drop(effect.file);
    const { job } = effect;
    if (this.active >= filesWorkMax) await new Promise<void>((go) => this.waiting.push(go));
    ++this.active;
    try {
      return { job, fault: 'none', status: 0, retryAfterMs: -1, result: await this.work(effect) };
    } catch (problem) {
      if (problem instanceof Fault) return { job, fault: problem.fault, status: problem.status, retryAfterMs: problem.retryAfterMs };
      const timedOut = problem instanceof Error && (problem.name === 'TimeoutError' || problem.name === 'AbortError');
      return { job, fault: timedOut ? 'timeout' : 'unreachable', status: 0, retryAfterMs: -1 };
    } finally {
      --this.active;
      this.waiting.shift()?.();
      this.removeUnused();
    }
  }

  private work(effect: Exclude<FileEffect, { kind: 'writeFile' | 'dropFile' }>): Promise<FileResult> {
    switch (effect.kind) {
      case 'fetchUrl':
        return this.fetchUrl(effect);
      case 'sealFile':
        return this.seal(effect);
      case 'uploadFile':
        return this.upload(effect);
      case 'downloadFile':
        return this.download(effect);
      case 'inspectFile':
        return this.inspect(effect);
    }
  }

  private held_(file: bigint): Blob {
    const held = this.files.get(file);
    if (!held) throw new Fault('missing');
    return held.blob;
  }
  private mediaCore(): Core {
    const core = this.core();
    if (!core.hasFiles) throw new Fault('unsupported');
    return core;
  }

  // Runs `fill`, which writes into a sink, and keeps what came of it as `file`, unless it was dropped meanwhile.
  private async grow<T>(file: bigint, contentType: string, most: number, fill: (write: (piece: Uint8Array<ArrayBuffer>) => Promise<void>) => Promise<T>): Promise<T> {
    const growing = { dropped: false };
    this.growing.set(file, growing);
    const sink = await this.storage.create();
    let size = 0;
    const write = async (piece: Uint8Array<ArrayBuffer>): Promise<void> => {
      if (piece.length === 0) return;
      if (size + piece.length > most) throw new Fault('too_large');
      if (this.bytes + piece.length > this.bytesMax) throw new Fault('no_room');
      if (growing.dropped) throw new Fault('missing');
      size += piece.length;
      this.bytes += piece.length;
      await sink.write(piece);
    };
    try {
      const result = await fill(write);
      const blob = await sink.done();
      if (growing.dropped) throw new Fault('missing');
      this.bytes -= size;
      size = 0;
      this.put(file, blob, contentType);
      return result;
    } catch (problem) {
      await Promise.resolve(sink.cancel()).catch(() => {});
      throw problem;
    } finally {
      this.bytes -= size;
      if (this.growing.get(file) === growing) this.growing.delete(file);
    }
  }

  private async fetchUrl(effect: Extract<FileEffect, { kind: 'fetchUrl' }>): Promise<FileResult> {
    const core = this.mediaCore();
    const { body, contentType, fileName } = await fetchUserUrl(effect.url, effect.timeoutMs, this.options);
    const digest = new Sealing(core, nothing, '');
    let ended = false;
    try {
      return await this.grow(effect.into, contentType, effect.bytesMax, async (write) => {
        for await (const piece of piecesOf(body)) {
          digest.feed(piece);
          await write(piece.slice());
        }
        ended = true;
        const { size, sha256 } = digest.end();
        return { kind: 'stored', size, sha256, contentType, fileName };
      });
    } finally {
      if (!ended) digest.forget();
      await body.cancel().catch(() => {});
    }
  }

  private async seal(effect: Extract<FileEffect, { kind: 'sealFile' }>): Promise<FileResult> {
    const plain = this.held_(effect.from);
    const sealing = new Sealing(this.mediaCore(), effect.mediaKey, effect.info, effect.sidecar, effect.firstFrameLength);
    let ended = false;
    const fill = async (write: (piece: Uint8Array<ArrayBuffer>) => Promise<void>): Promise<FileResult> => {
      for await (const piece of piecesOf(plain.stream())) await write(sealing.feed(piece));
      ended = true;
      const { last, ...facts } = sealing.end();
      await write(last);
      return { kind: 'sealed', ...facts };
    };
    try {
      if (effect.mediaKey.length === 0) return await fill(async () => {});
      return await this.grow(effect.into, '', Infinity, fill);
    } finally {
      if (!ended) sealing.forget();
    }
  }

  private async upload(effect: Extract<FileEffect, { kind: 'uploadFile' }>): Promise<FileResult> {
    const { host, path, check } = effect;
    const file = this.held_(effect.file);
    if (effect.offset > file.size) throw new Fault('missing');
    const body = check ? new Blob([]) : file.slice(effect.offset);
    const { status, retryAfterMs, text } = await this.hosts.upload({ host, path, body });
    return { kind: 'answered', status, retryAfterMs, body: text.slice(0, answerBytesMax) };
  }

  private async download(effect: Extract<FileEffect, { kind: 'downloadFile' }>): Promise<FileResult> {
    const core = this.mediaCore(), sealed = effect.mediaKey.length > 0;
    const { status, retryAfterMs, contentType, body } = await this.hosts.download({ host: effect.host, path: effect.path });
    if (status !== 200 || !body) {
      await body?.cancel().catch(() => {});
      throw new Fault('http_status', status, retryAfterMs);
    }
    const opening = sealed ? new Opening(core, effect) : undefined;
    const digest = sealed ? undefined : new Sealing(core, nothing, '');
    let ended = false;
    try {
      return await this.grow(effect.into, contentType, effect.bytesMax, async (write) => {
        for await (const piece of piecesOf(body)) {
          digest?.feed(piece);
          await write(opening ? opening.feed(piece) : piece.slice());
        }
        ended = true;
        const end = opening ? opening.end() : digest!.end();
        if (!end || (!opening && effect.sha256.length > 0 && !same(end.sha256, effect.sha256))) throw new Fault('broken');
        await write(end.last);
        return { kind: 'stored', size: end.size, sha256: end.sha256, contentType, fileName: '' };
      });
    } finally {
      if (!ended) (opening ?? digest)!.forget();
      await body.cancel().catch(() => {});
    }
  }

  private async inspect(effect: Extract<FileEffect, { kind: 'inspectFile' }>): Promise<FileResult> {
    const file = this.held_(effect.file);
    let inspected;
    try {
      inspected = await inspectFile(this.mediaCore(), file, effect, this.options.inspector);
    } catch (problem) {
      if (problem instanceof Fault) throw problem;
      throw new Fault('unreadable');
    }
    const { converted, ...facts } = inspected;
    if (converted && !this.put(effect.into, converted, facts.mimetype)) throw new Fault('no_room');
    return { kind: 'inspected', ...facts, converted: converted !== undefined, size: converted?.size ?? 0 };
  }
}
