// A simulated WhatsApp in this thread: everything is real but the other end. It has the shape of a network: hand transport()
// and fetcher to a Device, then script it with do({ do: 'ring', ... }); host-wasm/abi/sim_calls.cpp lists what can be done.
import { keyOf, ofHex } from './bytes.js';
import { type Clock, systemClock } from './clock.js';
import type { MediaFetcher } from './media.js';
import { type SimAnswer, type SimCore, liveSimulator } from './sim_core.js';
import { SimulatedMediaHosts } from './simulator_media.js';
import type { StoreWrite } from './store.js';
import type { Link, LinkEvents, Transport } from './transport.js';

export interface SimulatorOptions {
  seed?: number | string;    // digits, for those beyond 2^53
  clock?: Clock;
  // See Options in core/sim/service/network.h.
  [option: string]: unknown;
}

export interface SimulatorAction {
  do: string;
  [argument: string]: unknown;
}

export type CallType = 'audio' | 'video' | 'group' | 'lid' | 'companion' | 'notice';

interface Conn {
  id: number;
  events: LinkEvents;
  over: boolean;
}

const nothing = new Uint8Array(0);
const kindOpen = 0, kindBytes = 1, kindClose = 2, kindTick = 3;

export class Simulator {
  // For the configuration of the devices: `root_key` is the certificate root in hex.
  readonly rootKey: string;
  readonly rootSerial: number;

  private readonly core: SimCore;
  private readonly clock: Clock;
  private readonly handle: number;
  private readonly conns = new Map<number, Conn>();
  private lastConn = 0;
  private armed: number | undefined;
  private stopTimer: () => void = () => {};
  private closed = false;

  private constructor(options: SimulatorOptions) {
    const { clock, ...rest } = options;
    this.core = liveSimulator();
    this.clock = clock ?? systemClock;
    const opened = this.core.open(rest, this.mono(), this.clock.wall());
    this.handle = opened.handle;
    this.rootKey = opened.root_key;
    this.rootSerial = opened.root_serial ?? 0;
  }

  // After initSimulator().
  static open(options: SimulatorOptions = {}): Simulator {
    return new Simulator(options);
  }

  // What a device must be configured with to believe this service.
  get config(): { root_key: string; root_serial: number } {
    return { root_key: this.rootKey, root_serial: this.rootSerial };
  }

  transport(): Transport {
    return { connect: (events) => this.connect(events) };
  }

  readonly fetcher: MediaFetcher = async ({ path }) => {
    const { status, body } = this.core.media(this.handle, path);
    return { ok: status === 200, status, body };
  };

  // For `files.hosts` of the devices.
  readonly mediaHosts = new SimulatedMediaHosts((request) => this.fetcher(request));

  // Performs one scripted or looking method of the network, and sends what it caused.
  do<T = unknown>(action: SimulatorAction): T {
    const answer = this.core.call(this.handle, action, this.mono(), this.clock.wall()) as T;
    this.tick();
    return answer;
  }

  // The phone scans the text of a QR code; false: it does not know this code.
  scan(pn: string, qr: string): boolean {
    return this.do<{ known: boolean }>({ do: 'scan', pn, qr_text: qr }).known;
  }
  enterCode(pn: string, code: string): boolean {
    return this.do<{ known: boolean }>({ do: 'enter_code', pn, code }).known;
  }
  // The rows of a device that was paired earlier, for an empty store.
  pairDirectly(pn: string): StoreWrite[] {
    const { rows } = this.do<{ rows: { table: number; id: string; value: string }[] }>({ do: 'pair_directly', pn });
    return rows.map(({ table, id, value }) => ({ table, id: keyOf(ofHex(id)), value: ofHex(value) }));
  }
  ring(callee: string, caller: string, type: CallType = 'audio'): string {
    return this.do<{ call_id: string }>({ do: 'ring', callee, caller, type }).call_id;
  }
  sendText(from: string, to: string, text: string): string {
    return this.do<{ id: string }>({ do: 'send_text', from, to, text }).id;
  }
  failNext(kind: string, code = 0, detail = ''): void {
    this.do({ do: 'fail_next', kind, code, detail });
  }
  // What the service holds; undefined: nothing about this chat.
  archived(pn: string, chat: string): boolean | undefined {
    return this.do<{ archived: boolean | null }>({ do: 'archived', pn, chat }).archived ?? undefined;
  }
  // What happened at the service's side, from number `from` on.
  log<Fact = Record<string, unknown>>(from = 0): { facts: Fact[]; next: number } {
    return this.do({ do: 'log', from });
  }
  // What a client did against the protocol; expected to stay empty.
  violations(): string[] {
    return this.do<{ violations: string[] }>({ do: 'violations' }).violations;
  }

  // The tree of one decrypted stanza (as in Trace), for display.
  inspect<T = unknown>(node: Uint8Array): T {
    return this.core.inspect<T>(node);
  }

  tick(): void {
    this.net(kindTick, 0, nothing);
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.stopTimer();
    this.core.drop(this.handle);
    for (const conn of [...this.conns.values()]) this.end(conn);
  }

  private connect(events: LinkEvents): Link {
    const conn: Conn = { id: ++this.lastConn, events, over: false };
    this.conns.set(conn.id, conn);
    queueMicrotask(() => {
      if (conn.over) return;
      conn.events.opened();
      this.net(kindOpen, conn.id, nothing);
    });
    return {
      send: (bytes) => queueMicrotask(() => !conn.over && this.net(kindBytes, conn.id, bytes)),
      close: () => queueMicrotask(() => {
        if (conn.over) return;
        this.net(kindClose, conn.id, nothing);
        this.end(conn);
      }),
    };
  }

  private end(conn: Conn): void {
    if (conn.over) return;
    conn.over = true;
    this.conns.delete(conn.id);
    conn.events.closed();
  }

  private net(kind: number, conn: number, bytes: Uint8Array): void {
    if (this.closed) return;
    this.deliver(this.core.net(this.handle, kind, conn, bytes, this.mono(), this.clock.wall()));
  }

  private deliver({ outs, deadline }: SimAnswer): void {
    for (const out of outs) {
      const conn = this.conns.get(out.conn);
      if (!conn) continue;
      queueMicrotask(() => {
        if (!conn.over && out.bytes.length > 0) conn.events.received(out.bytes);
        if (out.close) this.end(conn);
      });
    }
    this.arm(deadline);
  }

  private mono(): number {
    return Math.floor(this.clock.mono());
  }

  private arm(deadline: number | undefined): void {
    if (deadline === undefined || (this.armed !== undefined && this.armed <= deadline)) return;
    this.stopTimer();
    this.armed = deadline;
    this.stopTimer = this.clock.after(Math.max(0, deadline - this.clock.mono()), () => {
      this.armed = undefined;
      if (this.closed) return;
      if (deadline > this.clock.mono()) this.arm(deadline);
      else this.tick();
    });
  }
}
