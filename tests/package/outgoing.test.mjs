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
  const fetch = mediaFetcher();
  const ask = (hosts, bytesMax = 0) => fetch({ hosts: hosts.map((one) => one.url ?? one), path: '/v/file?x=1', bytesMax });
  const found = await ask(['http://127.0.0.1:9', bad, good]);
  assert.deepEqual([found.ok, found.status, Buffer.from(found.body).equals(body)], [true, 200, true]);
  assert.equal(good.requests[0].url, '/v/file?x=1');
  assert.deepEqual((await ask([good], 2999)).ok, false);
  assert.deepEqual((await ask([good], 3000)).ok, true);
  assert.deepEqual([(await ask([gone, good])).status, good.requests.length], [410, 3]);
  assert.deepEqual(await ask([]), { ok: false, status: 0, body: new Uint8Array(0) });
  const many = await Promise.all(Array.from({ length: 20 }, () => ask([good])));
  assert.ok(many.every(({ ok }) => ok));
});
