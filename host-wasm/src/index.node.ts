// Node and bun: the file beside this one.
import { readFile } from 'node:fs/promises';
import { initWith } from './init.js';
import type { InitInput } from './module.js';
export * from './api.js';

// Compiles core.wasm once for this thread; a failed call may be repeated. `source`: where it is, or what it is.
export function init(source?: InitInput): Promise<void> {
  return initWith(source, () => readFile(new URL('./core.wasm', import.meta.url)) as Promise<BufferSource>);
}
