// core.wasm against sim.wasm: both ABIs at work, the whole product in wasm.
import assert from 'node:assert/strict';
import test from 'node:test';
import { dist, Pair } from './pair.mjs';
import { Sim } from './loader.mjs';

const me = '5511999999999', other = '5511888888888';

async function paired(options) {
  const pair = await Pair.open(options);
  const { body } = pair.request('GET', '/qr');
  assert.deepEqual(pair.script({ do: 'scan', pn: me, qr_text: body.data.qr_code }), { known: true });
  assert.ok(pair.run(() => pair.script({ do: 'online', pn: me }).online), 'online after the scan');
  return pair;
}

test('a QR code is scanned, a call is rejected through the API, a chat archived, all in wasm', async () => {
  const pair = await paired();
  const { call_id } = pair.script({ do: 'ring', callee: me, caller: other });
  pair.run(() => false, 500);
  assert.equal(pair.request('POST', '/calls/reject', { call_id, from: `${other}@s.whatsapp.net` }).status, 200);
  const rejected = pair.script({ do: 'log' }).facts.filter((fact) => fact.kind === 'reject_seen');
  assert.deepEqual(rejected.map((fact) => [fact.call_id, fact.times]), [[call_id, 1]]);

  const chat = `${other}@s.whatsapp.net`;
  assert.equal(pair.request('POST', `/chats/${encodeURIComponent(chat)}/archive`, { archived: true }).status, 200);
  assert.ok(pair.run(() => pair.script({ do: 'archived', pn: me, chat }).archived === true));
  assert.deepEqual(pair.script({ do: 'violations' }).violations, []);
});

test('a device goes on after a crash with what it stored', async () => {
  const pair = await paired({ seed: 2 });
  pair.reopen();
  assert.ok(pair.run(() => pair.script({ do: 'online', pn: me }).online));
  assert.deepEqual(pair.script({ do: 'violations' }).violations, []);
});

test('every traced stanza can be looked at, and the reject is among them', async () => {
  const pair = await paired({ seed: 3 });
  const { call_id } = pair.script({ do: 'ring', callee: me, caller: other });
  pair.run(() => false, 500);
  pair.request('POST', '/calls/reject', { call_id, from: `${other}@s.whatsapp.net` });
  const trees = pair.traces.map((trace) => ({ sent: trace.sent, ...pair.sim.inspect(trace.node) }));
  assert.ok(trees.every((tree) => tree.tag && !tree.error));
  const reject = trees.find((tree) => tree.sent && tree.children?.[0]?.tag === 'reject');
  assert.ok(reject.children[0].attrs.some(([name, value]) => name === 'call-id' && value === call_id));
  assert.ok(trees.some((tree) => !tree.sent && tree.tag === 'success'));
  assert.ok(pair.sim.inspect(Buffer.from([0, 1])).error);
});

test('a device that was paired earlier opens from the rows the simulator gives', async () => {
  const pair = await Pair.open({ seed: 4 });
  assert.ok(pair.pairedEarlier(me));
});

test('the same seed gives the same bytes, another seed others', async () => {
  const bytes = async (seed) => {
    const pair = await paired({ seed });
    return Buffer.concat(pair.traces.map((trace) => trace.node)).toString('hex');
  };
  assert.equal(await bytes(5), await bytes(5));
  assert.notEqual(await bytes(5), await bytes(6));
});

test('what is wrong with a call is said; unknown handles are harmless', async () => {
  const sim = await Sim.load(new URL('sim.wasm', dist));
  assert.throws(() => sim.open({ seed: 'x' }, 0, 0), /seed/);
  assert.throws(() => sim.open({ by_lid: 1 }, 0, 0), /by_lid/);
  const { handle } = sim.open({ seed: '18446744073709' }, 0, 0);
  assert.throws(() => sim.call(handle, { do: 'ring', caller: me }, 0, 0), /ring: callee is missing or wrong/);
  assert.throws(() => sim.call(handle, { do: 'ring', callee: me, caller: other, type: 'x' }, 0, 0), /type/);
  assert.throws(() => sim.call(handle, { do: 'fly' }, 0, 0), /no method fly/);
  assert.throws(() => sim.call(99, { do: 'log' }, 0, 0), /no such handle/);
  sim.exports.sim_drop(handle);
  assert.equal(sim.exports.sim_net(handle, 3, 0, 0, 0, 0, 0), 0);
});
