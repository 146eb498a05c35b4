// One recording is a list of steps. Everything on the page is drawn from the steps up to the cursor, so a loaded file, an
// earlier moment and the living run look alike. Nothing that depends on the machine goes into a step but `us`, which the
// digest leaves out: the same seed and the same actions give the same steps anywhere.

export type Direction = 'out' | 'in';      // out: from the device, in: to the device

export interface FrameStep {
  kind: 'frame';
  dir: Direction;
  conn: number;
  phase: 'handshake' | 'transport';
  intro?: string;          // hex of what comes before the first frame of a connection
  payload: string;         // hex, without the three bytes of length
  pieces: number;          // WebSocket messages it travelled in
  counter?: number;        // Noise counter, transport only
  node?: string;           // hex of the decrypted node with its flag byte
  label: string;           // "iq set w:sync:app:state"
}

export interface Mutation {
  index: string;           // JSON text
  who: string;             // digits of the person it is about; empty: none of the demo
  indexMac: string;
  valueMac: string;        // of the new record; empty when removed
  oldValueMac: string;     // empty when there was none
  value: string;           // hex of the SyncActionValue; empty when removed
}

export type StepBody =
  | FrameStep
  | { kind: 'action'; name: string; text: string }
  | { kind: 'link'; conn: number; state: 'connecting' | 'open' | 'closed'; text: string }
  | { kind: 'fact'; name: string; text: string; data: Record<string, unknown> }
  | { kind: 'request'; id: number; method: string; path: string; body: string }
  | { kind: 'reply'; id: number; method: string; path: string; status: number; body: string }
  | { kind: 'webhook'; event: string; data: Record<string, unknown> }
  | { kind: 'qr'; text: string; expires: number }
  | { kind: 'code'; text: string; expires: number }
  | { kind: 'chats'; list: Chat[] }
  | { kind: 'patch'; collection: string; from: number; to: number; byDevice: boolean; before: string; after: string; mutations: Mutation[]; records: number }
  | { kind: 'hash'; side: 'device'; collection: string; version: number; hash: string; corrupted: boolean }
  | { kind: 'hold'; text: string; node: string }
  | { kind: 'release' }
  | { kind: 'weather'; text: string }
  | { kind: 'crash'; text: string }
  | { kind: 'reopen'; text: string }
  | { kind: 'violation'; text: string }
  | { kind: 'note'; text: string };

export type Step = { n: number; at: number; us?: number } & StepBody;

export interface Chat {
  jid: string;
  name: string;
  archived: boolean;
  pinned: boolean;
  muted: boolean;
}

export interface Recording {
  format: 'wuts-recording';
  version: 1;
  seed: number;
  scenario: string;
  link: string;            // the query that makes this run again
  core: string;
  digest: string;
  steps: Step[];
}

export type StepKind = Step['kind'];
