// Looks at the run and puts it on the tape: frames with their decrypted nodes, what the simulated service saw, patches and
// hashes. Decides nothing.

import { toHex } from '../decode/hex';
import type { Tape } from '../recording/recording';
import type { Chat, FrameStep, Mutation, StepBody } from '../recording/steps';
import { kOwn, kPeople } from './actions';
import type { Engine } from './engine';
import { labelOf, type CollectionState, type Network, type Observation, type RecordView } from './network';

const kCollectionsTable = 14;       // core/store/store.h
const kHashOffset = 1 + 8 + 4;      // row version, collection version, length (core/appstate/collection.cpp)
const kWatched = ['regular_low', 'regular_high', 'regular', 'critical_block', 'critical_unblock_low'];
const kListEvents = new Set(['message.received', 'chat.archive', 'chat.pin', 'chat.mute', 'app_state.sync_complete']);

interface Stream { buffer: number[]; frames: number; intro: boolean; pieces: number }
interface Waiting { body: StepBody; us?: number | undefined }

export class Observer {
  paired = false;
  online = false;
  lastQr = '';
  lastCode = '';
  lastCall: { id: string; caller: string } | null = null;
  chatsStale = false;
  qrStale = false;                // the device made a code that was not asked for yet
  quiet = false;                  // nothing is shown or recorded: for measurements
  readonly seen = new Map<string, number>();    // facts and webhooks by name, for scripts
  private pending: Waiting[] = [];
  private streams = new Map<string, Stream>();
  onReject: ((us: number) => void) | null = null;   // for measurements
  private unopened: Record<'out' | 'in', Waiting[]> = { out: [], in: [] };
  private traces: Record<'out' | 'in', Uint8Array[]> = { out: [], in: [] };
  private logged = 0;
  private violations = 0;
  private records = new Map<string, { state: CollectionState; records: Map<string, RecordView> }>();
  private deviceHashes = new Map<string, string>();
  private lastChats = '';
  private readonly lids = new Map<string, string>();

  constructor(private readonly network: Network, private readonly engine: Engine, private readonly tape: Tape, private readonly now: () => number) {}

  add(body: StepBody, us?: number): void {
    if (body.kind === 'qr') {
      this.lastQr = body.text;
      this.qrStale = false;
    }
    if (body.kind === 'code') this.lastCode = body.text;
    if (body.kind === 'webhook') {
      this.count('webhook:' + body.event);
      if (body.event === 'qr.generated') this.qrStale = true;
      if (kListEvents.has(body.event) && !this.quiet) this.chatsStale = true;
    }
    if (body.kind === 'reply') this.count(`reply:${body.path}`);
    this.pending.push({ body, us });
  }

  chats(list: Chat[]): void {
    const text = JSON.stringify(list);
    if (text === this.lastChats) return;
    this.lastChats = text;
    this.add({ kind: 'chats', list });
  }

  times(name: string): number { return this.seen.get(name) ?? 0; }

  // --- frames

  opened(conn: number): void {
    this.streams.set('out' + conn, { buffer: [], frames: 0, intro: true, pieces: 0 });
    this.streams.set('in' + conn, { buffer: [], frames: 0, intro: false, pieces: 0 });
    this.unopened = { out: [], in: [] };
    this.traces = { out: [], in: [] };
  }

  forget(): void {
    this.unopened = { out: [], in: [] };
    this.traces = { out: [], in: [] };
  }

  sent(conn: number, bytes: Uint8Array, us?: number): void { this.bytes('out', conn, bytes, us); }
  received(conn: number, bytes: Uint8Array): void { this.bytes('in', conn, bytes); }
  traced(sent: boolean, node: Uint8Array): void { this.traces[sent ? 'out' : 'in'].push(node.slice()); }

  private bytes(dir: 'out' | 'in', conn: number, bytes: Uint8Array, us?: number): void {
    const stream = this.streams.get(dir + conn);
    if (!stream) return;
    stream.buffer.push(...bytes);
    ++stream.pieces;
    let intro = '';
    if (stream.intro) {
      const size = introSize(stream.buffer);
      if (size === null) return;
      intro = toHex(Uint8Array.from(stream.buffer.splice(0, size)));
      stream.intro = false;
    }
    for (;;) {
      const [a, b, c] = stream.buffer;
      if (a === undefined || b === undefined || c === undefined) break;
      const size = (a << 16) | (b << 8) | c;
      if (stream.buffer.length < 3 + size) break;
      const payload = toHex(Uint8Array.from(stream.buffer.splice(0, 3 + size)).subarray(3));
      const handshakes = dir === 'out' ? 2 : 1;
      const number = stream.frames++;
      const phase = number < handshakes ? 'handshake' : 'transport';
      const label = phase === 'handshake' ? (dir === 'in' ? 'server hello' : number === 0 ? 'client hello' : 'client finish') : 'sealed';
      const step: FrameStep = { kind: 'frame', dir, conn, phase, payload, pieces: stream.pieces, label };
      if (intro) step.intro = intro;
      const waiting: Waiting = { body: step, us };
      if (phase === 'transport') {
        step.counter = number - handshakes;
        this.unopened[dir].push(waiting);
      }
      intro = '';
      stream.pieces = stream.buffer.length > 0 ? 1 : 0;
      this.pending.push(waiting);
    }
  }

  // --- everything else, after each thing that happened

  look(): void {
    this.pairTraces();
    this.takeFacts();
    if (this.quiet) return void this.pending.splice(0);
    this.takeHashes();
    for (const { body, us } of this.pending.splice(0)) this.tape.add(this.now(), body, us);
  }

  // The node of the last frame the device made, for what is held at the door.
  lastNode(): string {
    for (let i = this.tape.steps.length - 1; i >= 0; --i) {
      const step = this.tape.steps[i]!;
      if (step.kind === 'frame' && step.dir === 'out' && step.node) return step.node;
    }
    return '';
  }

  private pairTraces(): void {
    for (const dir of ['out', 'in'] as const) {
      const frames = this.unopened[dir], traces = this.traces[dir];
      while (frames.length > 0 && traces.length > 0) {
        const { body, us } = frames.shift()!, frame = body as FrameStep, node = traces.shift()!;
        frame.node = toHex(node);
        const tree = this.network.inspect(node);
        frame.label = tree ? labelOf(tree) : 'unreadable';
        if (us !== undefined && dir === 'out' && frame.label.startsWith('call reject')) this.onReject?.(us);
      }
    }
  }

  private takeFacts(): void {
    const { facts, next } = this.network.do<{ facts: Observation[]; next: number }>({ do: 'log', from: this.logged });
    this.logged = next;
    for (const { kind, line, at: _, ...data } of facts) {
      this.count(kind);
      if (kind === 'device_paired') this.paired = true;
      if (kind === 'device_online') this.online = true;
      if (kind === 'device_offline') this.online = false;
      if (kind === 'device_removed') this.paired = false;
      if (kind === 'chat_archived') data.person = this.personOf(String(data.chat));
      if (kind === 'call_ringing') this.lastCall = { id: String(data.call_id), caller: String(data.caller) };
      this.pending.push({ body: { kind: 'fact', name: kind, text: line, data } });
      if (kind === 'patch_applied' && data.pn === kOwn && !this.quiet) this.takePatch(String(data.collection), data.by_device === true);
    }
    if (facts.length === 0) return;
    const { violations } = this.network.do<{ violations: string[] }>({ do: 'violations' });
    for (; this.violations < violations.length; ++this.violations) {
      this.pending.push({ body: { kind: 'violation', text: violations[this.violations]! } });
    }
  }

  // What a patch changed: the records of the service before and after.
  private takePatch(collection: string, byDevice: boolean): void {
    const state = this.network.do<CollectionState>({ do: 'collection', pn: kOwn, name: collection });
    const list = this.network.do<{ records?: RecordView[] }>({ do: 'records', pn: kOwn, name: collection }).records ?? [];
    const before = this.records.get(collection), after = new Map(list.map((one) => [one.index_mac, one]));
    if (before && before.state.version === state.version) return;
    const mutations: Mutation[] = [];
    for (const one of list) {
      const old = before?.records.get(one.index_mac);
      if (old?.value_mac === one.value_mac) continue;
      mutations.push({ index: one.index, who: this.personOf(one.index), indexMac: one.index_mac, valueMac: one.value_mac, oldValueMac: old?.value_mac ?? '', value: one.value });
    }
    for (const old of before?.records.values() ?? []) {
      if (!after.has(old.index_mac)) mutations.push({ index: old.index, who: this.personOf(old.index), indexMac: old.index_mac, valueMac: '', oldValueMac: old.value_mac, value: '' });
    }
    this.records.set(collection, { state, records: after });
    this.pending.push({ body: {
      kind: 'patch', collection, from: before?.state.version ?? 0, to: state.version, byDevice,
      before: before?.state.hash ?? '00'.repeat(128), after: state.hash, mutations, records: state.records,
    } });
  }

  private takeHashes(): void {
    for (const collection of kWatched) {
      const row = this.engine.row(kCollectionsTable, collection);
      if (!row || row.length < kHashOffset + 128) continue;
      const text = toHex(row.subarray(1, kHashOffset + 128));
      if (this.deviceHashes.get(collection) === text) continue;
      this.deviceHashes.set(collection, text);
      this.pending.push({ body: deviceHash(collection, row, false) });
    }
  }

  // Flips one byte in the row where the device keeps the hash. False: there is no such row.
  corrupt(collection: string, byte: number): boolean {
    const row = this.engine.row(kCollectionsTable, collection)?.slice();
    if (!row || row.length < kHashOffset + 128) return false;
    row[kHashOffset + (byte % 128)]! ^= 0xff;
    this.engine.put(kCollectionsTable, collection, row);
    this.deviceHashes.set(collection, toHex(row.subarray(1, kHashOffset + 128)));
    this.pending.push({ body: deviceHash(collection, row, true) });
    return true;
  }

  // A chat goes by the number of a person or by a LID.
  private personOf(text: string): string {
    if (this.lids.size === 0) for (const pn of kPeople) this.lids.set(this.network.do<{ lid: string }>({ do: 'lid_of', pn }).lid, pn);
    for (const [lid, pn] of this.lids) if (text.includes(pn) || text.includes(lid)) return pn;
    return '';
  }

  // The device's hash is the one of the service at the same version.
  healed(collection: string): boolean {
    const row = this.engine.row(kCollectionsTable, collection), known = this.records.get(collection)?.state;
    if (!row || !known || row.length < kHashOffset + 128) return false;
    const own = deviceHash(collection, row, false);
    return own.kind === 'hash' && own.version === known.version && own.hash === known.hash;
  }

  private count(name: string): void { this.seen.set(name, this.times(name) + 1); }
}

function deviceHash(collection: string, row: Uint8Array, corrupted: boolean): StepBody {
  const version = Number(new DataView(row.buffer, row.byteOffset + 1, 8).getBigUint64(0));
  return { kind: 'hash', side: 'device', collection, version, hash: toHex(row.subarray(kHashOffset, kHashOffset + 128)), corrupted };
}

// `ED` 0 1, three bytes of length and routing information when there is some; then `WA 6 3`. null: not all here.
function introSize(bytes: number[]): number | null {
  if (bytes.length < 4) return null;
  if (bytes[0] !== 0x45) return 4;
  if (bytes.length < 7) return null;
  const size = 7 + ((bytes[4]! << 16) | (bytes[5]! << 8) | bytes[6]!) + 4;
  return bytes.length < size ? null : size;
}
