// One linked device: feeds its machine in the core one input at a time, commits, then performs.
// Guarantees: no effect of a step before its writes, and those of all steps before it, are durable; after a failed commit or
// read the machine is thrown away and opened again from the store, and every request it held is answered; inputs that wait
// are bounded. Not re-entrant: what effects cause at once waits for the running loop.
import { type Effect, type FileEffect, type Input, decodeStep, encodeInput } from './abi.js';
import { type Clock, type RandomSource, systemClock, systemRandom } from './clock.js';
import { type Answer, Commands, type Request } from './commands.js';
import type { Core } from './core.js';
import { WutsError, reasonOf, storeError } from './errors.js';
import type { DeviceEvent, DeviceListener } from './events.js';
import { Files, type FilesOptions } from './files.js';
import { freshCore, liveCore } from './init.js';
import { inboxMax, reopenMaxMs, reopenMinMs } from './limits.js';
import { Listeners, localUrl, localWebhook } from './listeners.js';
import { type MediaFetcher, mediaFetcher } from './media.js';
import { mediaHosts } from './media_hosts.js';
import { takeFiles } from './request_files.js';
import { StagedReads } from './staged.js';
import { MemoryStore, type Store } from './store.js';
import type { Link, Transport } from './transport.js';
import { type WebhookSender, fetchWebhook } from './webhook.js';
import { webSocketTransport } from './websocket.js';

// All optional; see host-wasm/abi/config.h.
export interface DeviceConfig {
  device_id?: string;
  user_id?: string;
  reject_ack_ms?: number;
  allow_http_webhooks?: boolean;
  allow_private_webhooks?: boolean;
  app_version?: string;
  device_name?: string;
  platform_display?: string;
  media_hosts?: string[];    // names or URLs that are asked for files instead of the service's
  prekey_count?: number;
  use_routing_info?: boolean;
  // The certificate root; only for a simulated service.
  root_key?: string;
  root_serial?: number;
  check_dates?: boolean;
}

export interface Trace {
  sent: boolean;
  node: Uint8Array<ArrayBuffer>;  // the decrypted stanza, flag byte first
}

export interface DeviceOptions {
  store?: Store;            // default: memory
  transport?: Transport;    // default: WebSocket to the service
  config?: DeviceConfig;
  clock?: Clock;
  random?: RandomSource;
  fetcher?: MediaFetcher;
  // Where media that is sent and received lies, how much of it, and how the service's hosts are reached (files.ts).
  files?: FilesOptions;
  // Sends the webhooks of POST /webhook. Default: fetch().
  webhook?: WebhookSender;
  // Listeners get the events of the device: through a webhook of its own that stays inside ('local'), or only those for which
  // POST /webhook was called ('webhook'). Default: 'local' unless `webhook` is given.
  events?: 'local' | 'webhook';
  on?: DeviceListener;      // registered before anything happens
  // An instance of core.wasm for this device alone: what goes wrong in one stays in one, for 2 MiB of memory. Default: shared.
  instance?: 'shared' | 'own';
  onTrace?: (trace: Trace) => void;
}

// What still happens by itself. With nothing of it, and `wakeAt` far away, a host that sleeps may sleep.
export interface Pending {
  requests: number;
  webhooks: number;
  fetches: number;
  inputs: number;
  files: number;      // pieces of work on them
}

type State = 'open' | 'reopening' | 'failed' | 'closing' | 'closed';

const finalCodes = new Set(['STORE_EVICTED', 'STORE_LOST', 'OWNED_ELSEWHERE', 'BAD_CONFIG', 'NOT_INITIALIZED']);

function failure(status: number, code: string, text: string, wall: number): Answer {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (status === 429 || status === 503) headers['Retry-After'] = '1';
  const timestamp = new Date(wall).toISOString().replace(/\.\d+Z$/, 'Z');
  return { status, headers, body: JSON.stringify({ success: false, error: text, error_code: code, timestamp }) };
}

export class Device extends Commands implements AsyncDisposable {
  private readonly store: Store;
  private readonly transport: Transport;
  private readonly clock: Clock;
  private readonly reads: StagedReads;
  private readonly fetcher: MediaFetcher;
  private readonly sender: WebhookSender;
  private readonly files: Files;
  private readonly config: string;
  private readonly onTrace: ((trace: Trace) => void) | undefined;
  private readonly listeners = new Listeners();

  private core: Core | undefined;        // while the machine lives
  private readonly own: boolean;
  private slot = 0;                      // of `reads` in `core`
  private machine = 0;
  private generation = 0;                // answers meant for a machine that was thrown away are dropped
  private state: State = 'reopening';
  private problem: WutsError | undefined;
  private failures = 0;

  private inbox: Input[] = [];
  private effects: Effect[] = [];        // of steps whose writes are not yet committed
  private pumping = false;
  private committing: Promise<void> | undefined;
  private wake: number | undefined;
  private armed: number | undefined;
  private stopTimer: () => void = () => {};
  private link: { id: number; link: Link | undefined; over: boolean } | undefined;
  private lastRequest = 0n;
  private readonly requests = new Map<bigint, (answer: Answer) => void>();
  private readonly wantsLocal: boolean;
  private local: boolean;                // the webhook for the listeners is still to be configured
  private listening: Promise<void> | undefined;
  private webhooksOut = 0;
  private fetchesOut = 0;

  private constructor(options: DeviceOptions) {
    super();
    this.store = options.store ?? new MemoryStore();
    this.transport = options.transport ?? webSocketTransport();
    this.clock = options.clock ?? systemClock;
    this.reads = new StagedReads(this.store, options.random ?? systemRandom);
    this.fetcher = options.fetcher ?? mediaFetcher(options.config?.media_hosts);
    this.sender = options.webhook ?? fetchWebhook;
    this.files = new Files(() => this.core ?? liveCore(), {
      hosts: mediaHosts(options.config?.media_hosts), allowPrivate: options.config?.allow_private_webhooks ?? false, ...options.files,
    });
    this.onTrace = options.onTrace;
    this.local = this.wantsLocal = (options.events ?? (options.webhook ? 'webhook' : 'local')) === 'local';
    this.own = options.instance === 'own';
    // The listeners' own webhook has an address that nobody else can reach.
    this.config = JSON.stringify({
      ...(this.wantsLocal ? { allow_private_webhooks: true } : {}), ...options.config, ...(options.onTrace ? { trace: true } : {}),
    });
    if (options.on) this.listeners.add(options.on);
  }

  static async open(options: DeviceOptions = {}): Promise<Device> {
    liveCore();  // before the store is touched
    const device = new Device(options);
    try {
      await device.store.open?.();
    } catch (problem) {
      throw storeError(problem);
    }
    try {
      device.openMachine();
    } catch (problem) {
      await device.close().catch(() => {});
      throw problem;
    }
    await device.listening;
    return device;
  }

  // Never rejects for an HTTP failure; only when the device is closed or its store is lost for good.
  request(request: Request): Promise<Answer> {
    if (this.state === 'closing' || this.state === 'closed') {
      return Promise.reject(new WutsError('DEVICE_CLOSED', 'this device is closed'));
    }
    if (this.state === 'failed') return Promise.reject(this.problem);
    const { method, path, body } = request;
    if (typeof method !== 'string' || typeof path !== 'string') {
      return Promise.reject(new WutsError('BAD_ARGUMENT', 'request() takes { method, path, body? }'));
    }
    const wall = this.clock.wall();
    if (!this.core) return Promise.resolve(failure(503, 'DEVICE_NOT_READY', 'device is starting; try again', wall));
    if (this.inbox.length >= inboxMax) {
      return Promise.resolve(failure(429, 'RATE_LIMITED', 'too many requests are waiting for this device', wall));
    }
    const { text, files } = takeFiles(request);
    const given = files.map((file) => ({ ...file, file: this.fileId() }));
    if (!given.every(({ file, blob, contentType }) => this.files.put(file, blob, contentType))) {
      for (const { file } of given) this.files.drop(file);
      return Promise.resolve(failure(429, 'RATE_LIMITED', 'the files of this device take all the room there is', wall));
    }
    return new Promise((resolve) => {
      const id = ++this.lastRequest;
      this.requests.set(id, resolve);
      const contentType = request.contentType ?? (body === undefined ? '' : 'application/json');
      const { deviceId = '', idempotencyKey = '', prefer = '', range = '', ifNoneMatch = '', form = false } = request;
      this.feed({ kind: 'request', request: id, method, target: path, authorization: '', contentType, body: text, deviceId, idempotencyKey, prefer,
                  range, ifNoneMatch, form, files: given.map(({ blob, ...file }) => ({ ...file, size: blob.size })) });
    });
  }

  // Returns the function that ends it.
  on(listener: DeviceListener): () => void;
  on<Type extends DeviceEvent['type']>(type: Type, listener: (event: Extract<DeviceEvent, { type: Type }>) => void): () => void;
  on(first: DeviceListener | string, second?: (event: never) => void): () => void {
    if (typeof first === 'function') return this.listeners.add(first);
    return this.listeners.add((event) => event.type === first && second?.(event as never));
  }

  get pending(): Pending {
    return { requests: this.requests.size, webhooks: this.webhooksOut, fetches: this.fetchesOut, inputs: this.inbox.length,
             files: this.files.busy };
  }

  // When the machine wants to be woken next (on the wall clock); undefined: never by itself.
  get wakeAt(): number | undefined {
    return this.wake === undefined ? undefined : this.clock.wall() + Math.max(0, this.wake - this.clock.mono());
  }

  // Says nothing to the service: the device stays linked. Requests that wait are answered with 503.
  async close(): Promise<void> {
    if (this.state === 'closed') return;
    this.state = 'closing';
    await this.committing;
    if ((this.state as State) === 'closed') return;
    this.state = 'closed';
    this.dropMachine();
    this.answerAll(503, 'DEVICE_NOT_READY', 'device is stopping');
    try {
      await this.store.close?.();
    } catch (problem) {
      throw storeError(problem);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private openMachine(): void {
    this.reads.heal();
    const core = this.own ? freshCore() : liveCore();
    const slot = core.attach(this.reads);
    try {
      this.machine = core.open(slot, this.config, this.mono(), this.clock.wall());
      if (this.reads.failed) throw storeError(this.reads.failed);
    } catch (problem) {
      core.detach(slot);
      throw this.reads.failed ? storeError(this.reads.failed) : problem;
    }
    this.core = core;
    this.slot = slot;
    this.state = 'open';
    ++this.generation;
    this.feed({ kind: 'tick' });
    if (this.local) this.listen();
  }

  private listen(): void {
    this.listening = this.listenLocally().catch(() => {});  // closed meanwhile
  }

  // Somebody deleted the webhook that was configured: the listeners get one of their own again.
  private keepListening(webhookUrl: string): void {
    if (!this.wantsLocal || this.local || webhookUrl !== '') return;
    this.local = true;
    this.listen();
  }

  // A webhook that was configured, ours or another, stays.
  private async listenLocally(): Promise<void> {
    const before = await this.request({ method: 'GET', path: '/webhook' });
    const after = before.status === 404 ? await this.request({ method: 'POST', path: '/webhook', body: localWebhook }) : before;
    if (after.status === 200) this.local = false;
  }

  private feed(input: Input): void {
    if (!this.core) return;
    this.inbox.push(input);
    this.pump();
  }

  // Inputs that wait share one commit: each sees what those before it wrote, and all effects come after it, in order.
  private pump(): void {
    if (this.pumping || this.committing) return;
    this.pumping = true;
    try {
      while (this.core && !this.committing && this.inbox.length > 0) this.turn(this.core);
    } finally {
      this.pumping = false;
    }
  }

  private turn(core: Core): void {
    while (this.inbox.length > 0) {
      let step;
      try {
        step = decodeStep(core.handle(this.machine, this.slot, encodeInput(this.inbox.shift()!), this.mono(), this.clock.wall()));
      } catch (problem) {
        if (problem instanceof WutsError) return this.discard(problem);
        return this.discard(new WutsError('CRASHED', reasonOf(problem), { cause: problem }));
      }
      if (this.reads.failed) return this.discard(storeError(this.reads.failed));
      this.wake = step.wake;
      this.effects.push(...step.effects);
      this.reads.stage(step.writes);
    }
    if (this.reads.empty) return this.performAll();
    let committed;
    try {
      committed = this.store.commit(this.reads.take());
    } catch (problem) {
      return this.discard(storeError(problem));
    }
    if (!committed) return this.committed();
    this.committing = committed.then(() => this.settled(undefined), (problem) => this.settled(storeError(problem)));
  }

  private settled(problem: WutsError | undefined): void {
    this.committing = undefined;
    if (this.state !== 'open') return;  // closed meanwhile: what was committed is found again
    if (problem) return this.discard(problem);
    this.pumping = true;
    this.committed();
    this.pumping = false;
    this.pump();
  }

  private committed(): void {
    this.failures = 0;
    this.performAll();
  }

  private performAll(): void {
    const effects = this.effects;
    this.effects = [];
    for (const effect of effects) this.perform(effect);
    this.arm();
  }

  private perform(effect: Effect): void {
    switch (effect.kind) {
      case 'connect':
        return this.openLink(effect.connection);
      case 'send':
        return this.onLink(effect.connection, (link) => link.send(effect.bytes));
      case 'disconnect':
        return this.onLink(effect.connection, (link) => link.close());
      case 'fetch':
        return this.fetch(effect);
      case 'reply':
        return this.reply(effect);
      case 'postWebhook':
        return this.post(effect);
      case 'deviceStatus': {
        const { kind: _, ...status } = effect;
        this.listeners.tell({ type: 'status', ...status });
        return this.keepListening(effect.webhookUrl);
      }
      case 'log':
        return this.listeners.tell({ type: 'log', level: effect.level, text: effect.text, number: effect.number });
      case 'trace':
        return this.onTrace?.({ sent: effect.sent, node: effect.node });
      case 'removed':
        return void this.removed();
      case 'replyFile':
        return this.replyFile(effect);
      default:
        return this.workOnFile(effect);
    }
  }

  private openLink(id: number): void {
    this.abandonLink();
    const mine: NonNullable<typeof this.link> = { id, link: undefined, over: false };
    this.link = mine;
    const live = (): boolean => this.link === mine && !mine.over;
    const over = (): void => {
      if (!live()) return;
      mine.over = true;
      this.link = undefined;
      this.feed({ kind: 'closed', connection: id });
    };
    try {
      mine.link = this.transport.connect({
        opened: () => live() && this.feed({ kind: 'opened', connection: id }),
        received: (bytes) => live() && this.feed({ kind: 'received', connection: id, bytes }),
        closed: over,
      });
    } catch (problem) {
      this.listeners.tell({ type: 'log', level: 'error', text: `transport failed: ${reasonOf(problem)}`, number: 0n });
      over();
    }
  }

  private onLink(id: number, act: (link: Link) => void): void {
    if (this.link?.id !== id || !this.link.link) return;
    try {
      act(this.link.link);
    } catch {
      this.abandonLink();
      this.feed({ kind: 'closed', connection: id });
    }
  }

  // What it still says is not heard.
  private abandonLink(): void {
    const link = this.link;
    this.link = undefined;
    if (!link) return;
    link.over = true;
    try {
      link.link?.close();
    } catch {
      // it was closed already
    }
  }

  private fetch(effect: Extract<Effect, { kind: 'fetch' }>): void {
    const { generation } = this;
    ++this.fetchesOut;
    const done = (ok: boolean, status: number, body: Uint8Array): void => {
      --this.fetchesOut;
      if (generation === this.generation) this.feed({ kind: 'fetched', fetch: effect.fetch, ok, status, body });
    };
    this.fetcher({ hosts: effect.hosts, path: effect.path, bytesMax: effect.bytesMax })
      .then(({ ok, status, body }) => done(ok, status, body), () => done(false, 0, new Uint8Array(0)));
  }

  private post(effect: Extract<Effect, { kind: 'postWebhook' }>): void {
    this.listeners.tellWebhook(effect.body);
    const { generation } = this;
    const done = (status: number, retryAfterMs?: number): void => {
      if (generation !== this.generation) return;
      this.feed({ kind: 'webhookDone', delivery: effect.delivery, status, retryAfterMs: BigInt(Math.trunc(retryAfterMs ?? -1)) });
    };
    if (effect.url === localUrl) return done(200);
    ++this.webhooksOut;
    const { url, headers, body, timeoutMs } = effect;
    this.sender({ url, headers, body, timeoutMs })
      .then(({ status, retryAfterMs }) => [status, retryAfterMs] as const, () => [0, undefined] as const)
      .then(([status, retryAfterMs]) => {
        --this.webhooksOut;
        done(status, retryAfterMs);
      });
  }

  private reply(effect: Extract<Effect, { kind: 'reply' }>): void {
    const resolve = this.requests.get(effect.request);
    this.requests.delete(effect.request);
    const headers: Record<string, string> = {};
    for (const [name, value] of effect.headers) headers[name] = value;
    if (!effect.headers.some(([name]) => name.toLowerCase() === 'content-type')) headers['Content-Type'] = 'application/json';
    resolve?.({ status: effect.status, headers, body: effect.body });
  }

  private replyFile(effect: Extract<Effect, { kind: 'replyFile' }>): void {
    const resolve = this.requests.get(effect.request);
    this.requests.delete(effect.request);
    const file = this.files.get(effect.file);
    if (!file) return resolve?.(failure(500, 'INTERNAL_ERROR', 'the file is gone', this.clock.wall()));
    resolve?.({ status: effect.status, headers: Object.fromEntries(effect.headers), body: '', blob: file.slice(effect.offset, effect.offset + effect.count) });
  }

  private workOnFile(effect: FileEffect): void {
    const { generation } = this;
    void this.files.perform(effect).then((done) => {
      if (done && generation === this.generation) this.feed({ kind: 'fileDone', ...done });
    });
  }

  private fileId(): bigint {
    const bytes = new Uint8Array(8);
    do this.reads.random(bytes);
    while (bytes.every((byte) => byte === 0));
    return new DataView(bytes.buffer).getBigUint64(0);
  }

  private answerAll(status: number, code: string, text: string): void {
    const waiting = [...this.requests.values()];
    this.requests.clear();
    for (const resolve of waiting) resolve(failure(status, code, text, this.clock.wall()));
  }

  private mono(): number {
    return Math.floor(this.clock.mono());
  }

  // One timer. It is only moved when it would fire too late: most inputs push the next deadline away.
  private arm(): void {
    if (this.wake === undefined || (this.armed !== undefined && this.armed <= this.wake)) return;
    this.stopTimer();
    this.armed = this.wake;
    this.stopTimer = this.clock.after(Math.max(0, this.wake - this.clock.mono()), () => this.onTimer());
  }

  private onTimer(): void {
    this.armed = undefined;
    if (this.wake === undefined || this.state === 'closing' || this.state === 'closed') return;
    if (this.wake > this.clock.mono()) return this.arm();
    this.wake = undefined;
    if (this.state === 'reopening') void this.reopen();
    else this.feed({ kind: 'tick' });
  }

  private dropMachine(): void {
    this.core?.detach(this.slot);
    try {
      this.core?.drop(this.machine);
    } catch {
      // a trap while dropping: the instance is dead and will be replaced
    }
    this.core = undefined;
    ++this.generation;
    this.inbox = [];
    this.effects = [];
    this.files.clear();   // who wanted them is gone: what must be sent begins anew
    this.stopTimer();
    this.armed = this.wake = undefined;
    this.abandonLink();
  }

  // The machine's state can no longer be trusted: forget it. What it owed are rows, and the new one finds them.
  private discard(problem: WutsError): void {
    this.dropMachine();
    this.reads.heal();
    const final = finalCodes.has(problem.code);
    this.problem = problem;
    this.state = final ? 'failed' : 'reopening';
    this.answerAll(500, 'INTERNAL_ERROR', 'the request could not be stored');
    if (!final) {
      this.wake = this.clock.mono() + Math.min(reopenMaxMs, reopenMinMs * 2 ** Math.min(this.failures++, 20));
      this.arm();
    }
    this.listeners.tell({ type: 'problem', error: problem, final });
  }

  private async reopen(): Promise<void> {
    try {
      await this.store.reload?.();
      if (this.state === 'reopening') this.openMachine();
    } catch (problem) {
      if (this.state === 'reopening') this.discard(storeError(problem));
    }
  }

  // The core is done with this device: its rows may go.
  private async removed(): Promise<void> {
    this.state = 'closing';
    this.dropMachine();
    this.answerAll(503, 'DEVICE_NOT_READY', 'device was removed');
    try {
      await this.store.clear();
    } catch (problem) {
      this.listeners.tell({ type: 'problem', error: storeError(problem), final: true });
    }
    this.listeners.tell({ type: 'removed' });
    this.state = 'open';
    await this.close();
  }
}
