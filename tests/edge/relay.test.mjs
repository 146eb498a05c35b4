// The relay: whom it serves, what it carries, where it stops.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Device, MemoryStore, init, mediaFetcher } from 'wuts-core';
import { WebSocketServer } from 'ws';
import { nodeTransport } from 'wuts-core/node';
import { MessageReader, encodeFrame } from '../../host-wasm/dist/frames.js';
import { Edge, Network, bundleRelay, friend, jid, own, sha256hex, until } from './support.mjs';

const origin = 'https://app.example.org';
const issuer = 'the-secret-of-the-issuer';
let bundled, network;

const startRelay = (bindings = {}) => Edge.start({
  scriptPath: join(bundled, 'relay.js'),
  modulesRoot: bundled,
  bindings: {
    ALLOWED_ORIGINS: `${origin}, https://other.example.org`, TOKEN_KEY: 'k'.repeat(40), ISSUER_TOKEN_SHA256: sha256hex(issuer),
    UPSTREAM_URL: network.url, ...bindings,
  },
});

before(async () => {
  bundled = await bundleRelay();
  network = await Network.start();
});
after(() => network?.stop());

async function tokenOf(relay, forOrigin = origin) {
  const made = await relay.call(issuer, 'POST', '/token', { origin: forOrigin });
  assert.equal(made.status, 200, made.text);
  return made.json.token;
}

// What a page sends, but with headers of our choice: the status, and the socket when it was taken.
function upgrade(relay, { token, from = origin }) {
  const url = `${relay.url}/ws/chat${token === undefined ? '' : `?token=${token}`}`;
  return new Promise((done, failed) => {
    const request = http.get(url, {
      headers: {
        Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        ...(from ? { Origin: from } : {}),
      },
    });
    request.on('response', (answer) => done({ status: answer.statusCode, answer: answer.resume() }));
    request.on('upgrade', (answer, socket, head) => done({ status: answer.statusCode, socket, head }));
    request.on('error', failed);
  });
}

// Reads until the relay closes: the code it gives.
function closeCode({ socket, head }) {
  return new Promise((done) => {
    const reader = new MessageReader();
    const take = (bytes) => {
      reader.push(new Uint8Array(bytes));
      for (let frame = reader.next(); frame; frame = reader.next()) {
        if (frame.op === 8) done(frame.payload.length >= 2 ? frame.payload[0] * 256 + frame.payload[1] : 1005);
      }
    };
    if (head.length > 0) take(head);
    socket.on('data', take);
    socket.on('close', () => done(1006));
    socket.on('error', () => done(1006));
  });
}

describe('the relay', () => {
  let relay;
  before(async () => (relay = await startRelay()));
  after(() => relay?.kill());

  test('a device in a page pairs and archives through it', async () => {
    await init();
    const device = await Device.open({
      store: new MemoryStore(), fetcher: mediaFetcher(network.mediaHost), config: { root_key: network.rootKey, root_serial: 0, check_dates: false },
      transport: nodeTransport({ url: `${relay.url.replace('http', 'ws')}/ws/chat?token=${await tokenOf(relay)}`, headers: { Origin: origin } }),
    });
    try {
      await network.scan((await device.qr()).qr_code);
      await until('paired', async () => (await device.status()).connected);
      assert.equal((await device.archiveChat(jid(friend), true)).outcome, 'applied');
      assert.equal(await network.archived(jid(friend), own), true);
    } finally {
      await device.close();
    }
    assert.deepEqual(await network.violations(), []);
  });

  test('a foreign origin, or none, is refused', async () => {
    const token = await tokenOf(relay);
    for (const from of ['https://evil.example', 'https://app.example.org.evil.example', 'http://app.example.org', 'null', '']) {
      assert.equal((await upgrade(relay, { token, from })).status, 403, from);
    }
  });

  test('without a token, with another one, or one of another origin: refused', async () => {
    const token = await tokenOf(relay);
    const [expires, mac] = token.split('.');
    const changed = mac.startsWith('A') ? `B${mac.slice(1)}` : `A${mac.slice(1)}`;
    const wrong = [undefined, '', 'x', `${Number(expires) + 600}.${mac}`, `${expires}.${changed}`, `${expires}.`,
                   await tokenOf(relay, 'https://other.example.org')];
    for (const bad of wrong) assert.equal((await upgrade(relay, { token: bad })).status, 401, String(bad));
    const good = await upgrade(relay, { token });
    assert.equal(good.status, 101);
    good.socket.destroy();
  });

  test('tokens are given to the issuer only, and for origins it serves', async () => {
    for (const secret of ['', 'x', 'k'.repeat(40)]) assert.equal((await relay.call(secret, 'POST', '/token', { origin })).status, 401);
    assert.equal((await relay.call(issuer, 'POST', '/token', { origin: 'https://evil.example' })).status, 400);
  });

  test('no other path, and no address from the client', async () => {
    assert.equal((await relay.call('', 'GET', '/')).status, 404);
    const token = await tokenOf(relay);
    const facts = network.facts.length;
    const taken = await upgrade(relay, { token: `${token}&url=ws://127.0.0.1:1/` });
    assert.equal(taken.status, 101, 'the parameter is not looked at');
    taken.socket.destroy();
    assert.ok(network.facts.length >= facts);
  });

  test('text is no protocol of ours', async () => {
    const taken = await upgrade(relay, { token: await tokenOf(relay) });
    taken.socket.write(encodeFrame(1, new TextEncoder().encode('hello')));
    assert.equal(await closeCode(taken), 1003);
  });

  test('it says nothing about what passes', () => assert.equal(relay.log, ''));
});

describe('caps', () => {
  // Takes what comes, says nothing: so that it is the relay that ends the connection.
  let sink;
  const heard = [];
  before(async () => {
    sink = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    sink.on('connection', (socket, { headers }) => {
      heard.push({ origin: headers.origin, bytes: 0 });
      socket.on('message', (data) => (heard.at(-1).bytes += data.length));
    });
    await once(sink, 'listening');
  });
  after(() => {
    sink.clients.forEach((socket) => socket.terminate());
    sink.close();
  });

  const withRelay = async (bindings, run) => {
    const relay = await startRelay(bindings);
    try {
      await run(relay);
    } finally {
      await relay.kill();
    }
  };

  test('an expired token', () => withRelay({ TOKEN_SECONDS: '1' }, async (relay) => {
    const token = await tokenOf(relay);
    const taken = await upgrade(relay, { token });
    assert.equal(taken.status, 101);
    taken.socket.destroy();
    await until('expired', async () => {
      const again = await upgrade(relay, { token });
      again.socket?.destroy();
      return again.status === 401;
    }, 3_000);
  }));

  test('bytes, a message, and time', () => withRelay({
    BYTES_MAX: '3000', SECONDS_MAX: '2', UPSTREAM_URL: `ws://127.0.0.1:${sink.address().port}/`,
  }, async (relay) => {
    const bytes = await upgrade(relay, { token: await tokenOf(relay) });
    for (let i = 0; i < 5; ++i) bytes.socket.write(encodeFrame(2, new Uint8Array(1000)));
    assert.equal(await closeCode(bytes), 1008);
    assert.equal(heard[0].origin, 'https://web.whatsapp.com');
    assert.ok(heard[0].bytes <= 3000, `${heard[0].bytes} bytes went through`);
    const large = await upgrade(relay, { token: await tokenOf(relay) });
    large.socket.write(encodeFrame(2, new Uint8Array((1 << 20) + 1)));
    assert.equal(await closeCode(large), 1009);
    const from = Date.now();
    const time = await upgrade(relay, { token: await tokenOf(relay) });
    assert.equal(await closeCode(time), 1008);
    assert.ok(Date.now() - from >= 1_900);
  }));

  test('without a key for tokens nothing is served', () => withRelay({ TOKEN_KEY: 'short' }, async (relay) => {
    assert.equal((await relay.call(issuer, 'POST', '/token', { origin })).status, 500);
    assert.equal((await upgrade(relay, { token: `9999999999.${'A'.repeat(43)}` })).status, 401);
  }));
});
