// What a device sends besides its link: webhooks, to itself and to others, and media files.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';
import { fetchWebhook, mediaFetcher } from 'wuts-core';
import { caller, paired, phone } from './support.mjs';

async function http(t, answer) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    answer(request, response);
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}

test('a webhook is retried until it is taken; listeners are told once', async (t) => {
  const posts = [];
  let status = 0;
  const webhook = async (post) => {
    posts.push(post);
    if (status === 0) throw new Error('unreachable');
    return { status };
  };
  const rig = await paired(t, { device: { webhook } });
  const device = await rig.open();
  assert.equal((await device.request({ method: 'GET', path: '/webhook' })).status, 404, 'a sender of its own: no local webhook');
  await assert.rejects(device.setWebhook({ webhook_url: 'https://10.0.0.1/in', enabled_events: ['message.received'] }), { status: 400 });
  await device.setWebhook({ webhook_url: 'https://hooks.example.com/in', enabled_events: ['message.received'], secret: 'hush', retry_attempts: 5 });
  await rig.clock.runUntil(async () => JSON.parse((await device.request({ method: 'GET', path: '/status' })).body).data.connected);
  rig.sim.sendText(caller, phone, 'to the webhook');
  await rig.clock.runUntil(() => posts.length >= 3);
  status = 503;
  await rig.clock.runUntil(() => posts.length >= 4);
  status = 200;
  await rig.clock.runUntil(() => posts.length >= 5);
  await rig.clock.run(600_000);
  assert.equal(posts.length, 5);
  assert.equal(new Set(posts.map(({ body }) => JSON.parse(body).id)).size, 1);
  const [post] = posts, event = JSON.parse(post.body);
  assert.deepEqual([post.url, event.event, event.data.content], ['https://hooks.example.com/in', 'message.received', 'to the webhook']);
  assert.match(event.signature, /^sha256=[0-9a-f]{64}$/);
  assert.deepEqual(rig.seen('message.received').map(({ id }) => id), [event.id]);
});

test('a listener gets events again after somebody else\'s webhook is deleted', async (t) => {
  const rig = await paired(t);
  const device = await rig.open();
  await rig.clock.runUntil(() => rig.seen('device.connected').length > 0);
  await device.setWebhook({ webhook_url: 'https://hooks.example/in', enabled_events: ['call.offer'] });
  rig.sim.sendText(caller, phone, 'not asked for');
  await rig.clock.run(60_000);
  assert.equal(rig.seen('message.received').length, 0);
  await device.deleteWebhook();
  await rig.clock.run(1000);
  rig.sim.sendText(caller, phone, 'heard again');
  await rig.clock.runUntil(() => rig.seen('message.received').some(({ data }) => data.content === 'heard again'));
});

test('fetchWebhook: one POST, no redirects, Retry-After', async (t) => {
  const { url, requests } = await http(t, (request, response) => {
    if (request.url === '/moved') return response.writeHead(302, { location: '/in' }).end();
    if (request.url === '/busy') return response.writeHead(429, { 'retry-after': '7' }).end('later');
    if (request.url === '/slow') return undefined;
    return response.writeHead(204).end();
  });
  const post = (path, timeoutMs = 5000) => fetchWebhook({ url: url + path, headers: [['webhook-id', 'e-1']], body: '{"id":"e-1"}', timeoutMs });
  assert.deepEqual(await post('/in'), { status: 204 });
  assert.deepEqual([requests[0].method, requests[0].body, requests[0].headers['webhook-id'], requests[0].headers['content-type']],
    ['POST', '{"id":"e-1"}', 'e-1', 'application/json']);
  assert.equal((await post('/moved')).status, 302);
  assert.deepEqual(await post('/busy'), { status: 429, retryAfterMs: 7000 });
  await assert.rejects(post('/slow', 50), { name: 'TimeoutError' });
  assert.equal(requests.filter(({ url: path }) => path === '/in').length, 1);
});

test('mediaFetcher: hosts in order, limits, what is gone is not asked elsewhere', async (t) => {
  const body = Buffer.alloc(3000, 7);
  const bad = await http(t, (_, response) => response.writeHead(500).end());
  const gone = await http(t, (_, response) => response.writeHead(410).end());
  const good = await http(t, (_, response) => response.end(body));
  const moved = await http(t, (_, response) => response.writeHead(302, { location: `${good.url}/moved` }).end());
  const ask = (hosts, bytesMax = 0) => mediaFetcher(hosts.map((one) => one.url ?? one))({ hosts: ['mmg.whatsapp.net'], path: '/v/file?x=1', bytesMax });
  const found = await ask(['http://127.0.0.1:9', bad, good]);
  assert.deepEqual([found.ok, found.status, Buffer.from(found.body).equals(body)], [true, 200, true]);
  assert.equal(good.requests[0].url, '/v/file?x=1');
  assert.deepEqual((await ask([good], 2999)).ok, false);
  assert.deepEqual((await ask([good], 3000)).ok, true);
  assert.deepEqual([(await ask([gone, good])).status, good.requests.length], [410, 3]);
  assert.equal((await ask([moved])).ok, false);
  assert.equal(good.requests.length, 3, 'a redirect is followed by nobody');
  const fetch = mediaFetcher(good.url);
  const many = await Promise.all(Array.from({ length: 20 }, () => fetch({ hosts: [], path: '/', bytesMax: 0 })));
  assert.ok(many.every(({ ok }) => ok));
});

test('mediaFetcher: of the hosts that the service names only its own are asked, over https', async (t) => {
  const asked = [];
  t.mock.method(globalThis, 'fetch', async (url, { redirect }) => {
    asked.push([url, redirect]);
    return new Response('no', { status: 500 });
  });
  const fetch = mediaFetcher();
  const addresses = ['127.0.0.1', '169.254.169.254', '[::1]', '2130706433', '0x7f.1', 'localhost', 'example.com'];
  const between = ['/', '?', '#', '\\', '@', ':80/', ':80#', '%2f', '%00', '\0', ' ', '\t', '\n', ';', '/@', '/.'];
  const refused = ['', '.whatsapp.net', 'whatsapp.net', 'mmg.whatsapp.net.', 'mmg.whatsapp.net:443', 'mmg.whatsapp.net/', 'MMG.whatsapp.net', 'a..whatsapp.net',
    'mmgwhatsapp.net', 'mmg.whatsapp.com', 'mmg.whatsapp.net.example.com', 'https://mmg.whatsapp.net', 'http://mmg.whatsapp.net', 'mmg.whatsapp.net\n',
    'file:///x.whatsapp.net', `${'a'.repeat(260)}.whatsapp.net`, ...addresses, ...addresses.map((one) => `http://${one}`),
    ...addresses.flatMap((one) => between.map((mark) => `${one}${mark}.whatsapp.net`)), ...addresses.map((one) => `mmg.whatsapp.net@${one}`)];
  for (const host of refused) assert.deepEqual(await fetch({ hosts: [host], path: '/x', bytesMax: 0 }), { ok: false, status: 0, body: new Uint8Array(0) }, host);
  assert.equal((await fetch({ hosts: ['mmg.whatsapp.net'], path: '.example.com/', bytesMax: 0 })).status, 0);
  assert.deepEqual(asked, []);
  assert.equal((await fetch({ hosts: [...refused, 'media-gru2-1.cdn.whatsapp.net', 'mmg.whatsapp.net'], path: '/x?y', bytesMax: 0 })).status, 500);
  assert.deepEqual(asked, [['https://media-gru2-1.cdn.whatsapp.net/x?y', 'manual'], ['https://mmg.whatsapp.net/x?y', 'manual']]);
});
