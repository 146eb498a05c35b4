// The steps so far, where the cursor stands, and who wants to know. Steps are only added at the end.

import { Digest } from './digest';
import type { Recording, Step, StepBody } from './steps';

export const kStepsMax = 20_000;

export class Tape extends EventTarget {
  steps: Step[] = [];
  private digest = new Digest();
  private position = 0;          // steps shown
  following = true;              // the cursor goes with the end
  frozen = false;                // a loaded file: nothing can be added

  add(at: number, body: StepBody, us?: number): Step | null {
    if (this.frozen || this.steps.length >= kStepsMax) return null;
    const step = { n: this.steps.length + 1, at, ...body, ...(us === undefined ? {} : { us }) } as Step;
    this.digest.add(step);
    this.steps.push(step);
    if (this.following) this.position = this.steps.length;
    this.changed();
    return step;
  }

  get cursor(): number { return this.position; }
  set cursor(value: number) {
    this.position = Math.max(0, Math.min(this.steps.length, Math.round(value)));
    this.following = this.position === this.steps.length && !this.frozen;
    this.changed();
  }

  get hash(): string { return this.digest.text; }

  clear(): void {
    this.steps = [];
    this.digest = new Digest();
    this.position = 0;
    this.following = true;
    this.frozen = false;
    this.changed();
  }

  load(recording: Recording): void {
    this.clear();
    for (const step of recording.steps) {
      this.digest.add(step);
      this.steps.push(step);
    }
    this.position = this.steps.length;
    this.frozen = true;
    this.following = false;
    this.changed();
  }

  changed(): void { this.dispatchEvent(new Event('change')); }
}

// A file made by somebody else is data: everything is checked before it is shown.
export function readRecording(text: string): Recording {
  const refuse = (why: string): never => { throw new Error(`This is not a recording of this page: ${why}.`); };
  if (text.length > 64 * 1024 * 1024) refuse('it is larger than 64 MB');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('it is not JSON');
  }
  const object = value as Partial<Recording> | null;
  if (!object || typeof object !== 'object' || object.format !== 'wuts-recording') return refuse('it does not say "wuts-recording"');
  if (object.version !== 1) return refuse(`its version is ${String(object.version)}, and this page reads 1`);
  if (!Array.isArray(object.steps) || object.steps.length > kStepsMax) return refuse(`it needs a list of at most ${kStepsMax} steps`);
  object.steps.forEach((step: unknown, i) => {
    const one = step as Partial<Step> | null;
    if (!one || typeof one !== 'object' || one.n !== i + 1 || typeof one.at !== 'number' || typeof one.kind !== 'string') {
      refuse(`step ${i + 1} is malformed`);
    }
    for (const field of hexFields[one!.kind as string] ?? []) {
      const hex = (one as Record<string, unknown>)[field];
      if (hex !== undefined && (typeof hex !== 'string' || !/^([0-9a-f]{2})*$/.test(hex))) refuse(`step ${i + 1} has bytes that are not hexadecimal`);
    }
    for (const [field, type] of Object.entries(textFields[one!.kind as string] ?? {})) {
      const held = (one as Record<string, unknown>)[field];
      if (type === 'array' ? !Array.isArray(held) : type === 'object' ? !held || typeof held !== 'object' : typeof held !== type) {
        refuse(`step ${i + 1} lacks "${field}"`);
      }
    }
  });
  return {
    format: 'wuts-recording', version: 1, seed: Number(object.seed) || 0, scenario: String(object.scenario ?? ''), link: String(object.link ?? ''),
    core: String(object.core ?? ''), digest: String(object.digest ?? ''), steps: object.steps as Step[],
  };
}

const hexFields: Record<string, string[]> = {
  frame: ['intro', 'payload', 'node'],
  patch: ['before', 'after'],
  hash: ['hash'],
  hold: ['node'],
};
const textFields: Record<string, Record<string, string>> = {
  frame: { dir: 'string', payload: 'string', label: 'string', phase: 'string', conn: 'number', pieces: 'number' },
  fact: { name: 'string', text: 'string', data: 'object' },
  webhook: { event: 'string', data: 'object' },
  request: { method: 'string', path: 'string', body: 'string', id: 'number' },
  reply: { method: 'string', path: 'string', body: 'string', status: 'number', id: 'number' },
  qr: { text: 'string', expires: 'number' },
  code: { text: 'string', expires: 'number' },
  chats: { list: 'array' },
  patch: { collection: 'string', mutations: 'array', from: 'number', to: 'number', before: 'string', after: 'string' },
  hash: { collection: 'string', hash: 'string', version: 'number' },
  hold: { text: 'string', node: 'string' },
  link: { state: 'string', text: 'string', conn: 'number' },
  action: { name: 'string', text: 'string' },
  note: { text: 'string' }, weather: { text: 'string' }, crash: { text: 'string' }, reopen: { text: 'string' }, violation: { text: 'string' },
};
