// One linked device as a Durable Object: the object is the lease, its SQLite database the store, its alarm the promise that
// what was begun is finished. It is linked while there is a reason (plan.ts) and sleeps otherwise.
//
// Order of every step, as in the other hosts: the core's writes are committed, then its effects are performed. Before a link
// is opened an alarm is stored: if the process dies at any point after that, the alarm opens the object again, and the core
// finds in its rows what it owes.
import { DurableObject } from 'cloudflare:workers';
import { connect } from 'cloudflare:sockets';
import {
  type DeviceEvent, type Transport, Device as Core, DurableObjectStore, fetchUpgradeTransport, init, mediaFetcher, mediaHosts,
  requestBody, tcpTransport,
} from 'wuts-core';
import { type Answer, internal, notFound } from './answers.js';
import { SleepingClock } from './clock.js';
import { type Env, numberOf } from './env.js';
import { filesBytesMax, guardMs, heldLookMs, lookMs, pairingMs, pollSecondsMin, soonMs, workMs } from './limits.js';
import { type Plan, type Reason, backoffMs, firstPlan, nextAlarm, reasonToLink, stays } from './plan.js';
import { changePlan, showPlan } from './plan_api.js';
import { needsLink, startsPairing } from './routes.js';
import { same } from './tokens.js';

export interface Call {
  method: string;
  path: string;
  query: string;       // with "?", or empty
  contentType: string;
  idempotencyKey: string;
  prefer: string;
  range: string;
  ifNoneMatch: string;
  body: Uint8Array<ArrayBuffer>;
}

interface Stored {
  id: string;          // device_id of the API
  name: string;
  token: Uint8Array;   // SHA-256 of the secret part
  plan: Plan;
}

// Tables of the core (core/store/store.h) whose rows must reach the service.
const owedTables = [16 /* intents */, 20 /* outbox */];

export class Device extends DurableObject<Env> {
  private readonly store: DurableObjectStore;
  private readonly clock = new SleepingClock();
  private stored: Stored | undefined;
  private core: Core | undefined;
  private opening: Promise<void> | undefined;

  private paired = false;
  private online = false;
  private linked = false;        // a link is wanted of the core: connecting, pairing or online
  private serving = 0;
  private lastTraffic = 0;
  private workUntil = 0;
  private pairingUntil = 0;
  private alarmAt: number | null = null;
  private closing: Promise<unknown> | undefined;
  private looking: number | null = null;
  private resting: (() => void)[] = [];

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new DurableObjectStore(ctx.storage);
    ctx.blockConcurrencyWhile(async () => {
      this.stored = await ctx.storage.get<Stored>('device');
      this.alarmAt = await ctx.storage.getAlarm();
      // What cannot be opened now is tried again by whoever asks; the object must start, or it could not be removed.
      if (this.stored) await this.open().catch((problem) => this.report('opening', problem));
    });
  }

  // --- for the holder of the master secret (worker.ts)

  async create(id: string, name: string, token: Uint8Array): Promise<void> {
    this.stored = { id, name, token, plan: firstPlan };
    await this.ctx.storage.put('device', this.stored);
  }

  async replaceToken(token: Uint8Array): Promise<boolean> {
    if (!this.stored) return false;
    this.stored = { ...this.stored, token };
    await this.ctx.storage.put('device', this.stored);
    return true;
  }

  // Unlinks it from the account if that can be done now; its data is gone in any case.
  async remove(): Promise<Answer> {
    let answer = notFound();
    if (this.stored) {
      this.clock.wake();
      try {
        await this.open();
        await this.bringUp();
        answer = await this.core!.request({ method: 'DELETE', path: `/devices/${this.stored.id}` });
      } catch (problem) {
        this.report('removal', problem);
      }
      await this.core?.close().catch(() => {});
    }
    clearTimeout(this.looking);
    this.core = this.stored = undefined;
    this.linked = this.online = this.paired = false;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    this.wakeResting();
    return answer;
  }

  // --- the API

  // null: the proof is not that of this device.
  async serve(proof: Uint8Array, call: Call): Promise<Answer | null> {
    if (!this.stored || !same(proof, this.stored.token)) return null;
    ++this.serving;
    this.clock.wake();
    try {
      await this.open();
      return await this.answer(call);
    } catch (problem) {
      this.report('request', problem);
      return internal();
    } finally {
      --this.serving;
      this.look();  // now, not soon: an alarm that is written before the answer leaves is durable before it
    }
  }

  private async answer(call: Call): Promise<Answer> {
    const { method, path } = call;
    if (path === '/edge') return this.answerPlan(call);
    if (method === 'POST' && path === '/connect' && this.plan.off) this.setPlan({ off: false });
    if (needsLink(method, path)) {
      if (this.plan.mode === 'window') this.setPlan({ windowUntil: Date.now() + this.plan.windowSeconds * 1000 });
      await this.bringUp();
    } else if (startsPairing(method, path) && !this.paired) {
      this.pairingUntil = Date.now() + pairingMs;
      await this.guard();
    }
    const { idempotencyKey, prefer, range, ifNoneMatch } = call;
    const { blob, ...answer } = await this.core!.request({
      method, path: path + call.query, idempotencyKey, prefer, range, ifNoneMatch, ...(await requestBody(call.contentType, call.body)),
    });
    if (method === 'POST' && path === '/disconnect' && answer.status === 200) {
      this.linked = false;
      this.pairingUntil = 0;
      this.setPlan({ off: true, windowUntil: 0, holdUntil: 0 });
    }
    return blob ? { ...answer, bytes: await blob.arrayBuffer() } : answer;
  }

  private answerPlan(call: Call): Answer {
    if (call.method === 'PUT') {
      const change = changePlan(new TextDecoder().decode(call.body), this.plan, Date.now(), numberOf(this.env.POLL_SECONDS_MIN, pollSecondsMin));
      if ('status' in change) return change;
      this.setPlan(change);
    }
    return showPlan(call.method, this.plan, {
      link: this.online ? 'online' : this.linked ? 'connecting' : 'asleep', reason: this.reason(), alarmAt: this.alarmAt,
    });
  }

  // --- waking

  override async alarm(): Promise<void> {
    this.alarmAt = null;
    if (!this.stored) return;
    this.clock.wake();
    try {
      await this.guard();  // the next one first: nothing below may leave the object without
      await this.open();
      const reason = this.reason();
      if (reason === 'poll') this.setPlan({ pollAt: Date.now() + this.plan.pollSeconds * 1000 });
      if (reason === 'owed') this.setPlan({ retryAt: 0 });
      if (reason !== undefined) await this.bringUp();
    } catch (problem) {
      this.report('alarm', problem);
    }
    // The handler is what keeps the object alive: it lasts as long as the work.
    if (this.look()) await new Promise<void>((rested) => this.resting.push(rested));
  }

  private open(): Promise<void> {
    return (this.opening ??= this.openCore().catch((problem: unknown) => {
      this.opening = undefined;
      throw problem;
    }));
  }

  private async openCore(): Promise<void> {
    await init();
    const { env } = this;
    this.core = await Core.open({
      store: this.store,
      clock: this.clock,
      transport: this.transport(),
      fetcher: mediaFetcher(env.MEDIA_HOST),
      files: { bytesMax: filesBytesMax, hosts: mediaHosts(env.MEDIA_HOST) },
      events: 'webhook',
      instance: 'own',
      config: {
        device_id: this.stored!.id, user_id: this.stored!.id, allow_http_webhooks: env.ALLOW_HTTP_WEBHOOKS === 'true',
        allow_private_webhooks: env.ALLOW_PRIVATE_WEBHOOKS === 'true',
        ...(env.APP_VERSION ? { app_version: env.APP_VERSION } : {}),
        ...(env.ROOT_KEY ? { root_key: env.ROOT_KEY, root_serial: 0, check_dates: false } : {}),
      },
      on: (event) => this.onEvent(event),
    });
    // The core connects by itself when it was linked at the time it died.
    if (this.linked) await this.guard();
    this.workUntil = Date.now() + workMs;
    this.lookSoon();
  }

  private transport(): Transport {
    const { TRANSPORT, WS_URL } = this.env;
    const inner = TRANSPORT === 'connect' ? tcpTransport({ connect, ...(WS_URL ? { url: WS_URL } : {}) })
                                          : fetchUpgradeTransport(WS_URL ? { url: WS_URL } : {});
    return {
      connect: (events) => {
        this.linked = true;
        this.lastTraffic = Date.now();
        const link = inner.connect({
          ...events,
          opened: () => events.opened(),
          closed: () => events.closed(),
          received: (bytes) => {
            this.lastTraffic = Date.now();
            events.received(bytes);
          },
        });
        return {
          send: (bytes) => {
            this.lastTraffic = Date.now();
            link.send(bytes);
          },
          close: () => link.close(),
        };
      },
    };
  }

  private onEvent(event: DeviceEvent): void {
    if (event.type === 'status') {
      if (event.paired && !this.paired && this.pairingUntil > 0) {
        this.pairingUntil = 0;
        this.setPlan({ off: false, holdUntil: Date.now() + numberOf(this.env.PAIR_HOLD_MS, 60_000) });
      }
      this.paired = event.paired;
      this.online = event.connected;
      if (this.linked && this.paired && !this.online) void this.noteStop();
      this.lookSoon();
    } else if (event.type === 'log' && event.level !== 'debug' && event.level !== 'info') {
      console.warn(`core: ${event.text} ${event.number}`);  // literals and numbers: no data of users
    } else if (event.type === 'problem') {
      console.error(`device: ${event.error.code}`);
    }
  }

  // The service ended the link for good (another client took it, too old, banned): an alarm that opened it again would fight.
  private async noteStop(): Promise<void> {
    const answer = await this.core!.request({ method: 'GET', path: '/status' });
    const { data } = JSON.parse(answer.body) as { data?: { reason?: string } };
    if (data?.reason && !this.closing) this.setPlan({ off: true, windowUntil: 0, holdUntil: 0 });
  }

  // Answered when the device is online, or cannot be for now: then the core's own answer to the request says so.
  private async bringUp(): Promise<void> {
    this.workUntil = Date.now() + workMs;
    if (!this.paired || this.plan.off) return;
    await this.closing;
    await this.guard();
    if (this.online) return;
    this.linked = true;
    await this.core!.request({ method: 'POST', path: '/connect', body: '{}' });
  }

  // --- sleeping

  private lookSoon(): void {
    clearTimeout(this.looking);
    this.looking = setTimeout(() => this.look(), 0);
  }

  // Compares what is with what shall be. true: something is under way.
  private look(): boolean {
    clearTimeout(this.looking);
    if (!this.stored || !this.core) return false;
    const now = Date.now();
    const reason = this.reason();
    if (!this.linked && stays(reason) && !this.closing) this.ctx.waitUntil(this.bringUp().catch((problem) => this.report('link', problem)));
    if (this.linked && !stays(reason) && this.mayRest(now)) this.bringDown();
    const dueSoon = (this.core.wakeAt ?? Infinity) - now < soonMs;
    const underWay = this.linked || this.busy() || this.closing !== undefined || dueSoon;
    this.arm(underWay);
    if (!underWay) this.clock.sleep();
    const held = this.online && stays(reason);
    if (underWay) this.looking = setTimeout(() => this.look(), held ? heldLookMs : lookMs);
    if (!underWay || held) this.wakeResting();  // a link that is held needs no handler: the alarms come anyway
    return underWay;
  }

  private busy(): boolean {
    const { requests, webhooks, fetches, inputs, files } = this.core!.pending;
    return this.serving + requests + webhooks + fetches + inputs + files > 0;
  }

  private mayRest(now: number): boolean {
    if (this.busy() || now < this.pairingUntil) return false;
    if (!this.paired || this.plan.off || now >= this.workUntil) return true;
    return this.online && now - this.lastTraffic >= numberOf(this.env.LINGER_MS, 3_000) && !this.owes();
  }

  private owes(): boolean {
    return owedTables.some((table) => this.store.scan(table, '', 1).length > 0);
  }

  private bringDown(): void {
    if (this.closing) return;
    this.closing = this.core!.request({ method: 'POST', path: '/disconnect' })
      .catch((problem) => this.report('disconnect', problem))
      .then(() => {
        this.linked = false;
        this.closing = undefined;
        if (this.paired && this.owes()) {
          this.setPlan({ retryAt: Date.now() + backoffMs(this.plan.retries), retries: this.plan.retries + 1 });
        } else if (this.plan.retries > 0 || this.plan.retryAt > 0) {
          this.setPlan({ retryAt: 0, retries: 0 });
        }
        this.lookSoon();
      });
  }

  private wakeResting(): void {
    for (const rested of this.resting.splice(0)) rested();
  }

  // --- what is stored

  private get plan(): Plan {
    return this.stored!.plan;
  }

  private setPlan(change: Partial<Plan>): void {
    if (!this.stored) return;
    this.stored = { ...this.stored, plan: { ...this.stored.plan, ...change } };
    void this.ctx.storage.put('device', this.stored);
  }

  private get guardMs(): number {
    return numberOf(this.env.GUARD_MS, guardMs);
  }

  private reason(): Reason | undefined {
    return this.stored && reasonToLink(this.plan, this.paired, Date.now());
  }

  // An alarm soon, whatever comes: durable before anything that follows leaves the object.
  private async guard(): Promise<void> {
    await this.setAlarm(Date.now() + this.guardMs, true);
  }

  private arm(underWay: boolean): void {
    const now = Date.now();
    const at = nextAlarm(this.plan, { underWay, paired: this.paired, coreWakeAt: this.core?.wakeAt, guardMs: this.guardMs }, now);
    if (at === undefined) {
      if (this.alarmAt !== null) void this.ctx.storage.deleteAlarm();
      this.alarmAt = null;
    } else {
      void this.setAlarm(at, underWay);
    }
  }

  // Each write costs: `roughly` leaves one alone that comes earlier.
  private async setAlarm(at: number, roughly: boolean): Promise<void> {
    const stands = this.alarmAt;
    if (stands !== null && (Math.abs(stands - at) < 1_000 || (roughly && stands <= at && stands > Date.now()))) return;
    this.alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }

  // Neither requests nor tokens nor what they say: only which part failed, and how.
  private report(where: string, problem: unknown): void {
    const { code, name } = problem as { code?: string; name?: string };
    console.error(`device: ${where} failed: ${code ?? name ?? 'unknown'}`);
  }
}
