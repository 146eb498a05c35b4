// What the tests of the package share: a clock that runs when told, a paired device, a place for scratch projects.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Device, MemoryStore, init } from 'wuts-core';
import { Simulator, initSimulator } from 'wuts-core/simulator';

export const phone = '5511999999999', caller = '5511888888888';
export const chat = `${caller}@s.whatsapp.net`;
export const dist = new URL('../../host-wasm/dist/', import.meta.url);

export async function ready() {
  await Promise.all([init(), initSimulator()]);
}

export async function until(what, ms = 30_000) {
  const end = Date.now() + ms;
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`not in ${ms} ms: ${what}`);
    await new Promise((go) => setTimeout(go, 5));
  }
}

// A clock of its own: time passes only in run().
export class TestClock {
  now = 1_000_000;
  timers = new Set();
  late = 0;  // how much later than asked a timer fires: a background tab

  mono() { return this.now; }
  wall() { return 1_780_000_000_000 + this.now; }
  after(ms, call) {
    const timer = { at: this.now + ms + this.late, call };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }
  async settle() {
    for (let i = 0; i < 4; ++i) await new Promise((go) => setImmediate(go));
  }
  async run(ms) {
    const end = this.now + ms;
    for (;;) {
      await this.settle();
      const next = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.call();
    }
    this.now = end;
    await this.settle();
  }
  // Runs until the promise is settled, and is it.
  async finish(promise, ms = 120_000) {
    let over = false;
    promise.then(() => (over = true), () => (over = true));
    await this.runUntil(() => over, ms);
    return promise;
  }
  async runUntil(what, ms = 120_000) {
    for (let spent = 0; spent <= ms; spent += 100) {
      if (await what()) return;
      await this.run(100);
    }
    throw new Error(`not in ${ms} ms: ${what}`);
  }
}

// A simulated service and a device that was paired earlier, on one TestClock.
export async function paired(t, options = {}) {
  await ready();
  const clock = options.clock ?? new TestClock();
  const sim = Simulator.open({ seed: options.seed ?? 1, clock, ...options.sim });
  const store = options.store ?? new MemoryStore();
  if (!options.fresh) await store.commit(sim.pairDirectly(phone));
  const events = [];
  t.after(() => sim.close());
  const opened = async (more) => {
    const device = await Device.open({
      store, clock, transport: sim.transport(), fetcher: sim.fetcher, config: sim.config, on: (event) => events.push(event),
      ...options.device, ...more,
    });
    t.after(() => device.close());
    return device;
  };
  return { clock, sim, store, events, open: opened, seen: (type) => events.filter((event) => event.type === type) };
}

export async function scratch(t) {
  const folder = await mkdtemp(join(tmpdir(), 'wuts-package-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
