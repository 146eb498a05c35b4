// What the page shows at one moment: the steps up to the cursor, folded. Pure: the same steps give the same model.

import type { Chat, FrameStep, Mutation, Step } from './steps';

export interface Call {
  id: string;
  caller: string;
  video: boolean;
  group: boolean;
  rangAt: number;
  state: 'ringing' | 'rejecting' | 'rejected' | 'ended';
  reason: string;
  rejectFrame?: FrameStep & { n: number; at: number };
  rejectedAt?: number;
  us?: number;
  outcome?: string;
  seen: number;           // rejects the caller's phone saw
}

export interface Bubble { at: number; from: string; to: string; text: string; id: string; repeated: boolean }

export interface PatchView {
  n: number;
  at: number;
  collection: string;
  from: number;
  to: number;
  byDevice: boolean;
  before: string;
  after: string;
  mutations: Mutation[];
}

export interface CollectionView {
  name: string;
  version: number;
  hash: string;
  records: number;
  device?: { version: number; hash: string; corrupted: boolean };
}

export interface Model {
  at: number;
  count: number;
  link: 'off' | 'connecting' | 'pairing' | 'online';
  jid: string;
  paired: boolean;
  qr?: { text: string; expires: number; shown: number };
  code?: { text: string; expires: number; shown: number };
  frames: (FrameStep & { n: number; at: number })[];
  calls: Call[];
  bubbles: Bubble[];
  chats: Chat[];
  phoneArchive: Map<string, boolean>;
  patches: PatchView[];
  refusals: { n: number; at: number; collection: string; code: number }[];
  collections: Map<string, CollectionView>;
  held?: { text: string; node: string };
  replies: Extract<Step, { kind: 'reply' }>[];
  webhooks: Extract<Step, { kind: 'webhook' }>[];
  violations: string[];
  crashes: number;
  connects: number;
  troubles: number;
  story: Step[];
}

function empty(): Model {
  return {
    at: 0, count: 0, link: 'off', jid: '', paired: false, frames: [], calls: [], bubbles: [], chats: [], phoneArchive: new Map(),
    patches: [], refusals: [], collections: new Map(), replies: [], webhooks: [], violations: [], crashes: 0, connects: 0, troubles: 0, story: [],
  };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function onFact(model: Model, step: Extract<Step, { kind: 'fact' }>): void {
  const { data } = step;
  switch (step.name) {
    case 'device_paired':
      model.paired = true;
      model.jid = text(data.jid);
      model.qr = model.code = undefined;
      break;
    case 'device_online':
      model.link = 'online';
      break;
    case 'device_offline':
      if (model.link === 'online') model.link = 'off';
      break;
    case 'device_removed':
      model.paired = false;
      model.jid = '';
      break;
    case 'call_ringing':
      model.calls.push({
        id: text(data.call_id), caller: text(data.caller), video: data.video === true, group: data.group === true, rangAt: step.at,
        state: 'ringing', reason: '', seen: 0,
      });
      break;
    case 'reject_seen': {
      const call = model.calls.find((one) => one.id === data.call_id);
      if (call) {
        call.state = 'rejected';
        call.rejectedAt = step.at;
        call.seen = Number(data.times) || call.seen + 1;
      }
      break;
    }
    case 'call_ended': {
      const call = model.calls.find((one) => one.id === data.call_id);
      if (call && call.state !== 'rejected') call.state = 'ended';
      if (call) call.reason = text(data.reason);
      break;
    }
    case 'text_decrypted':
      if (data.own_copy !== true) {
        model.bubbles.push({
          at: step.at, from: text(data.from), to: text(data.at_person), text: text(data.text), id: text(data.id), repeated: data.repeated === true,
        });
      }
      break;
    case 'chat_archived':
      model.phoneArchive.set(text(data.person) || text(data.chat), data.archived === true);
      break;
    case 'patch_refused':
      model.refusals.push({ n: step.n, at: step.at, collection: text(data.collection), code: Number(data.code) });
      break;
  }
}

function apply(model: Model, step: Step): void {
  model.at = step.at;
  model.count = step.n;
  switch (step.kind) {
    case 'frame':
      model.frames.push(step);
      if (step.label.startsWith('call reject')) {
        const call = [...model.calls].reverse().find((one) => one.state === 'ringing' || one.state === 'rejecting');
        if (call) {
          call.rejectFrame = step;
          call.state = 'rejecting';
          if (step.us !== undefined) call.us = step.us;
        }
      }
      return;
    case 'link':
      if (step.state === 'connecting') {
        model.link = 'connecting';
        ++model.connects;
      } else if (step.state === 'closed') {
        model.link = 'off';
      } else if (!model.paired) {
        model.link = 'pairing';
      }
      break;
    case 'fact':
      onFact(model, step);
      break;
    case 'reply': {
      model.replies.push(step);
      if (step.path === '/calls/reject') {
        const call = [...model.calls].reverse().find((one) => one.rejectFrame);
        if (call) call.outcome = outcomeOf(step.body);
      }
      break;
    }
    case 'webhook':
      model.webhooks.push(step);
      break;
    case 'qr':
      model.qr = { text: step.text, expires: step.expires, shown: step.at };
      break;
    case 'code':
      model.code = { text: step.text, expires: step.expires, shown: step.at };
      break;
    case 'chats':
      model.chats = step.list;
      return;
    case 'patch': {
      model.patches.push(step);
      const old = model.collections.get(step.collection);
      model.collections.set(step.collection, {
        name: step.collection, version: step.to, hash: step.after, records: step.records, ...(old?.device ? { device: old.device } : {}),
      });
      break;
    }
    case 'hash': {
      const held = model.collections.get(step.collection) ?? { name: step.collection, version: 0, hash: '', records: 0 };
      model.collections.set(step.collection, { ...held, device: { version: step.version, hash: step.hash, corrupted: step.corrupted } });
      if (!step.corrupted) return;
      break;
    }
    case 'hold':
      model.held = { text: step.text, node: step.node };
      break;
    case 'release':
      delete model.held;
      break;
    case 'weather':
      ++model.troubles;
      break;
    case 'crash':
      ++model.crashes;
      model.link = 'off';
      break;
    case 'violation':
      model.violations.push(step.text);
      break;
    case 'action':
    case 'request':
    case 'reopen':
    case 'note':
      break;
  }
  model.story.push(step);
}

export function outcomeOf(body: string): string {
  try {
    const value = JSON.parse(body) as { outcome?: unknown; error?: { code?: unknown } };
    return text(value.outcome) || text(value.error?.code) || 'answered';
  } catch {
    return 'answered';
  }
}

// Keeps the last model and goes on from it when steps were only added.
export class Folder {
  private model = empty();
  private done = 0;
  private source: Step[] | null = null;

  at(steps: Step[], cursor: number): Model {
    if (steps !== this.source || cursor < this.done) {
      this.model = empty();
      this.done = 0;
      this.source = steps;
    }
    while (this.done < cursor) apply(this.model, steps[this.done++]!);
    return this.model;
  }
}
