// workerd: a .wasm that is imported is a compiled module.
import wasm from './sim.wasm';
import { initSimulatorWith } from './sim_core.js';
import type { InitInput } from './module.js';
export * from './simulator_api.js';

// Compiles sim.wasm once for this thread; a failed call may be repeated. `source`: where it is, or what it is.
export function initSimulator(source?: InitInput): Promise<void> {
  return initSimulatorWith(source, () => wasm);
}
