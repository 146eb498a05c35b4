// What the Worker asks of the runtime: binaryType before accept, no compiling of bytes, no randomness at start, an instance per
// object; and that the pinned date is one date.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client, Network, bundleEntry, compatibilityDate, deviceEdge, folder, friend, here, jid } from './support.mjs';

const runtimes = [
  ['the pinned date', {}],
  ['the last date on which messages were ArrayBuffers', { compatibilityDate: '2026-03-10' }],
];

let network;
before(async () => (network = await Network.start()));
after(() => network?.stop());

async function probed() {
  const entry = join(folder, 'probed.mjs');
  writeFileSync(entry, `
    import { notes } from ${JSON.stringify(here('probe.mjs'))};
    import worker, { Device, Registry } from ${JSON.stringify(here('../../host-wasm/edge/src/worker.ts'))};
    notes.starting = false;
    export { Device, Registry };
    export default {
      fetch: (request, env) => (new URL(request.url).pathname === '/probe' ? Response.json(notes) : worker.fetch(request, env)),
    };`);
  return bundleEntry('probed', entry);
}

for (const [name, options] of runtimes) {
  describe(name, () => {
    let edge;
    after(() => edge?.kill());

    test('pair and archive work', async () => {
      edge = await deviceEdge(await probed(), network, { ...options, script: 'probed.js' });
      const number = `55118${Math.floor(10_000_000 + Math.random() * 80_000_000)}`;
      const client = await Client.create(edge);
      await client.pair(network, number);
      assert.equal((await client.archive(jid(friend), true)).status, 200);
      assert.equal(await network.archived(jid(friend), number), true);
      await (await Client.create(edge)).status();
    });

    test('the runtime was asked for nothing it forbids', async () => {
      const notes = (await edge.call('', 'GET', '/probe')).json;
      assert.equal(notes.randomAtStart, 0);
      assert.ok(notes.random > 0, 'the probe sees randomness');
      assert.deepEqual(notes.compiled, []);
      assert.ok(notes.instances >= 2, 'each object has an instance of its own');
      assert.ok(notes.accepted.length > 0, 'the probe sees sockets');
      for (const type of notes.accepted) assert.equal(type, 'arraybuffer');
    });
  });
}

test('one compatibility date for all', () => {
  const date = compatibilityDate('../../host-wasm/edge/wrangler.jsonc');
  assert.match(date, /^20\d\d-\d\d-\d\d$/);
  assert.ok(date >= '2026-03-17', 'newer than the change of binaryType, so that the tests would notice its lack');
  assert.equal(compatibilityDate('../../host-wasm/edge/wrangler.relay.jsonc'), date);
  const capnp = readFileSync(here('../../host-wasm/edge/workerd.capnp'), 'utf8');
  assert.deepEqual([...new Set(capnp.match(/compatibilityDate = "[^"]+"/g))], [`compatibilityDate = "${date}"`]);
});
