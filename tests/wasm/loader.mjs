// The raw loader of the tests: bytes in, bytes out, as abi.h says; no product code. A store is a Map in memory.
import { readFile } from 'node:fs/promises';

export class Writer {
  parts = [];
  u8(v) { this.parts.push(Buffer.from([v])); return this; }
  flag(v) { return this.u8(v ? 1 : 0); }
  u32(v) { const b = Buffer.alloc(4); b.writeUInt32LE(v); this.parts.push(b); return this; }
  i32(v) { const b = Buffer.alloc(4); b.writeInt32LE(v); this.parts.push(b); return this; }
  u64(v) { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(v)); this.parts.push(b); return this; }
  i64(v) { const b = Buffer.alloc(8); b.writeBigInt64LE(BigInt(v)); this.parts.push(b); return this; }
  bytes(v) { const b = typeof v === 'string' ? Buffer.from(v) : Buffer.from(v); this.u32(b.length).parts.push(b); return this; }
  done() { return Buffer.concat(this.parts); }
}

export class Reader {
  constructor(bytes) { this.b = bytes; this.at = 0; }
  u8() { return this.b[this.at++]; }
  flag() { return this.u8() === 1; }
  u32() { this.at += 4; return this.b.readUInt32LE(this.at - 4); }
  i32() { this.at += 4; return this.b.readInt32LE(this.at - 4); }
  u64() { this.at += 8; return this.b.readBigUInt64LE(this.at - 8); }
  i64() { this.at += 8; return this.b.readBigInt64LE(this.at - 8); }
  bytes() { const n = this.u32(); this.at += n; return this.b.subarray(this.at - n, this.at); }
  text() { return this.bytes().toString(); }
  optional(read) { return this.flag() ? read() : undefined; }
  list(read) { return Array.from({ length: this.u32() }, read); }
  get done() { return this.at === this.b.length; }
}

const headers = (r) => r.list(() => [r.text(), r.text()]);
const effectReaders = [
  (r) => ({ kind: 'connect', connection: r.u32() }),
  (r) => ({ kind: 'send', connection: r.u32(), bytes: r.bytes() }),
  (r) => ({ kind: 'disconnect', connection: r.u32() }),
  (r) => ({ kind: 'fetch', fetch: r.u32(), hosts: r.list(() => r.text()), path: r.text(), bytesMax: r.u32() }),
  (r) => ({ kind: 'reply', request: r.u64(), status: r.i32(), headers: headers(r), body: r.text() }),
  (r) => ({ kind: 'post', delivery: r.u64(), url: r.text(), headers: headers(r), body: r.text(), timeoutMs: r.i64() }),
  (r) => ({ kind: 'status', connected: r.flag(), paired: r.flag(), jid: r.text(), lastSeenMs: r.i64(), webhookUrl: r.text() }),
  (r) => ({ kind: 'log', level: r.u8(), text: r.text(), number: r.i64() }),
  () => ({ kind: 'removed' }),
  (r) => ({ kind: 'trace', sent: r.flag(), node: r.bytes() }),
  (r) => ({ kind: 'writeFile', file: r.u64(), bytes: r.bytes() }),
  (r) => ({ kind: 'fetchUrl', job: r.u64(), into: r.u64(), url: r.text(), bytesMax: r.u64(), timeoutMs: r.i64() }),
  (r) => ({ kind: 'sealFile', job: r.u64(), from: r.u64(), into: r.u64(), mediaKey: r.bytes(), info: r.text(), sidecar: r.flag(), firstFrameLength: r.u64() }),
  (r) => ({ kind: 'uploadFile', job: r.u64(), file: r.u64(), host: r.text(), path: r.text(), offset: r.u64(), check: r.flag() }),
  (r) => ({ kind: 'downloadFile', job: r.u64(), into: r.u64(), host: r.text(), path: r.text(), mediaKey: r.bytes(), info: r.text(), encSha256: r.bytes(),
            sha256: r.bytes(), bytesMax: r.u64() }),
  (r) => ({ kind: 'inspectFile', job: r.u64(), file: r.u64(), into: r.u64(), inspectAs: r.text(), thumbnail: r.flag(), convert: r.flag() }),
  (r) => ({ kind: 'replyFile', request: r.u64(), status: r.i32(), headers: headers(r), file: r.u64(), offset: r.u64(), count: r.u64() }),
  (r) => ({ kind: 'dropFile', file: r.u64() }),
];

export function readStep(bytes) {
  const r = new Reader(bytes);
  const writes = r.list(() => ({ table: r.u8(), id: r.bytes(), value: r.optional(() => r.bytes()) }));
  const effects = r.list(() => effectReaders[r.u8()](r));
  const wake = r.optional(() => r.i64());
  if (!r.done) throw new Error('bytes left over in a step');
  return { writes, effects, wake };
}

export const input = {
  opened: (connection) => new Writer().u8(0).u32(connection).done(),
  received: (connection, bytes) => new Writer().u8(1).u32(connection).bytes(bytes).done(),
  closed: (connection) => new Writer().u8(2).u32(connection).done(),
  fetched: (fetch, ok, status, body) => new Writer().u8(3).u32(fetch).flag(ok).i32(status).bytes(body).done(),
  request: (id, { method, target, authorization = '', contentType = '', body = '', deviceId = '', idempotencyKey = '', prefer = '',
                 range = '', ifNoneMatch = '', files = [], form = false }) =>
    files.reduce((out, file) => out.bytes(file.member).u64(file.file).u64(file.size).bytes(file.fileName).bytes(file.contentType), new Writer().u8(4).u64(id).bytes(method).bytes(target).bytes(authorization).bytes(contentType).bytes(body)
      .bytes(deviceId).bytes(idempotencyKey).bytes(prefer).bytes(range).bytes(ifNoneMatch).u32(files.length)).flag(form).done(),
  webhookDone: (delivery, status, retryAfterMs = -1) => new Writer().u8(5).u64(delivery).i32(status).i64(retryAfterMs).done(),
  tick: () => new Writer().u8(6).done(),
  // `result`: a Writer that begins with its kind.
  fileDone: (job, { fault = 0, status = 0, retryAfterMs = -1, result = new Writer().u8(0) } = {}) =>
    Buffer.concat([new Writer().u8(7).u64(job).u8(fault).i32(status).i64(retryAfterMs).done(), result.done()]),
};

// Rows in byte order. `latin1` keeps bytes and their order.
export class MemoryStore {
  rows = new Map();
  key(table, id) { return String.fromCharCode(table) + Buffer.from(id).toString('latin1'); }
  get(table, id) { return this.rows.get(this.key(table, id)); }
  scan(table, from, limit) {
    const first = this.key(table, from), prefix = String.fromCharCode(table);
    return [...this.rows.keys()].filter((k) => k[0] === prefix && k >= first).sort((a, b) => (a < b ? -1 : 1)).slice(0, limit)
      .map((k) => ({ id: Buffer.from(k.slice(1), 'latin1'), value: this.rows.get(k) }));
  }
  apply(writes) {
    for (const { table, id, value } of writes) {
      if (value) this.rows.set(this.key(table, id), Buffer.from(value));
      else this.rows.delete(this.key(table, id));
    }
  }
}

// What emscripten's C library wants of its surroundings and ordinary work never calls.
function surroundings(state) {
  const wasi = {
    proc_exit(code) { throw new Error(`the module ended with ${code}: ${state.said}`); },
    fd_write(fd, vectors, count, written) {
      const data = new DataView(state.memory.buffer);
      let total = 0;
      for (let i = 0; i < count; ++i) {
        const at = data.getUint32(vectors + 8 * i, true), size = data.getUint32(vectors + 8 * i + 4, true);
        state.said += Buffer.from(state.memory.buffer, at, size).toString();
        total += size;
      }
      data.setUint32(written, total, true);
      return 0;
    },
  };
  return { env: { emscripten_notify_memory_growth() {}, abort() { throw new Error(`aborted: ${state.said}`); } }, wasi_snapshot_preview1: wasi };
}

export class Module {
  static async load(file, imports = {}) {
    const module = file instanceof WebAssembly.Module ? file : await WebAssembly.compile(await readFile(file));
    return new Module(module, imports);
  }
  constructor(module, imports) {
    const state = { said: '' };
    const around = surroundings(state);
    const instance = new WebAssembly.Instance(module, { ...around, env: { ...around.env, ...imports(this) } });
    this.exports = instance.exports;
    this.memory = state.memory = instance.exports.memory;
    this.exports._initialize();
  }
  view(at, size) { return Buffer.from(this.memory.buffer, at, size); }
  // Copies bytes into memory of the module.
  put(bytes, alloc) {
    const at = alloc(bytes.length || 1);
    this.view(at, bytes.length).set(bytes);
    return at;
  }
  // The answer at `at`, copied.
  answer(at) { return Buffer.from(this.view(at + 4, this.view(at, 4).readUInt32LE())); }
}

export class Core extends Module {
  // `random(buffer)` fills; stores are kept by number.
  static async load(file, random) {
    const module = file instanceof WebAssembly.Module ? file : await WebAssembly.compile(await readFile(file));
    return new Core(module, random);
  }
  constructor(module, random) {
    super(module, (self) => ({
      wa_get: (store, table, id, size) => {
        const value = self.stores[store].get(table, self.view(id, size));
        return value ? self.put(new Writer().bytes(value).done(), self.exports.wa_alloc) : 0;
      },
      wa_scan: (store, table, from, size, limit) => {
        const rows = self.stores[store].scan(table, self.view(from, size), limit >>> 0);
        const out = new Writer().u32(rows.length);
        for (const row of rows) out.bytes(row.id).bytes(row.value);
        return rows.length ? self.put(out.done(), self.exports.wa_alloc) : 0;
      },
      wa_random: (at, size) => random(self.view(at, size)),
    }));
    this.stores = [];
  }
  version() { return new Reader(this.answer(this.exports.wa_version())).text(); }
  open(store, config, mono, wall) {
    const number = this.stores.push(store) - 1;
    const text = Buffer.from(typeof config === 'string' ? config : JSON.stringify(config));
    const at = this.put(text, this.exports.wa_alloc);
    const r = new Reader(this.answer(this.exports.wa_open(number, at, text.length, mono, wall)));
    this.exports.wa_free(at);
    if (r.flag()) return r.u32();
    throw Object.assign(new Error(), { code: r.text(), message: r.text() });
  }
  // One step: the answer's bytes, or undefined.
  handleRaw(device, bytes, mono, wall) {
    const at = this.put(bytes, this.exports.wa_alloc);
    const found = this.exports.wa_handle(device, at, bytes.length, mono, wall);
    this.exports.wa_free(at);
    return found ? this.answer(found) : undefined;
  }
  handle(device, bytes, mono, wall) { return readStep(this.handleRaw(device, bytes, mono, wall)); }
  drop(device) { this.exports.wa_drop(device); }

  // --- files: numbers of work that is under way
  file(name, args) {
    const at = this.put(args, this.exports.wa_alloc);
    const number = this.exports[name](at, args.length);
    this.exports.wa_free(at);
    return number;
  }
  feed(number, piece) {
    const at = this.put(piece, this.exports.wa_alloc);
    const found = this.exports.wa_feed(number, at, piece.length);
    this.exports.wa_free(at);
    return found ? new Reader(this.answer(found)).bytes() : undefined;
  }
  ask(name, number) {
    const found = this.exports[name](number);
    return found ? new Reader(this.answer(found)) : undefined;
  }
}

export class Sim extends Module {
  static async load(file) { return new Sim(await WebAssembly.compile(await readFile(file)), () => ({})); }
  // Text and time in, JSON out.
  say(name, before, value, after = []) {
    const text = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    const at = this.put(text, this.exports.sim_alloc);
    const found = this.exports[name](...before, at, text.length, ...after);
    this.exports.sim_free(at);
    return JSON.parse(this.answer(found).toString());
  }
  open(options, mono, wall) {
    const out = this.say('sim_open', [], options, [mono, wall]);
    if (out.error) throw new Error(out.error);
    return out;
  }
  call(handle, what, mono, wall) {
    const out = this.say('sim_call', [handle], what, [mono, wall]);
    if (out.error) throw new Error(out.error);
    return out;
  }
  inspect(stanza) { return this.say('sim_inspect', [], Buffer.from(stanza)); }
  net(handle, kind, conn, bytes, mono, wall) {
    const at = this.put(bytes, this.exports.sim_alloc);
    const found = this.exports.sim_net(handle, kind, conn, at, bytes.length, mono, wall);
    this.exports.sim_free(at);
    const r = new Reader(this.answer(found));
    return { outs: r.list(() => ({ conn: r.u32(), bytes: r.bytes(), close: r.flag() })), deadline: r.optional(() => r.i64()) };
  }
  media(handle, target) {
    const at = this.put(Buffer.from(target), this.exports.sim_alloc);
    const r = new Reader(this.answer(this.exports.sim_media(handle, at, Buffer.byteLength(target))));
    this.exports.sim_free(at);
    return { status: r.i32(), body: r.bytes() };
  }
}
