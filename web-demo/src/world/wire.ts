// The wire between device and service: whole WebSocket messages in both directions, late, in pieces, twice, or cut. Order
// within a direction is kept, as TCP keeps it. A gate can hold a message of the device until it is let go.

import type { Agenda } from './agenda';
import type { Dice } from './random';

export interface Weather {
  delay: number;       // ms at most, beyond the least of 8
  split: number;       // % of messages that come in pieces
  duplicate: number;   // % that arrive twice
  cut: number;         // % after whose first bytes the connection is lost
}

const kDelayMin = 8;

export interface Ends {
  opened(): void;
  toService(bytes: Uint8Array): void;
  toDevice(bytes: Uint8Array): void;
  serviceLost(): void;
  deviceLost(text: string): void;
}

export interface Line {
  send(bytes: Uint8Array): void;
  closeByDevice(): void;
  vanish(): void;
}

interface State {
  conn: number;
  ends: Ends;
  outFree: number;        // nothing of the device arrives before
  inFree: number;
  gone: boolean;          // lost for both
  waiting: Uint8Array[];  // behind the gate
}

export class Wire {
  weather: Weather = { delay: 12, split: 0, duplicate: 0, cut: 0 };
  gate: ((conn: number, bytes: Uint8Array) => boolean) | null = null;
  private lines = new Map<number, State>();
  private held: { conn: number; bytes: Uint8Array } | null = null;
  private heldTold = false;

  constructor(private readonly agenda: Agenda, private readonly dice: Dice, private readonly trouble: (text: string) => void) {}

  open(conn: number, ends: Ends): Line {
    const state: State = { conn, ends, outFree: 0, inFree: 0, gone: false, waiting: [] };
    this.lines.set(conn, state);
    this.agenda.add(this.agenda.now + this.late(), () => { if (!state.gone) ends.opened(); });
    return {
      send: (bytes) => this.fromDevice(state, bytes),
      closeByDevice: () => {
        if (state.gone) return;
        const at = Math.max(state.outFree, this.agenda.now + this.late());
        this.agenda.add(at, () => this.lose(state, 'closed by the device', true));
      },
      vanish: () => this.lose(state, '', false),
    };
  }

  // A message of the service; `close`: then it closes.
  fromService(conn: number, bytes: Uint8Array, close: boolean): void {
    const state = this.lines.get(conn);
    if (!state || state.gone) return;
    const times = bytes.length > 0 && this.dice.chance(this.weather.duplicate) ? 2 : 1;
    if (times === 2) this.trouble(`connection ${conn}: a message of ${bytes.length} bytes to the device arrives twice`);
    for (let i = 0; i < times; ++i) {
      if (bytes.length > 0 && this.carry(state, bytes, 'in', (part) => state.ends.toDevice(part))) return;
    }
    if (close) {
      const at = Math.max(state.inFree, this.agenda.now + this.late());
      this.agenda.add(at, () => this.lose(state, 'closed by the service', true));
    }
  }

  release(): void {
    const held = this.held;
    this.held = null;
    this.heldTold = false;
    const state = held && this.lines.get(held.conn);
    if (!held || !state) return;
    const waiting = [held.bytes, ...state.waiting.splice(0)];
    for (const [i, bytes] of waiting.entries()) {
      if (i > 0) this.fromDevice(state, bytes);
      else this.ship(state, bytes);
    }
  }

  takeHeld(): { conn: number; bytes: Uint8Array } | null {
    if (!this.held || this.heldTold) return null;
    this.heldTold = true;
    return this.held;
  }

  deviceDied(): void {
    this.held = null;
    this.heldTold = false;
    for (const state of this.lines.values()) {
      if (state.gone) continue;
      const at = Math.max(state.outFree, this.agenda.now + kDelayMin);
      this.agenda.add(at, () => this.lose(state, '', true));
    }
  }

  private fromDevice(state: State, bytes: Uint8Array): void {
    if (state.gone) return;
    if (this.held?.conn === state.conn) {
      state.waiting.push(bytes);
      return;
    }
    if (!this.held && this.gate?.(state.conn, bytes)) {
      this.held = { conn: state.conn, bytes };
      return;
    }
    this.ship(state, bytes);
  }

  private ship(state: State, bytes: Uint8Array): void {
    const times = this.dice.chance(this.weather.duplicate) ? 2 : 1;
    if (times === 2) this.trouble(`connection ${state.conn}: a message of ${bytes.length} bytes to the service arrives twice`);
    for (let i = 0; i < times; ++i) {
      if (this.carry(state, bytes, 'out', (part) => state.ends.toService(part))) return;
    }
  }

  // True: the connection is lost on the way.
  private carry(state: State, bytes: Uint8Array, dir: 'out' | 'in', arrive: (part: Uint8Array) => void): boolean {
    const free = dir === 'out' ? state.outFree : state.inFree;
    let at = Math.max(free, this.agenda.now + this.late());
    const parts: Uint8Array[] = [];
    let cut = false;
    if (this.dice.chance(this.weather.cut)) {
      const kept = this.dice.below(bytes.length);
      this.trouble(`connection ${state.conn}: cut after ${kept} of ${bytes.length} bytes ${dir === 'out' ? 'to the service' : 'to the device'}`);
      if (kept > 0) parts.push(bytes.subarray(0, kept));
      cut = true;
    } else if (bytes.length > 1 && this.dice.chance(this.weather.split)) {
      const pieces = Math.min(bytes.length, this.dice.between(2, 4));
      let from = 0;
      for (let i = 0; i < pieces; ++i) {
        const left = bytes.length - from, more = pieces - i - 1;
        const size = more === 0 ? left : this.dice.between(1, left - more);
        parts.push(bytes.subarray(from, from + size));
        from += size;
      }
    } else {
      parts.push(bytes);
    }
    for (const [i, part] of parts.entries()) {
      if (i > 0) at += this.dice.below(6);
      this.agenda.add(at, () => { if (!state.gone) arrive(part); });
    }
    if (dir === 'out') state.outFree = at;
    else state.inFree = at;
    if (cut) this.agenda.add(at, () => this.lose(state, 'lost on the way', true));
    return cut;
  }

  private lose(state: State, text: string, tellService: boolean): void {
    if (state.gone) return;
    state.gone = true;
    this.lines.delete(state.conn);
    if (this.held?.conn === state.conn) {
      this.held = null;
      this.heldTold = false;
    }
    if (tellService) state.ends.serviceLost();
    if (text) state.ends.deviceLost(text);
  }

  private late(): number {
    return kDelayMin + this.dice.below(this.weather.delay + 1);
  }
}
