// One instance of core.wasm, shared by all devices of this thread; and the calls of its C ABI.
import { ByteReader, ByteWriter, bytesOf, keyOf } from './bytes.js';
import { WutsError, reasonOf } from './errors.js';
import { instantiate, place, take, type Memory } from './module.js';
import type { Row } from './store.js';

// What the core reads through: committed rows. `failed` is set when a read threw, until the host clears it.
export interface Reads {
  get(table: number, id: string): Uint8Array | undefined;
  scan(table: number, from: string, limit: number): Row[];
  random(out: Uint8Array): void;
  failed: unknown;
}

const exportsNeeded = ['wa_alloc', 'wa_free', 'wa_open', 'wa_handle', 'wa_drop', 'wa_version'] as const;
// Not in core-lite.wasm.
const exportsOfFiles = ['wa_seal', 'wa_unseal', 'wa_feed', 'wa_sealed', 'wa_unsealed', 'wa_facts', 'wa_facts_next', 'wa_forget'] as const;

export class Core implements Memory {
  readonly memory: WebAssembly.Memory;
  dead = false;  // it trapped: nothing in it can be trusted
  private readonly calls: Record<(typeof exportsNeeded)[number] | (typeof exportsOfFiles)[number], CallableFunction>;
  private readonly stores = new Map<number, Reads>();
  private lastStore = 0;
  private random: Reads | undefined;  // of the device whose step runs

  constructor(module: WebAssembly.Module) {
    const exports = instantiate(module, {
      wa_get: (store, table, id, length) => this.get(store!, table!, id!, length!),
      wa_scan: (store, table, from, length, limit) => this.scan(store!, table!, from!, length!, limit! >>> 0),
      wa_random: (at, length) => this.random?.random(new Uint8Array(this.memory.buffer, at, length)),
    }, exportsNeeded);
    this.memory = exports.memory;
    this.calls = exports as unknown as typeof this.calls;
  }

  alloc(size: number): number {
    return this.calls.wa_alloc(size) as number;
  }
  free(at: number): void {
    this.calls.wa_free(at);
  }

  version(): string {
    return new ByteReader(this.guarded(() => take(this, this.calls.wa_version() as number))).text();
  }

  attach(reads: Reads): number {
    this.stores.set(++this.lastStore, reads);
    return this.lastStore;
  }
  detach(store: number): void {
    this.stores.delete(store);
  }

  open(store: number, config: string, mono: number, wall: number): number {
    const text = new TextEncoder().encode(config);
    const answer = new ByteReader(this.guarded(() => {
      this.random = this.stores.get(store);
      const at = place(this, text);
      try {
        return take(this, this.calls.wa_open(store, at, text.length, mono, wall) as number);
      } finally {
        if (!this.dead) this.free(at);
      }
    }));
    if (answer.bool()) return answer.u32();
    const code = answer.text(), reason = answer.text();
    if (code === 'invalid_config') throw new WutsError('BAD_CONFIG', `the configuration is wrong: ${reason}`);
    if (code === 'corrupt_store') throw new WutsError('STORE_CORRUPT', `what is stored is damaged: ${reason}`);
    throw new WutsError('STORE_FAILED', `the device could not be opened: ${reason}`);
  }

  handle(device: number, store: number, input: Uint8Array, mono: number, wall: number): Uint8Array {
    return this.guarded(() => {
      this.random = this.stores.get(store);
      const at = place(this, input);
      const answer = this.calls.wa_handle(device, at, input.length, mono, wall) as number;
      if (answer === 0) throw new WutsError('CRASHED', 'the core does not know this device, or not this input');
      const out = take(this, answer);
      this.free(at);
      return out;
    });
  }

  drop(device: number): void {
    if (!this.dead) this.guarded(() => this.calls.wa_drop(device));
  }

  // --- files (abi.h): the cipher and the readers of headers; file_work.ts gives them a shape
  get hasFiles(): boolean {
    return exportsOfFiles.every((name) => name in this.calls);
  }
  beginFile(call: 'wa_seal' | 'wa_unseal', args: Uint8Array): number {
    return this.guarded(() => {
      const at = place(this, args);
      const number = this.calls[call](at, args.length) as number;
      this.free(at);
      return number;
    });
  }
  beginFacts(size: number): number {
    return this.guarded(() => this.calls.wa_facts(size) as number);
  }
  feedFile(number: number, piece: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.guarded(() => {
      const at = place(this, piece);
      const answer = this.calls.wa_feed(number, at, piece.length) as number;
      this.free(at);
      return answer === 0 ? new Uint8Array(0) : new ByteReader(take(this, answer)).bytes();
    });
  }
  askFile(call: 'wa_sealed' | 'wa_unsealed' | 'wa_facts_next', number: number): ByteReader {
    return this.guarded(() => {
      const answer = this.calls[call](number) as number;
      if (answer === 0) throw new WutsError('CRASHED', 'the core does not know this work on a file');
      return new ByteReader(take(this, answer));
    });
  }
  forgetFile(number: number): void {
    if (!this.dead) this.guarded(() => this.calls.wa_forget(number));
  }

  private guarded<T>(call: () => T): T {
    if (this.dead) throw new WutsError('CRASHED', 'the wasm instance trapped before');
    try {
      return call();
    } catch (problem) {
      if (problem instanceof WutsError) throw problem;
      this.dead = true;
      throw new WutsError('CRASHED', `the wasm instance trapped: ${reasonOf(problem)}`, { cause: problem });
    }
  }

  private text(at: number, length: number): string {
    return keyOf(new Uint8Array(this.memory.buffer, at, length));
  }

  // Neither may throw through the core: a failed read is remembered and answered with "nothing".
  private get(store: number, table: number, id: number, length: number): number {
    return this.reading(store, (reads) => {
      const value = reads.get(table, this.text(id, length));
      return value ? place(this, new ByteWriter().bytes(value).done()) : 0;
    });
  }

  private scan(store: number, table: number, from: number, length: number, limit: number): number {
    return this.reading(store, (reads) => {
      const rows = reads.scan(table, this.text(from, length), limit);
      if (rows.length === 0) return 0;
      const out = new ByteWriter().u32(rows.length);
      for (const row of rows) out.bytes(bytesOf(row.id)).bytes(row.value);
      return place(this, out.done());
    });
  }

  private reading(store: number, read: (reads: Reads) => number): number {
    const reads = this.stores.get(store);
    if (!reads) return 0;
    try {
      return read(reads);
    } catch (problem) {
      reads.failed ??= problem ?? new Error('the store threw nothing');
      return 0;
    }
  }
}
