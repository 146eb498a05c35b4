// core-lite.wasm: calls, chats, texts and events as core.wasm has them; the rest is not there, and says so.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Core } from './loader.mjs';
import { dist, Pair, seeded } from './pair.mjs';

const me = '5511999999999', other = '5511888888888', chat = `${other}@s.whatsapp.net`;
const lite = () => Core.load(new URL('core-lite.wasm', dist), seeded(1));

async function paired(core) {
  const pair = await Pair.open({ core, config: { allow_private_webhooks: true } });
  const { body } = pair.request('GET', '/qr');
  assert.deepEqual(pair.script({ do: 'scan', pn: me, qr_text: body.data.qr_code }), { known: true });
  assert.ok(pair.run(() => pair.script({ do: 'online', pn: me }).online), 'online after the scan');
  return pair;
}

test('the lite module pairs, rejects a call, archives a chat, sends and receives a text, and tells of all of it', async () => {
  const pair = await paired(await lite());
  const events = ['call.offer', 'message.received', 'message.sent', 'chat.archive'];
  assert.equal(pair.request('POST', '/webhook', { webhook_url: 'http://127.0.0.1:8080/', enabled_events: events }).status, 200);
  const { call_id } = pair.script({ do: 'ring', callee: me, caller: other });
  pair.run(() => false, 500);
  assert.equal(pair.request('POST', '/calls/reject', { call_id, from: chat }).status, 200);
  assert.equal(pair.request('POST', `/chats/${encodeURIComponent(chat)}/archive`, { archived: true }).status, 200);
  assert.ok(pair.run(() => pair.script({ do: 'archived', pn: me, chat }).archived === true));
  const sent = pair.request('POST', '/send/text', { number: other, text: 'words' });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  pair.script({ do: 'send_text', from: other, to: me, text: 'other words' });
  pair.run(() => false, 2000);
  const told = new Set(pair.posts.map(({ event }) => event));
  assert.deepEqual(events.filter((name) => !told.has(name)), []);
  assert.deepEqual(pair.script({ do: 'violations' }).violations, []);
});

test('what the lite module leaves out is answered with 404, and it has no cipher for files', async () => {
  const core = await lite(), pair = await Pair.open({ core });
  for (const [method, path] of [['POST', '/send/image'], ['POST', '/send/location'], ['GET', '/contacts'], ['GET', '/groups'], ['POST', '/status/text'],
    ['GET', '/users'], ['POST', '/presence']]) {
    assert.equal(pair.request(method, path, method === 'POST' ? {} : undefined).status, 404, path);
  }
  assert.equal(core.exports.wa_seal, undefined);
});

test('a device moves from one module to the other with its rows', async () => {
  const pair = await paired(await lite());
  const full = await Core.load(new URL('core.wasm', dist), seeded(2));
  pair.core.drop(pair.device);
  pair.core = full;
  pair.device = undefined;
  pair.reopen();
  assert.ok(pair.run(() => pair.script({ do: 'online', pn: me }).online), 'online in core.wasm');
  assert.deepEqual(pair.script({ do: 'violations' }).violations, []);
});
