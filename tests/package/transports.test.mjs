// The transports over real sockets, against the simulated service behind a WebSocket server.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';
import test from 'node:test';
import { WebSocket } from 'ws';
import { Device, relayTransport, webSocketTransport } from 'wuts-core';
import { nodeTransport } from 'wuts-core/node';
import { service } from './service.mjs';
import { caller, chat, phone, until } from './support.mjs';

async function pairOver(t, transport, { sim, url }) {
  const events = [];
  const device = await Device.open({ transport: transport(url), fetcher: sim.fetcher, config: sim.config, on: (event) => events.push(event) });
  t.after(() => device.close());
  assert.equal(sim.scan(phone, (await device.qr()).qr_code), true);
  await until(() => events.some(({ type }) => type === 'device.connected'));
  assert.equal((await device.archiveChat(chat, true)).outcome, 'applied');
  // A message beyond one frame of 64 KiB, in pieces as the network likes.
  sim.do({ do: 'fill_collection', pn: phone, collection: 'regular_low', records: 800 });
  assert.equal((await device.request({ method: 'POST', path: '/appstate/sync', body: { full: true } })).status, 200);
  sim.do({ do: 'drop', pn: phone });
  await until(() => events.filter(({ type }) => type === 'device.connected').length > 1);
  assert.deepEqual(sim.violations(), []);
}

test('nodeTransport: pair, archive, come back; the service sees the Origin it expects', async (t) => {
  const there = await service(t);
  await pairOver(t, (url) => nodeTransport({ url }), there);
  assert.ok(there.upgrades.length >= 2);
  for (const headers of there.upgrades) assert.equal(headers.origin, 'https://web.whatsapp.com');
  const names = there.upgrades[0].raw.filter((_, i) => i % 2 === 0);
  assert.deepEqual(names, ['Host', 'Connection', 'Upgrade', 'Sec-WebSocket-Version', 'Sec-WebSocket-Key', 'Origin']);
});

test('webSocketTransport with a class given', async (t) => {
  await pairOver(t, (url) => webSocketTransport({ url, WebSocket }), await service(t, 2));
});

test('relayTransport asks for a token at every connect', async (t) => {
  const there = await service(t, 3);
  let asked = 0;
  await pairOver(t, (url) => relayTransport({ url, token: async () => `token-${++asked}`, WebSocket }), there);
  assert.ok(asked >= 2);
});

test('without a WebSocket the transport says what to use', () => {
  if (globalThis.WebSocket) return;
  assert.throws(() => webSocketTransport().connect({ opened() {}, received() {}, closed() {} }), { code: 'UNSUPPORTED', message: /wuts-core\/node/ });
});

// A server that answers the upgrade by hand, sends `frames`, and breaks the connection after `cut` bytes in all.
async function cutServer(t, frames, answer, cut) {
  const sent = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    let head = '';
    socket.on('data', (data) => {
      if (head.endsWith('\r\n\r\n')) return sent.push(data);
      head += data.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      const key = /Sec-WebSocket-Key: (\S+)/i.exec(head)[1];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const all = Buffer.concat([Buffer.from(answer(accept)), ...frames]);
      socket.end(all.subarray(0, cut));
    });
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  t.after(() => server.close());
  return { url: `ws://127.0.0.1:${server.address().port}/ws/chat`, sent };
}

const upgrade = (accept) => `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;

function frame(op, payload, final = true) {
  const length = payload.length < 126 ? Buffer.from([payload.length]) : Buffer.from([126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | op]), length, payload]);
}

function listen(transport) {
  return new Promise((resolve) => {
    const seen = { opened: 0, closed: 0, messages: [] };
    transport.connect({
      opened: () => ++seen.opened, received: (bytes) => seen.messages.push(Buffer.from(bytes)),
      closed: () => ++seen.closed === 1 && setTimeout(() => resolve(seen), 2),
    });
  });
}

test('a socket that closes at any byte of the upgrade and the frames: whole messages or nothing, closed once', async (t) => {
  const first = randomBytes(20), second = randomBytes(200), third = randomBytes(30);
  const frames = [frame(2, first), frame(9, Buffer.from('ping')), frame(2, second), frame(2, third.subarray(0, 10), false), frame(9, Buffer.alloc(0)),
    frame(0, third.subarray(10)), frame(1, Buffer.from('text'))];
  const headBytes = upgrade('x'.repeat(28)).length;
  const ends = [0, 2, 5].map((last) => headBytes + frames.slice(0, last + 1).reduce((sum, one) => sum + one.length, 0));
  const total = headBytes + Buffer.concat(frames).length;
  for (let cut = 0; cut <= total; ++cut) {
    const { url } = await cutServer(t, frames, upgrade, cut);
    const seen = await listen(nodeTransport({ url }));
    assert.deepEqual([seen.opened, seen.closed], [cut >= headBytes ? 1 : 0, 1], `cut ${cut}`);
    const whole = [first, second, third].slice(0, ends.filter((end) => cut >= end).length);
    assert.deepEqual(seen.messages, whole, `cut ${cut}`);
  }
});

test('what is no WebSocket server is a connection that never opened', async (t) => {
  const answers = [() => 'HTTP/1.1 403 Forbidden\r\n\r\n', () => upgrade('wrong'), () => 'SSH-2.0-OpenSSH\r\n', () => 'x'.repeat(40_000),
    (accept) => upgrade(accept).replace('101', '1010')];
  for (const answer of answers) {
    const { url } = await cutServer(t, [], answer, Infinity);
    const seen = await listen(nodeTransport({ url }));
    assert.deepEqual([seen.opened, seen.closed, seen.messages.length], [0, 1, 0], answer('x').slice(0, 30));
  }
  assert.deepEqual(await listen(nodeTransport({ url: 'ws://127.0.0.1:9/' })), { opened: 0, closed: 1, messages: [] });
});

test('frames that break the protocol or the limit close the connection', async (t) => {
  const masked = Buffer.from([0x82, 0x81, 1, 2, 3, 4, 5]), reserved = Buffer.from([0xc2, 0x00]);
  const huge = Buffer.from([0x82, 127, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
  for (const bad of [masked, reserved, huge]) {
    const { url } = await cutServer(t, [frame(2, Buffer.from('good')), bad, frame(2, Buffer.from('never'))], upgrade, Infinity);
    const seen = await listen(nodeTransport({ url }));
    assert.deepEqual([seen.opened, seen.closed, String(seen.messages)], [1, 1, 'good']);
  }
});
