// Loading a .wasm of ours in any runtime, without generated glue: compile from whatever the caller has, instantiate, check.
import { WutsError, reasonOf } from './errors.js';

export type InitSource = WebAssembly.Module | BufferSource | Response | URL | string;
export type InitInput = InitSource | Promise<InitSource>;

export interface Memory {
  readonly memory: WebAssembly.Memory;
  alloc(size: number): number;
  free(at: number): void;
}

export type Exports = Record<string, CallableFunction> & { memory: WebAssembly.Memory };

async function compileResponse(answer: Response): Promise<WebAssembly.Module> {
  if (!answer.ok) throw new WutsError('INIT_FAILED', `the .wasm was answered with HTTP ${answer.status}`);
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('application/wasm') && typeof WebAssembly.compileStreaming === 'function') {
    return WebAssembly.compileStreaming(answer);
  }
  if (type.startsWith('text/html')) {
    throw new WutsError('BAD_WASM', 'the .wasm was answered with an HTML page: is its URL right?');
  }
  return WebAssembly.compile(await answer.arrayBuffer());
}

function isModule(value: unknown): boolean {
  return value instanceof WebAssembly.Module || Object.prototype.toString.call(value) === '[object WebAssembly.Module]';
}

export async function compile(source: InitInput): Promise<WebAssembly.Module> {
  try {
    const what = await source;
    if (isModule(what)) return what as WebAssembly.Module;
    if (typeof what === 'string' || what instanceof URL) return await compileResponse(await fetch(what));
    if (typeof Response === 'function' && what instanceof Response) return await compileResponse(what);
    return await WebAssembly.compile(what as BufferSource);
  } catch (problem) {
    if (problem instanceof WutsError) throw problem;
    if (problem instanceof WebAssembly.CompileError && !/disallowed|unsafe-eval|Content.Security/i.test(problem.message)) {
      throw new WutsError('BAD_WASM', `no WebAssembly module, or a truncated one: ${problem.message}`, { cause: problem });
    }
    throw new WutsError('INIT_FAILED', `the .wasm could not be loaded: ${reasonOf(problem)}`, { cause: problem });
  }
}

// Instantiates with `imports` for what the module names in "env"; anything else it wants (left over by the toolchain, never
// called in ordinary work) becomes a function that answers `ENOSYS`.
export function instantiate(module: WebAssembly.Module, imports: Record<string, (...args: number[]) => number | void>,
                            needed: readonly string[]): Exports {
  const all: WebAssembly.Imports = {};
  for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') {
      throw new WutsError('BAD_WASM', `the module wants a ${kind} ${space}.${name}: not one of this package`);
    }
    (all[space] ??= {})[name] = imports[name] ?? (() => 52);
  }
  let exports: WebAssembly.Exports;
  try {
    exports = new WebAssembly.Instance(module, all).exports;
    (exports['_initialize'] as CallableFunction | undefined)?.();
  } catch (problem) {
    if (problem instanceof WutsError) throw problem;
    throw new WutsError('BAD_WASM', `the module does not start: ${reasonOf(problem)}`, { cause: problem });
  }
  for (const name of ['memory', ...needed]) {
    if (!(name in exports)) {
      throw new WutsError('BAD_WASM', `the module does not export ${name}: not one of this package, or of another version`);
    }
  }
  return exports as Exports;
}

export function place(memory: Memory, bytes: Uint8Array): number {
  const at = memory.alloc(bytes.length || 1);
  if (at === 0) throw new WutsError('CRASHED', 'the wasm instance has no memory left');
  new Uint8Array(memory.memory.buffer, at, bytes.length).set(bytes);
  return at;
}

// The answer at `at`, copied out.
export function take(memory: Memory, at: number): Uint8Array<ArrayBuffer> {
  const length = new DataView(memory.memory.buffer).getUint32(at, true);
  return new Uint8Array(memory.memory.buffer).slice(at + 4, at + 4 + length);
}
