// The steps that a native build recorded (record.cpp), asked again of core.wasm: the same bytes must come out.
import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { Core, MemoryStore, readStep } from './loader.mjs';
import { dist, seeded } from './pair.mjs';

const recording = process.env.WUTS_RECORDING ?? new URL('../../build/release/recording.jsonl', import.meta.url);

test('core.wasm answers every recorded step of the native build byte for byte', { skip: existsSync(recording) ? false : 'no recording: run ./dev test' }, async () => {
  let core, device, store, steps = 0, replies = 0;
  const routes = new Set();
  for await (const line of createInterface({ input: createReadStream(recording) })) {
    const step = JSON.parse(line);
    if (step.config) {
      store = new MemoryStore();
      store.apply(step.rows.map(([table, id, value]) => ({ table, id: Buffer.from(id, 'hex'), value: Buffer.from(value, 'hex') })));
      core = await Core.load(new URL('core.wasm', dist), seeded(step.seed));
      device = core.open(store, step.config, step.mono, step.wall);
      continue;
    }
    const out = core.handleRaw(device, Buffer.from(step.in, 'hex'), step.mono, step.wall);
    ++steps;
    if (out.toString('hex') !== step.out) assert.deepEqual(readStep(out), readStep(Buffer.from(step.out, 'hex')), `step ${steps}`);
    const { writes, effects } = readStep(out);
    store.apply(writes);
    for (const effect of effects) {
      if (effect.kind !== 'reply') continue;
      ++replies;
      routes.add(effect.status);
    }
  }
  console.log(`${steps} steps, ${replies} API answers with status ${[...routes].sort().join(' ')}`);
  assert.ok(steps > 400 && replies > 200);
});
