// One instance of sim.wasm, shared by the simulators of this thread; and the calls of its C ABI.
import { ByteReader } from './bytes.js';
import { WutsError, reasonOf } from './errors.js';
import { type InitInput, type Memory, compile, instantiate, place, take } from './module.js';

export interface SimOut {
  conn: number;
  bytes: Uint8Array<ArrayBuffer>;
  close: boolean;
}

export interface SimAnswer {
  outs: SimOut[];
  deadline: number | undefined;  // on the mono clock
}

const exportsNeeded = [
  'sim_alloc', 'sim_free', 'sim_open', 'sim_drop', 'sim_net', 'sim_call', 'sim_media', 'sim_inspect',
] as const;

export class SimCore implements Memory {
  readonly memory: WebAssembly.Memory;
  private readonly calls: Record<(typeof exportsNeeded)[number], CallableFunction>;

  constructor(module: WebAssembly.Module) {
    const exports = instantiate(module, {}, exportsNeeded);
    this.memory = exports.memory;
    this.calls = exports as unknown as typeof this.calls;
  }

  alloc(size: number): number {
    return this.calls.sim_alloc(size) as number;
  }
  free(at: number): void {
    this.calls.sim_free(at);
  }

  open(options: object, mono: number, wall: number): { handle: number; root_key: string; root_serial?: number } {
    return this.json((at, length) => this.calls.sim_open(at, length, mono, wall) as number, options);
  }
  drop(handle: number): void {
    this.calls.sim_drop(handle);
  }
  call(handle: number, what: object, mono: number, wall: number): unknown {
    return this.json((at, length) => this.calls.sim_call(handle, at, length, mono, wall) as number, what);
  }
  net(handle: number, kind: number, conn: number, bytes: Uint8Array, mono: number, wall: number): SimAnswer {
    const call = (at: number, length: number): number =>
      this.calls.sim_net(handle, kind, conn, at, length, mono, wall) as number;
    const in_ = new ByteReader(this.with(bytes, call));
    const outs = in_.list(() => ({ conn: in_.u32(), bytes: in_.bytes(), close: in_.bool() }));
    return { outs, deadline: in_.optional(() => Number(in_.i64())) };
  }
  media(handle: number, target: string): { status: number; body: Uint8Array } {
    const text = new TextEncoder().encode(target);
    const in_ = new ByteReader(this.with(text, (at, length) => this.calls.sim_media(handle, at, length) as number));
    return { status: in_.i32(), body: in_.bytes() };
  }
  inspect<T>(node: Uint8Array): T {
    const text = this.with(node, (at, length) => this.calls.sim_inspect(at, length) as number);
    return JSON.parse(new TextDecoder().decode(text)) as T;
  }

  private with(bytes: Uint8Array, call: (at: number, length: number) => number): Uint8Array<ArrayBuffer> {
    const at = place(this, bytes);
    let answer: number;
    try {
      answer = call(at, bytes.length);
    } catch (problem) {
      throw new WutsError('CRASHED', `the simulator trapped: ${reasonOf(problem)}`, { cause: problem });
    }
    if (answer === 0) throw new WutsError('BAD_ARGUMENT', 'the simulator does not understand this');
    const out = take(this, answer);
    this.free(at);
    return out;
  }

  private json<T>(call: (at: number, length: number) => number, what: object): T {
    const answer = JSON.parse(new TextDecoder().decode(this.with(new TextEncoder().encode(JSON.stringify(what)), call))) as T;
    const failed = (answer as { error?: unknown } | null)?.error;
    if (failed !== undefined) throw new WutsError('BAD_ARGUMENT', `the simulator refuses: ${String(failed)}`);
    return answer;
  }
}

let running: Promise<void> | undefined;
let live: SimCore | undefined;

export function initSimulatorWith(source: InitInput | undefined, standard: () => InitInput): Promise<void> {
  running ??= (async () => {
    live = new SimCore(await compile(source ?? standard()));
  })().catch((problem: unknown) => {
    running = undefined;
    throw problem;
  });
  return running;
}

export function liveSimulator(): SimCore {
  if (!live) throw new WutsError('NOT_INITIALIZED', 'call `await initSimulator()` first; see the README of wuts-core');
  return live;
}
