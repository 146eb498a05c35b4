// The npm package as the page uses it. The device's rows live in memory here, behind a door that can fail: that is how a crash
// in the middle of a step is made.

import { Device, MemoryStore, init, memoryBytes, version, type Clock, type StoreWrite } from 'wuts-core';
import { Simulator, initSimulator } from 'wuts-core/simulator';

import type { InspectedNode, Network, ServiceEvents, ServiceLink } from './network';

export type CrashPoint = 'before' | 'after';

export interface DeviceMaker {
  clock: Clock;
  random: (out: Uint8Array) => void;
  rootKey: string;
  connect(events: ServiceEvents): ServiceLink;
  fetch(path: string): Promise<{ ok: boolean; status: number; body: Uint8Array }>;
  webhook(post: { body: string }): Promise<{ status: number }>;
  trace(sent: boolean, node: Uint8Array): void;
  problem(text: string): void;
  died(): void;
}

export interface DeviceHandle {
  request(method: string, path: string, body: string): Promise<{ status: number; body: string }>;
  discard(): void;
}

export interface Started { coreMs: number; simulatorMs: number; version: string; memoryBytes: number }

// Both modules, once for the page.
export async function startEngine(): Promise<Started> {
  const began = performance.now();
  await init();
  const core = performance.now();
  await initSimulator();
  return { coreMs: core - began, simulatorMs: performance.now() - core, version: version(), memoryBytes: memoryBytes() };
}

class Rows extends MemoryStore {
  armed: CrashPoint | null = null;
  died: () => void = () => undefined;

  override commit(writes: StoreWrite[]): void {
    const point = this.armed;
    this.armed = null;
    if (point !== 'before') super.commit(writes);
    if (point === null) return;
    this.died();
    throw new Error('the process died here');
  }
}

// One run: its rows outlive its devices.
export class Engine {
  private readonly rows = new Rows();

  network(seed: number, clock: Clock, options: Record<string, unknown> = {}): Network {
    const simulator = Simulator.open({ seed, clock, ...options });
    const transport = simulator.transport();
    return {
      rootKey: simulator.rootKey,
      connect: (events) => {
        const link = transport.connect(events);
        return { send: (bytes) => link.send(new Uint8Array(bytes)), close: () => link.close() };
      },
      media: (path) => simulator.fetcher({ hosts: [], path, bytesMax: 64 * 1024 * 1024 }),
      do: <T>(action: { do: string }) => simulator.do<T>(action),
      inspect: (node) => {
        const tree = simulator.inspect<InspectedNode & { error?: string }>(node);
        return tree.error === undefined ? tree : null;
      },
      close: () => simulator.close(),
    };
  }

  async device(maker: DeviceMaker): Promise<DeviceHandle> {
    this.rows.died = maker.died;
    const device = await Device.open({
      store: this.rows,
      transport: { connect: (events) => maker.connect(events) },
      config: { root_key: maker.rootKey, root_serial: 0, device_name: 'WUTS demo', prekey_count: 30, device_id: 'demo', user_id: 'visitor',
        allow_private_webhooks: true },
      clock: maker.clock,
      random: maker.random,
      fetcher: ({ path }) => maker.fetch(path),
      webhook: (post) => maker.webhook(post),
      events: 'webhook',
      onTrace: ({ sent, node }) => maker.trace(sent, node),
      on: (event) => {
        if (event.type === 'problem') maker.problem(event.error.message);
      },
    });
    return {
      request: async (method, path, body) => {
        const answer = await device.request({ method, path, ...(body ? { body } : {}) });
        return { status: answer.status, body: answer.body };
      },
      discard: () => { device.close().catch(() => undefined); },
    };
  }

  arm(point: CrashPoint): void { this.rows.armed = point; }
  disarm(): void { this.rows.armed = null; }

  row(table: number, id: string): Uint8Array | undefined { return this.rows.get(table, id); }
  put(table: number, id: string, value: Uint8Array): void { this.rows.commit([{ table, id, value }]); }
  rowCount(): number { return this.rows.rows().length; }
}
