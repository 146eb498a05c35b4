// The API of the mission on the edge: pairing by QR and by code, archive, restart, requests at once, calls, webhooks. Real
// workerd, a real WebSocket, the simulated service.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, Network, Receiver, bundle, deviceEdge, friend, jid, own, sleep, until } from './support.mjs';

const other = '5511977777777';
let bundled, network, receiver, edge;

before(async () => {
  bundled = await bundle();
  network = await Network.start();
  receiver = await Receiver.start();
  edge = await deviceEdge(bundled, network);
});
after(async () => {
  await edge?.kill();
  network?.stop();
  receiver?.stop();
});

const seen = (pattern) => network.facts.filter((line) => pattern.test(line)).length;

describe('a device of its own', () => {
  let client;

  test('a new one is not linked, and says so', async () => {
    client = await Client.create(edge);
    const status = await client.status();
    assert.equal(status.device_id, client.id);
    assert.equal(status.is_logged_in, false);
    const refused = await client.archive(jid(friend), true);
    assert.equal(refused.status, 503);
    assert.equal(refused.json.error_code, 'DEVICE_NOT_READY');
    assert.deepEqual((await client.plan()).link, 'asleep');
  });

  test('pairing by QR', async () => {
    await client.must('POST', '/webhook', {
      webhook_url: receiver.url, secret: 'geheim',
      enabled_events: ['pair.success', 'message.received', 'call.offer', 'call.reject', 'chat.archive', 'device.connected'],
    });
    await client.pair(network);
    const status = await client.status();
    assert.equal(status.phone_number, own);
    await receiver.wait('pair.success');
    await receiver.wait('device.connected');
    assert.match(receiver.named('pair.success')[0].signature, /^sha256=[0-9a-f]{64}$/);
    assert.equal((await client.call('GET', '/qr')).status, 409);
  });

  test('it goes to sleep when the first sync is done, without being asked', async () => {
    await client.asleep();
    const status = await client.status();
    assert.equal(status.connected, false);
    assert.equal(status.is_logged_in, true);
    const plan = await client.plan();
    assert.equal(plan.next_alarm, null);
  });

  test('what needs no link wakes no link', async () => {
    const online = seen(/^online /);
    assert.equal((await client.must('GET', '/calls/settings')).auto_reject, false);
    await client.must('PUT', '/calls/settings', { allow: [jid(friend)] });
    assert.deepEqual((await client.must('GET', '/calls/settings')).allow, [jid(friend)]);
    assert.equal((await client.must('GET', '/webhook')).webhook.webhook_url, receiver.url);
    await client.must('GET', '/chats');
    await sleep(300);
    assert.equal(seen(/^online /), online);
  });

  test('archive: wakes, connects, has it confirmed, sleeps', async () => {
    const answer = await client.archive(jid(friend), true);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json.outcome, 'applied');
    assert.equal(await network.archived(jid(friend)), true);
    await receiver.wait('chat.archive', (data) => data.chat_jid === jid(friend) && data.archived && data.by === 'us');
    await client.asleep();
    const { chats } = await client.must('GET', '/chats');
    assert.equal(chats.find((chat) => chat.jid === jid(friend)).archived, true);
  });

  test('two requests at once share one link', async () => {
    const before = seen(/^online /);
    const [first, second, third] = await Promise.all([
      client.archive(jid(friend), false), client.archive(jid(other), true), client.must('GET', '/status'),
    ]);
    assert.equal(first.status, 200, first.text);
    assert.equal(second.status, 200, second.text);
    assert.ok(third.data);
    assert.equal(await network.archived(jid(friend)), false);
    assert.equal(await network.archived(jid(other)), true);
    await client.asleep();
    assert.equal(seen(/^online /), before + 1);
  });

  test('a call while it is awake is announced and can be rejected', async () => {
    await client.must('POST', '/connect');
    const call = await network.ring();
    await receiver.wait('call.offer', (data) => data.call_id === call);
    const rejected = await client.must('POST', '/calls/reject', { call_id: call, from: jid(friend) });
    assert.equal(rejected.outcome, 'confirmed');
    await until('the caller is rejected', () => seen(new RegExp(`reject.*${call}|${call}.*reject`)));
    await client.asleep();
  });

  test('a call while it sleeps is not: that is the limit of this form', async () => {
    const call = await network.ring();
    await sleep(1_500);
    assert.equal(receiver.all.filter(({ data }) => data.call_id === call).length, 0);
    await network.order('/hangup', { call_id: call });
    const late = await client.must('POST', '/calls/reject', { call_id: call, from: jid(friend) });
    assert.ok(['already_ended', 'confirmed', 'unconfirmed'].includes(late.outcome), late.outcome);
    await client.asleep();
  });

  test('POST /disconnect is obeyed until POST /connect', async () => {
    await client.must('POST', '/disconnect');
    assert.equal((await client.archive(jid(friend), true)).status, 503);
    await client.must('POST', '/connect');
    assert.equal((await client.archive(jid(friend), true)).status, 200);
    await client.asleep();
  });

  test('after a restart it is still paired, and works', async () => {
    await edge.kill();
    await edge.spawn();
    const status = await client.status();
    assert.equal(status.phone_number, own);
    const answer = await client.archive(jid(friend), false);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(await network.archived(jid(friend)), false);
    assert.equal((await client.must('GET', '/webhook')).webhook.webhook_url, receiver.url);
  });

  test('errors are those of the core', async () => {
    const nothing = await client.call('GET', '/nothing/here');
    assert.equal(nothing.status, 404);
    const wrong = await client.call('POST', `/chats/${jid(friend)}/archive`, { archived: 'yes' });
    assert.equal(wrong.status, 400);
    assert.equal(wrong.json.error_code, 'VALIDATION_ERROR');
    assert.equal((await client.call('PUT', '/edge', { mode: 'always', window_seconds: 1 })).json.validation.length, 2);
    const large = await client.call('PUT', '/calls/settings', { text: 'x'.repeat(1 << 20) });
    assert.equal(large.status, 413);
  });

  test('the service is satisfied', async () => assert.deepEqual(await network.violations(), []));

  test('removing it unlinks it and voids its token', async () => {
    const gone = await edge.call('master-secret-of-the-tests', 'DELETE', `/devices/${client.id}`);
    assert.equal(gone.status, 200);
    assert.equal(gone.json.logged_out, true);
    assert.equal((await client.call('GET', '/status')).status, 401);
    assert.equal((await edge.call('master-secret-of-the-tests', 'DELETE', `/devices/${client.id}`)).status, 404);
  });
});

describe('another device of the same Worker', () => {
  test('pairing by code', async () => {
    const client = await Client.create(edge, 'second');
    const { data } = await client.must('POST', '/paircode', { phone: other });
    assert.match(data.code, /^[0-9A-Z]{4}-?[0-9A-Z]{4}$/);
    await network.code(data.code, other);
    await until('paired and connected', async () => (await client.status()).connected);
    assert.equal((await client.status()).phone_number, other);
    assert.equal((await client.archive(jid(friend), true)).status, 200);
    assert.equal(await network.archived(jid(friend), other), true);
    await client.asleep();
  });

  test('through connect(), with headers that are ours alone', async () => {
    const raw = await deviceEdge(bundled, network, { bindings: { TRANSPORT: 'connect' } });
    try {
      const client = await Client.create(raw);
      await client.pair(network, '5511966666666');
      assert.equal((await client.archive(jid(friend), true)).status, 200);
      assert.equal(await network.archived(jid(friend), '5511966666666'), true);
    } finally {
      await raw.kill();
    }
    assert.deepEqual(await network.violations(), []);
  });
});
