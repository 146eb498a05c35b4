// One device in core.wasm and one simulated WhatsApp in sim.wasm, with time of their own: the smallest host there is.
// It keeps the order that abi.h asks for: commit, effects in order, wake.
import { Core, input, MemoryStore, Sim } from './loader.mjs';

export const dist = new URL('../../host-wasm/dist/', import.meta.url);

// splitmix64: the same bytes as core/sim/world/seeded_random.h.
export function seeded(seed) {
  const mask = (1n << 64n) - 1n;
  let state = (BigInt(seed) * 0x9e3779b97f4a7c15n + 0x1234567n) & mask;
  const next = () => {
    state = (state + 0x9e3779b97f4a7c15n) & mask;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & mask;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & mask;
    return z ^ (z >> 31n);
  };
  return (out) => {
    let word = 0n;
    for (let i = 0; i < out.length; ++i) {
      if (i % 8 === 0) word = next();
      out[i] = Number((word >> BigInt(8 * (i % 8))) & 255n);
    }
  };
}

export class Pair {
  static async open({ seed = 1, options = {}, config = {}, core, sim } = {}) {
    const pair = new Pair();
    pair.core = core ?? await Core.load(new URL('core.wasm', dist), seeded(seed));
    pair.sim = sim ?? await Sim.load(new URL('sim.wasm', dist));
    pair.service = pair.sim.open({ seed, ...options }, pair.mono, pair.wall);
    pair.config = { root_key: pair.service.root_key, root_serial: pair.service.root_serial, prekey_count: 30, trace: true, ...config };
    pair.reopen();
    return pair;
  }
  mono = 1000;
  wall = 1_780_000_000_000;
  store = new MemoryStore();
  traces = [];
  posts = [];
  replies = new Map();
  queue = [];          // {at, run}
  connections = new Map();  // ours -> theirs
  lastConn = 0;
  lastRequest = 0;
  life = 0;

  // A crash: what the device did not store is lost, its sockets close.
  reopen() {
    ++this.life;
    if (this.device) this.core.drop(this.device);
    for (const theirs of this.connections.values()) this.take(this.sim.net(this.service.handle, 2, theirs, Buffer.alloc(0), this.mono, this.wall));
    this.connections.clear();
    this.device = this.core.open(this.store, this.config, this.mono, this.wall);
    this.feed(input.tick());
  }
  feed(bytes) {
    const step = this.core.handle(this.device, bytes, this.mono, this.wall);
    this.store.apply(step.writes);
    for (const effect of step.effects) this.perform(effect);
    this.wake = step.wake;
  }
  later(ms, run) {
    const life = this.life;
    this.queue.push({ at: this.mono + ms, run: () => life === this.life && run() });
  }
  perform(effect) {
    const { handle } = this.service;
    if (effect.kind === 'connect') {
      const theirs = ++this.lastConn;
      this.connections.set(effect.connection, theirs);
      this.later(5, () => {
        this.feed(input.opened(effect.connection));
      });
      this.take(this.sim.net(handle, 0, theirs, Buffer.alloc(0), this.mono, this.wall));
    } else if (effect.kind === 'send') {
      const theirs = this.connections.get(effect.connection);
      if (theirs) this.later(5, () => this.take(this.sim.net(handle, 1, theirs, effect.bytes, this.mono, this.wall)));
    } else if (effect.kind === 'disconnect') {
      const theirs = this.connections.get(effect.connection);
      this.connections.delete(effect.connection);
      if (theirs) this.later(5, () => this.take(this.sim.net(handle, 2, theirs, Buffer.alloc(0), this.mono, this.wall)));
      this.later(5, () => this.feed(input.closed(effect.connection)));
    } else if (effect.kind === 'reply') {
      this.replies.set(effect.request, effect);
    } else if (effect.kind === 'post') {
      this.posts.push(JSON.parse(effect.body));
      this.later(5, () => this.feed(input.webhookDone(effect.delivery, 200)));
    } else if (effect.kind === 'fetch') {
      const { status, body } = this.sim.media(handle, effect.path);
      this.later(5, () => this.feed(input.fetched(effect.fetch, status === 200, status, body)));
    } else if (effect.kind === 'trace') {
      this.traces.push(effect);
    }
  }
  take({ outs, deadline }) {
    this.simDeadline = deadline;
    for (const out of outs) {
      const ours = [...this.connections].find(([, theirs]) => theirs === out.conn)?.[0];
      if (ours === undefined) continue;
      if (out.bytes.length) this.later(5, () => this.feed(input.received(ours, out.bytes)));
      if (!out.close) continue;
      this.connections.delete(ours);
      this.later(6, () => this.feed(input.closed(ours)));
    }
  }
  // Becomes a device that was paired long ago, and waits until it is online.
  pairedEarlier(pn) {
    const { rows } = this.script({ do: 'pair_directly', pn });
    this.store.apply(rows.map(({ table, id, value }) => ({ table, id: Buffer.from(id, 'hex'), value: Buffer.from(value, 'hex') })));
    this.reopen();
    return this.run(() => this.sim.call(this.service.handle, { do: 'online', pn }, this.mono, this.wall).online);
  }
  // A scripted call, and what it puts on the wire.
  script(what) {
    const out = this.sim.call(this.service.handle, what, this.mono, this.wall);
    this.take(this.sim.net(this.service.handle, 3, 0, Buffer.alloc(0), this.mono, this.wall));
    return out;
  }
  // Runs until the condition holds; false when `ms` of simulated time are over.
  run(condition, ms = 60_000) {
    const end = this.mono + ms;
    for (;;) {
      if (condition()) return true;
      this.queue.sort((a, b) => a.at - b.at);
      const times = [this.queue[0]?.at, this.wake === undefined ? undefined : Number(this.wake),
        this.simDeadline === undefined ? undefined : Number(this.simDeadline)].filter((at) => at !== undefined);
      const at = Math.max(this.mono, Math.min(...times));
      if (times.length === 0 || at > end) return false;
      this.wall += at - this.mono;
      this.mono = at;
      if (this.queue[0]?.at <= at) this.queue.shift().run();
      else if (this.wake !== undefined && Number(this.wake) <= at) this.feed(input.tick());
      else this.take(this.sim.net(this.service.handle, 3, 0, Buffer.alloc(0), at, this.wall));
    }
  }
  request(method, target, body) {
    const id = BigInt(++this.lastRequest);
    this.feed(input.request(id, { method, target, contentType: body ? 'application/json' : '', body: body ? JSON.stringify(body) : '' }));
    if (!this.run(() => this.replies.has(id))) throw new Error(`${method} ${target} got no reply`);
    const reply = this.replies.get(id);
    return { status: reply.status, body: reply.body ? JSON.parse(reply.body) : undefined };
  }
}
