// init(): one shared promise for the thread; after a failure it may be called again.
import { Core } from './core.js';
import { WutsError } from './errors.js';
import { compile, type InitInput } from './module.js';

let running: Promise<void> | undefined;
let module: WebAssembly.Module | undefined;
let core: Core | undefined;

export function initWith(source: InitInput | undefined, standard: () => InitInput): Promise<void> {
  running ??= load(source ?? standard).catch((problem: unknown) => {
    running = undefined;
    throw problem;
  });
  return running;
}

async function load(source: InitInput | (() => InitInput)): Promise<void> {
  const compiled = await compile(await (typeof source === 'function' ? (source as () => InitInput)() : source));
  core = new Core(compiled);
  core.version();
  module = compiled;
}

// The live instance; a new one when the last trapped.
export function liveCore(): Core {
  if (!core || core.dead) core = freshCore();
  return core;
}

// An instance that nobody shares.
export function freshCore(): Core {
  if (!module) throw new WutsError('NOT_INITIALIZED', 'call `await init()` before anything else; see the README of wuts-core');
  return new Core(module);
}

// Of the core that init() loaded.
export function version(): string {
  return liveCore().version();
}

// Bytes of wasm memory in use by all devices of this thread.
export function memoryBytes(): number {
  return liveCore().memory.buffer.byteLength;
}
