// Waking without a request: alarms, modes, and what a kill -9 of the runtime may not lose.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client, Network, RawEdge, Receiver, bundle, friend, jid, own, sleep, until } from './support.mjs';

let network, receiver, edge, client;

before(async () => {
  const bundled = await bundle();
  network = await Network.start();
  receiver = await Receiver.start();
  edge = await RawEdge.start(bundled, network, { POLL_SECONDS_MIN: '1', PAIR_HOLD_MS: '1500', GUARD_MS: '3000' });
  client = await Client.create(edge);
  await client.must('POST', '/webhook', {
    webhook_url: receiver.url, enabled_events: ['message.received', 'chat.archive', 'call.offer'], retry_attempts: 10,
  });
  await client.pair(network);
  await client.asleep();
});
after(async () => {
  await edge?.kill();
  network?.stop();
  receiver?.stop();
});

const seen = (pattern) => network.facts.filter((line) => pattern.test(line)).length;
const isOnline = () => seen(/^online /) > seen(/^offline /);
const restart = async () => {
  await edge.kill();
  await edge.spawn();
};

describe('alarms', () => {
  test('an alarm connects by itself, fetches what waits, delivers the webhook, sleeps', async () => {
    const { message_id: id } = await network.text('while you slept');
    await client.plan({ poll_seconds: 2 });
    await receiver.wait('message.received', (data) => data.message_id === id && data.content === 'while you slept');
    await until('offline again', () => !isOnline());
    const plan = await client.plan({ poll_seconds: 0 });
    assert.equal(plan.poll_seconds, 0);
    await client.asleep();
    assert.equal((await client.plan()).next_alarm, null);
  });

  test('an alarm that was due while the runtime was dead comes after it starts, without a request', async () => {
    await client.plan({ poll_seconds: 3 });
    await edge.kill();
    const { message_id: id } = await network.text('while you were dead');
    await sleep(3_500);
    await edge.spawn();
    await receiver.wait('message.received', (data) => data.message_id === id);
    await client.plan({ poll_seconds: 0 });
    await client.asleep();
  });
});

test('a receiver that is down is tried again by an alarm, asleep', async () => {
  let attempts = 0;
  receiver.answer = ({ event }) => (event === 'message.received' && ++attempts <= 4 ? 503 : 200);
  const { message_id: id } = await network.text('try again');
  await client.must('POST', '/connect');
  await until('four attempts', () => attempts === 4, 15_000);
  await until('asleep, with an alarm', async () => {
    const { link, next_alarm: alarm } = await client.plan();
    return link === 'asleep' && alarm !== null;
  });
  assert.ok(!isOnline());
  await receiver.wait('message.received', (data) => data.message_id === id, 30_000);
  receiver.answer = () => 200;
  await client.asleep();
});

describe('kill -9 in the middle', () => {
  test('an archive that the service has not answered is finished without a request', async () => {
    await network.order('/fault', { kind: 'iq_silence', detail: 'w:sync:app:state' });
    const request = client.archive(jid(friend), true).catch(() => 'cut off');
    await until('the device is online', isOnline);
    await sleep(400);
    await edge.kill();
    assert.equal(await request, 'cut off');
    assert.notEqual(await network.archived(jid(friend)), true);
    await edge.spawn();
    await until('the archive is done', () => network.archived(jid(friend)), 45_000);
    await receiver.wait('chat.archive', (data) => data.chat_jid === jid(friend) && data.archived);
    await client.asleep();
  });

  test('an archive that was accepted, but not answered, is made once', async () => {
    await network.order('/fault', { kind: 'patch_ack_lost' });
    const request = client.archive(jid(friend), false).catch(() => 'cut off');
    await until('the patch is accepted', async () => (await network.archived(jid(friend))) === false);
    await edge.kill();
    assert.equal(await request, 'cut off');
    await edge.spawn();
    await receiver.wait('chat.archive', (data) => data.chat_jid === jid(friend) && !data.archived, 45_000);
    assert.equal(await network.archived(jid(friend)), false);
    await client.asleep();
  });

  test('a webhook that was not taken is delivered after it, without a request', async () => {
    let refused = 0;
    receiver.answer = (event) => (event.event === 'message.received' ? (++refused, 503) : 200);
    const { message_id: id } = await network.text('not taken');
    await client.must('POST', '/connect');
    await until('the first attempt', () => refused > 0);
    await edge.kill();
    receiver.answer = () => 200;
    await edge.spawn();
    await receiver.wait('message.received', (data) => data.message_id === id, 45_000);
  });

  test('again and again, at any moment: no webhook lost, every archive finished', async () => {
    const texts = [], chats = new Map();
    let random = 7;
    const below = (n) => (random = (random * 48271) % 2147483647) % n;
    for (let round = 0; round < 12; ++round) {
      texts.push((await network.text(`round ${round}`)).message_id);
      const chat = jid(`551195555000${round % 3}`);
      const archived = below(2) === 0;
      const sent = client.archive(chat, archived).then((answer) => answer.status === 200, () => false);
      await sleep(below(90));
      await restart();
      // Cut off before it was stored: then it never was a promise. An answer is one.
      if (await sent) chats.set(chat, archived);
      else chats.delete(chat);
    }
    for (const id of texts) await receiver.wait('message.received', (data) => data.message_id === id, 45_000);
    await client.asleep(45_000);
    const { chats: known } = await client.must('GET', '/chats');
    for (const { jid: chat, archived } of known.filter(({ jid }) => jid.startsWith('551195555'))) {
      assert.equal((await network.archived(chat)) ?? false, archived, 'both sides agree');
      if (chats.has(chat)) assert.equal(archived, chats.get(chat));
    }
    const ids = receiver.named('message.received').map(({ id }) => id);
    assert.equal(new Set(ids).size >= texts.length, true);
    assert.deepEqual(await network.violations(), []);
  });
});

describe('modes', () => {
  test('window: stays linked after a request, sleeps when the window is over', async () => {
    await client.plan({ mode: 'window', window_seconds: 10 });
    const from = Date.now();
    await until('online', isOnline);
    const { message_id: id } = await network.text('in the window');
    await receiver.wait('message.received', (data) => data.message_id === id, 3_000);
    await sleep(Math.max(0, from + 6_000 - Date.now()));
    assert.ok(isOnline());
    await client.asleep();
    assert.ok(Date.now() - from >= 9_500, 'not before the window is over');
    await client.plan({ mode: 'oneshot' });
  });

  test('held: stays linked, hears a call, and is linked again after a kill without a request', async () => {
    await client.plan({ mode: 'held' });
    await until('online', isOnline);
    await sleep(1_500);  // longer than a visit lingers
    assert.ok(isOnline());
    const call = await network.ring();
    await receiver.wait('call.offer', (data) => data.call_id === call, 3_000);
    assert.equal((await client.must('POST', '/calls/reject', { call_id: call, from: jid(friend) })).outcome, 'confirmed');
    await edge.kill();
    await until('offline', () => !isOnline());
    await edge.spawn();
    await until('online again', isOnline, 40_000);
    assert.equal((await client.plan()).held_for, 'held');
  });

  test('held: a link that another client took over is not taken back until somebody asks', async () => {
    await network.order('/fault', { kind: 'stream_error', detail: 'replaced' });
    const cut = client.archive(jid(friend), true).catch(() => {});
    await until('offline', () => !isOnline());
    await sleep(4_500);  // two alarms
    assert.ok(!isOnline());
    const plan = await client.plan();
    assert.equal(plan.off, true);
    assert.equal(plan.held_for, null);
    await client.must('POST', '/connect');
    await until('online', isOnline);
    await cut;
    await client.plan({ mode: 'oneshot' });
    await client.asleep();
    assert.deepEqual(await network.violations(), []);
  });
});
