// The run: one device (core.wasm behind the package's Device) and one simulated WhatsApp (sim.wasm), joined by a wire that can
// be bad, on one virtual clock. Everything that happens is put on the tape. Deterministic: seed, weather and actions with
// their times decide every step.

import { kEvents } from './events';
import { Agenda } from './agenda';
import { kOwn, kPeople, type Action, type Timed } from './actions';
import type { DeviceHandle, DeviceMaker, Engine } from './engine';
import { Dice } from './random';
import type { Network, ServiceEvents, ServiceLink } from './network';
import { Observer } from './observer';
import { Wire, type Weather } from './wire';
import type { Tape } from '../recording/recording';

export const kEpoch = Date.UTC(2026, 5, 1, 12, 0, 0);   // wall clock of virtual time 0
const kWebhook = 'https://hooks.example/wuts';
const kMediaMs = 20;
const kWebhookMs = 15;
const kReopenMs = 400;
export const kReply = 'I cannot take calls here. Please write to me.';

// A script yields what it waits for or does; the world decides when it goes on.
// `mild`: when it did not happen in time, the script goes on and looks for itself.
export type Order = { until: () => boolean; what: string; ms: number; mild?: boolean } | { wait: number } | { act: Action };
export type Script = Generator<Order, void, void>;

interface Pending { method: string; path: string }

export class World {
  readonly agenda = new Agenda();
  readonly network: Network;
  readonly wire: Wire;
  readonly actions: Timed[] = [];
  readonly observer: Observer;
  device: DeviceHandle | null = null;
  hold = false;
  scriptRuns = false;
  scriptFailed = '';
  scriptHash = '';          // of the tape when the script was through
  private readonly dice: Dice;
  private readonly deviceDice: Dice;
  private turn: Promise<void> = Promise.resolve();
  private lastRequest = 0;
  private lastConn = 0;
  private script: Script | null = null;
  private waiting: { until: () => boolean; what: string; before: number } | null = null;
  private qrWanted = false;
  private pending = new Map<number, Pending>();
  private asked = 0;              // performance.now() of the request being handled
  private arrived = 0;            // performance.now() when the bytes being handled came
  private rejecting = false;      // that request is a reject
  private closed = false;
  private lives = 0;              // devices opened so far; what an earlier one still says is ignored

  constructor(private readonly engine: Engine, readonly seed: number, readonly tape: Tape) {
    this.dice = new Dice(seed, 1);
    this.deviceDice = new Dice(seed, 2);
    this.network = engine.network(seed, this.clock(() => !this.closed));
    this.wire = new Wire(this.agenda, this.dice, (text) => this.add({ kind: 'weather', text }));
    this.observer = new Observer(this.network, engine, tape, () => this.agenda.now);
  }

  get now(): number { return this.agenda.now; }
  get wall(): number { return kEpoch + this.agenda.now; }

  async start(): Promise<void> {
    await this.openDevice('opened on an empty store');
    await this.settle();
    this.request('POST', '/webhook', { webhook_url: kWebhook, secret: 'demo-secret', enabled_events: kEvents });
    this.request('PUT', '/calls/settings', {
      auto_reject: false, auto_reply: { enabled: true, message: kReply, cooldown_seconds: 0 },
    });
    await this.settle();
  }

  // --- time

  // Runs everything due until `time`. Calls queue up behind one another.
  advance(time: number): Promise<void> {
    return this.queue(async () => {
      while (!this.closed && this.agenda.runNext(time)) await this.settle();
    });
  }

  // Runs the next thing, whenever it is due. False: nothing is.
  async advanceToNext(limit: number): Promise<boolean> {
    let ran = false;
    await this.queue(async () => {
      const next = this.agenda.next;
      if (this.closed || next === null || next > limit) return;
      ran = this.agenda.runNext(next);
      await this.settle();
    });
    return ran;
  }

  act(action: Action): Promise<void> {
    return this.queue(async () => {
      if (this.closed) return;
      this.perform(action);
      await this.settle();
    });
  }

  // Actions of a link, at their times.
  plan(actions: Timed[]): void {
    for (const { at, ...action } of actions) this.agenda.add(at, () => this.perform(action as Action), true);
  }

  run(script: Script): Promise<void> {
    return this.queue(async () => {
      this.script = script;
      this.scriptRuns = true;
      await this.settle();
    });
  }

  async stop(): Promise<void> {
    this.closed = true;
    await this.turn.catch(() => undefined);
    ++this.lives;
    this.device?.discard();
    this.network.close();
  }

  private queue(work: () => Promise<void>): Promise<void> {
    this.turn = this.turn.catch(() => undefined).then(work);
    return this.turn;
  }

  // The device works in promises; a macrotask later all of them have run. Then the tape gets what is known now.
  private async settle(): Promise<void> {
    do {
      await macrotask();
      this.asked = this.arrived = 0;
      this.rejecting = false;
      this.observer.look();
    } while (this.followUp() || this.continueScript());
  }

  private continueScript(): boolean {
    if (!this.script) return false;
    if (this.waiting) {
      if (!this.waiting.until()) {
        if (this.now >= this.waiting.before) this.endScript(`did not happen in time: ${this.waiting.what}`);
        return false;
      }
      this.waiting = null;
    }
    const next = this.script.next();
    if (next.done) {
      this.endScript('');
      return true;
    }
    const order = next.value;
    if ('act' in order) {
      this.perform(order.act, true);
    } else {
      const start = this.now;
      const before = 'wait' in order ? start + order.wait : start + order.ms;
      this.waiting = 'wait' in order
        ? { until: () => this.now >= before, what: 'time', before: Infinity }
        : { until: order.mild ? () => order.until() || this.now >= before : order.until, what: order.what, before };
      this.agenda.add(before, () => undefined);   // so that the wait is looked at then
    }
    return true;
  }

  private endScript(failed: string): void {
    this.script = null;
    this.waiting = null;
    this.scriptRuns = false;
    this.scriptFailed = failed;
    this.add({ kind: 'note', text: failed ? `The scenario stopped: ${failed}` : 'The scenario is through.' });
    this.observer.look();
    this.scriptHash = this.tape.hash;
  }

  // --- the device

  private async openDevice(text: string): Promise<void> {
    const life = ++this.lives;
    const alive = (): boolean => life === this.lives && !this.closed;
    const maker: DeviceMaker = {
      clock: this.clock(alive),
      random: (out) => this.deviceDice.fill(out),
      rootKey: this.network.rootKey,
      connect: (events) => this.connect(events, alive),
      fetch: async (path) => {
        const answer = await this.network.media(path);
        return new Promise((resolve) => { this.agenda.add(this.now + kMediaMs, () => resolve(answer)); });
      },
      webhook: (post) => new Promise((resolve) => {
        const body = JSON.parse(post.body) as { event?: string; data?: Record<string, unknown> };
        if (alive()) this.add({ kind: 'webhook', event: body.event ?? '', data: body.data ?? {} });
        this.agenda.add(this.agenda.now + kWebhookMs, () => resolve({ status: 200 }));
      }),
      trace: (sent, node) => { if (alive()) this.observer.traced(sent, node); },
      problem: (what) => { if (alive()) this.add({ kind: 'note', text: what }); },
      died: () => { if (alive()) this.onCrash(); },
    };
    this.add({ kind: 'reopen', text });
    const device = await this.engine.device(maker);
    if (!alive()) return device.discard();
    this.device = device;
  }

  private clock(alive: () => boolean) {
    return {
      mono: () => this.now,
      wall: () => this.wall,
      after: (ms: number, call: () => void) => this.agenda.add(this.now + ms, () => { if (alive()) call(); }),
    };
  }

  private connect(events: ServiceEvents, alive: () => boolean): ServiceLink {
    const conn = ++this.lastConn;
    this.add({ kind: 'link', conn, state: 'connecting', text: `connection ${conn}: dialling` });
    this.observer.opened(conn);
    const closed = (text: string): void => {
      if (!alive()) return;
      this.add({ kind: 'link', conn, state: 'closed', text: `connection ${conn}: ${text}` });
      events.closed();
    };
    let service: ServiceLink | null = null;
    const line = this.wire.open(conn, {
      opened: () => {
        if (!alive()) return line.vanish();
        this.add({ kind: 'link', conn, state: 'open', text: `connection ${conn}: WebSocket open` });
        service = this.network.connect({
          opened: () => undefined,
          received: (bytes) => this.wire.fromService(conn, bytes, false),
          closed: () => this.wire.fromService(conn, new Uint8Array(), true),
        });
        events.opened();
      },
      toService: (bytes) => service?.send(bytes),
      toDevice: (bytes) => {
        if (!alive()) return;
        this.observer.received(conn, bytes);
        this.arrived = performance.now();
        events.received(bytes);
      },
      serviceLost: () => service?.close(),
      deviceLost: (text) => closed(text),
    });
    return {
      send: (bytes: Uint8Array) => {
        if (!alive()) return;
        const since = this.asked || this.arrived, us = since > 0 ? Math.round((performance.now() - since) * 1000) : undefined;
        this.observer.sent(conn, bytes, us);
        line.send(bytes);
      },
      close: () => { if (alive()) line.closeByDevice(); },
    };
  }

  request(method: string, path: string, body?: Record<string, unknown>): void {
    const device = this.device;
    if (!device) {
      this.add({ kind: 'note', text: `${method} ${path}: there is no device just now` });
      return;
    }
    const id = ++this.lastRequest, text = body ? JSON.stringify(body) : '';
    this.pending.set(id, { method, path });
    const quiet = path === '/chats';
    if (!quiet) this.add({ kind: 'request', id, method, path, body: text });
    this.asked = performance.now();
    const began = this.asked;
    device.request(method, path, text).then((reply) => {
      if (this.closed || !this.pending.delete(id)) return;
      const us = Math.round((performance.now() - began) * 1000);
      if (!quiet) this.add({ kind: 'reply', id, method, path, status: reply.status, body: reply.body }, us);
      this.onReply(method, path, reply.status, reply.body);
    }, (problem: unknown) => {
      if (this.closed || !this.pending.delete(id)) return;
      this.add({ kind: 'note', text: `${method} ${path}: no answer (${problem instanceof Error ? problem.message : String(problem)})` });
    });
  }

  private onReply(method: string, path: string, status: number, body: string): void {
    if (status < 200 || status > 299) return;
    const value = JSON.parse(body) as Record<string, unknown>;
    const data = value.data as Record<string, unknown> | undefined;
    if (method === 'GET' && path === '/qr' && data) {
      const expires = this.now + 1000 * Math.max(1, Number(data.ttl));
      this.add({ kind: 'qr', text: String(data.qr_code), expires });
    } else if (path === '/paircode' && data) {
      this.add({ kind: 'code', text: String(data.code), expires: this.now + 1000 * Number(data.expires_in) });
    } else if (path === '/chats') {
      const chats = (value.chats as Record<string, unknown>[] | undefined) ?? [];
      this.observer.chats(chats.map((chat) => ({
        jid: String(chat.jid), name: String(chat.name), archived: chat.archived === true, pinned: chat.pinned === true,
        muted: chat.muted_until !== undefined,
      })));
    }
  }

  // --- what a visitor does

  private sim(request: { do: string; [argument: string]: unknown }): Record<string, unknown> {
    const answer = this.network.do<Record<string, unknown>>(request);
    if (answer.error !== undefined) this.add({ kind: 'note', text: `The simulator refuses: ${String(answer.error)}` });
    return answer;
  }

  private perform(action: Action, scripted = false): void {
    this.actions.push({ at: this.now, ...action });
    const chat = (who: number): string => `${kPeople[who]}@s.whatsapp.net`;
    const say = (text: string): void => { this.add({ kind: 'action', name: action.do, text: scripted ? `${text} (scenario)` : text }); };
    switch (action.do) {
      case 'qr':
        say('Ask for a QR code');
        this.qrWanted = true;
        this.request('GET', '/qr');
        break;
      case 'scan': {
        say('The simulated phone scans the QR code');
        const qr = this.observer.lastQr;
        const known = qr !== '' && this.sim({ do: 'scan', pn: kOwn, qr_text: qr }).known === true;
        if (!known) this.add({ kind: 'note', text: 'The phone does not know this code: it has expired, or none was shown.' });
        break;
      }
      case 'paircode':
        say('Ask for an 8-character code');
        this.request('POST', '/paircode', { phone: kOwn });
        break;
      case 'entercode': {
        say('The code is typed into the simulated phone');
        const code = this.observer.lastCode;
        const known = code !== '' && this.sim({ do: 'enter_code', pn: kOwn, code }).known === true;
        if (!known) this.add({ kind: 'note', text: 'The phone does not accept this code.' });
        break;
      }
      case 'people':
        say('Four people write to the linked number');
        kPeople.forEach((person, i) => this.sim({ do: 'send_text', from: person, to: kOwn, text: kGreetings[i]! }));
        break;
      case 'ring':
        say(`${kPeople[action.who]} calls: ${action.what}`);
        this.sim({ do: 'ring', callee: kOwn, caller: kPeople[action.who]!, type: action.what });
        break;
      case 'hangup':
        say('The caller hangs up');
        if (this.observer.lastCall) this.sim({ do: 'hangup', call_id: this.observer.lastCall.id, reason: 'timeout' });
        break;
      case 'reject':
        say('POST /calls/reject');
        if (this.observer.lastCall) {
          this.rejecting = true;
          this.request('POST', '/calls/reject', { call_id: this.observer.lastCall.id, from: `${this.observer.lastCall.caller}@s.whatsapp.net` });
        } else {
          this.add({ kind: 'note', text: 'Nobody has called yet.' });
        }
        break;
      case 'hold':
        this.hold = action.on;
        this.wire.gate = action.on ? () => this.rejecting : null;
        say(action.on ? 'Hold rejects at the door' : 'Let rejects go at once');
        break;
      case 'release':
        say('Let the held stanza go');
        this.add({ kind: 'release' });
        this.wire.release();
        break;
      case 'autoreject':
        say(`PUT /calls/settings: reject by itself ${action.on ? 'on' : 'off'}`);
        this.request('PUT', '/calls/settings', { auto_reject: action.on });
        break;
      case 'archive':
        say(`${action.on ? 'Archive' : 'Unarchive'} ${kPeople[action.who]}`);
        this.request('POST', `/chats/${chat(action.who)}/archive`, { archived: action.on });
        break;
      case 'pin':
        say(`${action.on ? 'Pin' : 'Unpin'} ${kPeople[action.who]}`);
        this.request(action.on ? 'POST' : 'DELETE', `/chats/${chat(action.who)}/pin`);
        break;
      case 'mute':
        say(`${action.on ? 'Mute' : 'Unmute'} ${kPeople[action.who]}`);
        this.request('POST', `/chats/${chat(action.who)}/mute`, { muted: action.on });
        break;
      case 'rival':
        say(`A second device ${action.on ? 'archives' : 'unarchives'} ${kPeople[action.who]}, unannounced`);
        this.sim({ do: 'second_device_archives', pn: kOwn, chat: chat(action.who), archived: action.on });
        break;
      case 'phone':
        say(`The phone ${action.on ? 'archives' : 'unarchives'} ${kPeople[action.who]}`);
        this.sim({ do: 'archive_on_phone', pn: kOwn, chat: chat(action.who), archived: action.on, notify: true });
        break;
      case 'text':
        say(`${kPeople[action.who]} writes`);
        this.sim({ do: 'send_text', from: kPeople[action.who]!, to: kOwn, text: 'Are you there?' });
        break;
      case 'send':
        say(`POST /send/text to ${kPeople[action.who]}`);
        this.request('POST', '/send/text', { number: kPeople[action.who]!, text: 'Hello from the page.' });
        break;
      case 'corrupt': {
        say(`Flip one byte of the device's stored hash of ${action.collection}`);
        const done = this.observer.corrupt(action.collection, action.byte);
        if (!done) this.add({ kind: 'note', text: 'The device has no such collection yet: link it first.' });
        break;
      }
      case 'fault':
        say(`The service will do wrong once: ${action.what}${action.code ? ' ' + action.code : ''}`);
        this.sim({ do: 'fail_next', kind: action.what, code: action.code });
        break;
      case 'drop':
        say('All connections of the account are cut');
        this.sim({ do: 'drop', pn: kOwn });
        break;
      case 'crash':
        say(kCrashes[action.point]);
        if (action.point === 'now') this.onCrash();
        else this.engine.arm(action.point);
        break;
      case 'weather': {
        const weather: Weather = { delay: action.delay, split: action.split, duplicate: action.duplicate, cut: action.cut };
        say(`Wire: up to ${weather.delay} ms late, ${weather.split} % split, ${weather.duplicate} % twice, ${weather.cut} % cut`);
        this.wire.weather = weather;
        break;
      }
    }
  }

  // The process dies: what was in flight from it still arrives, what was promised to it never does.
  private onCrash(): void {
    ++this.lives;
    this.device?.discard();
    this.device = null;
    this.pending.clear();
    this.engine.disarm();
    this.observer.forget();
    this.add({ kind: 'crash', text: 'The device process is gone. Its rows stay.' });
    this.wire.deviceDied();
    this.agenda.add(this.now + kReopenMs, () => { void this.openDevice('opened again from its rows'); });
  }

  // What the page asks of the device by itself. True: it asked, so look again.
  private followUp(): boolean {
    if (this.wire.takeHeld()) {
      this.add({ kind: 'hold', text: 'The reject is made and sealed. It waits at the door.', node: this.observer.lastNode() });
      return true;
    }
    if (this.observer.qrStale && this.qrWanted && this.device) {
      this.observer.qrStale = false;
      this.request('GET', '/qr');
      return true;
    }
    if (!this.observer.chatsStale || !this.device) return false;
    this.observer.chatsStale = false;
    this.request('GET', '/chats');
    return true;
  }

  add(body: Parameters<Tape['add']>[1], us?: number): void {
    this.observer.add(body, us);
  }
}

const kGreetings = ['Hi, are you at home?', 'See you at six.', 'The parcel has come.', 'Thank you!'];
const kCrashes = {
  now: 'kill -9, now',
  before: 'The next commit fails: the process dies before it',
  after: 'The process dies after the next commit, before anything of that step is sent',
};

// In a background tab timers are throttled to one a second; a message channel is not.
const channel = new MessageChannel(), waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(0);
  });
}
