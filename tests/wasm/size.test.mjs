// The budgets of the package: bytes, start, memory. Sizes and memory are the same on every machine for a pinned compiler.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { Core, Sim } from './loader.mjs';
import { dist, Pair, seeded } from './pair.mjs';

const bytes = await readFile(new URL('core.wasm', dist));
const kib = (value) => (value / 1024).toFixed(1);

// As they lie on disk, and as brotli: everything, and what calls, chats, texts and events need (host-wasm/profiles).
// The lite module is not yet where it shall be: it may not grow meanwhile.
const budgets = [
  ['core.wasm', 900_000, 330_000],
  ['core-lite.wasm', 780_000, 290_000],
  ['core-lite.wasm', 600_000, 230_000, 'rooms that are still linked: host-wasm/profiles'],
];

for (const [name, budget, budgetPacked, todo] of budgets) {
  test(`${name} keeps its budgets on disk and as brotli: ${budget}, ${budgetPacked}`, { todo }, async () => {
    const module = await readFile(new URL(name, dist));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: module.length };
    const packed = brotliCompressSync(module, { params }).length;
    console.log(`${name}: ${module.length} bytes of ${budget}, ${packed} brotli of ${budgetPacked}`);
    assert.ok(module.length <= budget, `${module.length} bytes`);
    assert.ok(packed <= budgetPacked, `${packed} bytes brotli`);
  });
}

test('core.wasm starts soon', async () => {

  // Printed, not judged: the budget is 15 ms.
  let compile = Infinity, start = Infinity;
  for (let i = 0; i < 20; ++i) {
    const before = performance.now();
    const module = await WebAssembly.compile(bytes);
    const between = performance.now();
    (await Core.load(module, seeded(1))).version();
    compile = Math.min(compile, between - before);
    start = Math.min(start, performance.now() - between);
  }
  console.log(`compile ${compile.toFixed(1)} ms, instantiate ${start.toFixed(2)} ms (best of 20)`);
});

test('the first device needs at most 2 MiB, each further one at most 64 KiB', async () => {
  const core = await Core.load(await WebAssembly.compile(bytes), seeded(7)), sim = await Sim.load(new URL('sim.wasm', dist));
  const size = () => core.memory.buffer.byteLength;
  const empty = size(), pairs = [];
  let first;
  for (let i = 0; i < 200; ++i) {
    const pair = await Pair.open({ seed: i + 1, core, sim, config: { trace: false } });
    assert.ok(pair.pairedEarlier('5511999999999'), `device ${i} is online`);
    pair.run(() => false, 5_000);
    pairs.push(pair);
    first ??= size();
  }
  const each = (size() - first) / 199;
  console.log(`memory: empty ${kib(empty)} KiB, one device online ${kib(first)} KiB, 200 devices ${kib(size())} KiB, each further ${kib(each)} KiB`);
  assert.ok(first <= 2 * 1024 * 1024);
  assert.ok(each <= 64 * 1024);
  for (const pair of pairs) pair.core.drop(pair.device);
  const full = size();
  for (let i = 0; i < 200; ++i) core.drop(core.open(pairs[i].store, pairs[i].config, 1000, 1_780_000_000_000));
  assert.equal(size(), full, 'memory of dropped devices is used again');
});
