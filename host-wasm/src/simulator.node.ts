// Node and bun: the file beside this one.
import { readFile } from 'node:fs/promises';
import { initSimulatorWith } from './sim_core.js';
import type { InitInput } from './module.js';
export * from './simulator_api.js';

// Compiles sim.wasm once for this thread; a failed call may be repeated. `source`: where it is, or what it is.
export function initSimulator(source?: InitInput): Promise<void> {
  return initSimulatorWith(source, () => readFile(new URL('./sim.wasm', import.meta.url)) as Promise<BufferSource>);
}
