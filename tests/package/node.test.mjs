// The package in node: every way in, init() misused, and a whole life against the simulator.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import { Device, MemoryStore, WutsError, eventNames, init } from 'wuts-core';
import { Simulator, initSimulator } from 'wuts-core/simulator';
import { caller, chat, dist, paired, phone, ready, until } from './support.mjs';

const wasm = readFileSync(new URL('core.wasm', dist));

// In a process of its own: init() is once per thread.
function fresh(code) {
  const folder = new URL('.', import.meta.url);
  return execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, encoding: 'utf8' }).trim();
}

test('use before init says so', () => {
  const out = fresh(`import { Device, version } from 'wuts-core';
    import { Simulator } from 'wuts-core/simulator';
    for (const use of [() => Device.open(), async () => version(), async () => Simulator.open()]) await use().catch((e) => console.log(e.code));`);
  assert.deepEqual(out.split('\n'), ['NOT_INITIALIZED', 'NOT_INITIALIZED', 'NOT_INITIALIZED']);
});

test('init twice, and at once, is one init', async () => {
  const [first, second] = [init(), init()];
  assert.equal(first, second);
  await first;
  assert.equal(init('http://127.0.0.1:1/never-asked'), first);
});

test('a truncated .wasm is BAD_WASM at every cut; init after the failure works', () => {
  const out = fresh(`import { readFileSync } from 'node:fs';
    import { init, version } from 'wuts-core';
    const whole = readFileSync('../../host-wasm/dist/core.wasm');
    const cuts = [0, 1, 4, 7, 8, 9, 1000, whole.length >> 1, whole.length - 1];
    for (const cut of cuts) await init(whole.subarray(0, cut)).then(() => console.log('taken'), (e) => console.log(e.code));
    await init(new TextEncoder().encode('<!doctype html>')).catch((e) => console.log(e.code));
    await init('http://127.0.0.1:9/core.wasm').catch((e) => console.log(e.code));
    await init(); console.log(version());`).split('\n');
  assert.deepEqual(out.slice(0, -1), [...Array(10).fill('BAD_WASM'), 'INIT_FAILED']);
  assert.match(out.at(-1), /^\d+\.\d+\.\d+$/);
});

test('another module is BAD_WASM and named as such', () => {
  const out = fresh(`import { readFileSync } from 'node:fs';
    import { init } from 'wuts-core';
    await init(readFileSync('../../host-wasm/dist/sim.wasm')).catch((e) => console.log(e.code, e.message));
    await init(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).catch((e) => console.log(e.code, e.message));`);
  for (const line of out.split('\n')) assert.match(line, /^BAD_WASM .*does not export/);
});

test('init takes a module, bytes, a Response and promises of them', () => {
  for (const source of ['new WebAssembly.Module(bytes)', 'bytes', 'bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)',
    'Promise.resolve(bytes)', 'new Response(bytes)', 'new Response(bytes, { headers: { "content-type": "application/wasm" } })']) {
    const out = fresh(`import { readFileSync } from 'node:fs';
      import { init, version } from 'wuts-core';
      const bytes = readFileSync('../../host-wasm/dist/core.wasm');
      await init(${source}); console.log(version());`);
    assert.match(out, /^\d+\.\d+\.\d+$/, source);
  }
  const html = fresh(`import { init } from 'wuts-core';
    await init(new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })).catch((e) => console.log(e.code, e.message));
    await init(new Response('gone', { status: 404 })).catch((e) => console.log(e.code, e.message));`).split('\n');
  assert.match(html[0], /^BAD_WASM .*HTML/);
  assert.match(html[1], /^INIT_FAILED .*404/);
});

test('import, require and ./inline give the same package', () => {
  const code = `await init(); const d = await Device.open(); console.log(version(), (await d.status()).status); await d.close();`;
  const names = '{ init, Device, version }';
  const outs = [fresh(`import ${names} from 'wuts-core'; ${code}`), fresh(`import ${names} from 'wuts-core/inline'; ${code}`),
    fresh(`import { createRequire } from 'node:module'; const ${names} = createRequire(import.meta.url)('wuts-core'); ${code}`)];
  assert.match(outs[0], /^\d+\.\d+\.\d+ disconnected$/);
  assert.deepEqual(outs, Array(3).fill(outs[0]));
  const require = createRequire(import.meta.url);
  assert.ok(require.resolve('wuts-core/core.wasm').endsWith('dist/core.wasm'));
  assert.ok(readFileSync(require.resolve('wuts-core/core.wasm')).equals(wasm));
  assert.ok(require.resolve('wuts-core/sim.wasm').endsWith('dist/sim.wasm'));
});

test('names of events are those of the core', () => {
  const header = readFileSync(new URL('../../core/gateway/webhooks/event_names.h', import.meta.url), 'utf8');
  const table = header.slice(header.indexOf('kEventNames[] = {'), header.indexOf('};'));
  assert.deepEqual([...eventNames], [...table.matchAll(/"([a-z_.]+)"/g)].map(([, name]) => name));
});

test('a wrong configuration is BAD_CONFIG and names the member', async () => {
  await ready();
  await assert.rejects(Device.open({ config: { root_key: 'zz' } }), (problem) =>
    problem instanceof WutsError && problem.code === 'BAD_CONFIG' && /root_key/.test(problem.message));
});

test('pair, call, reject, auto-reply, archive', async (t) => {
  await ready();
  const sim = Simulator.open({ seed: 7 });
  t.after(() => sim.close());
  const store = new MemoryStore();
  const events = [];
  const device = await Device.open({
    store, transport: sim.transport(), fetcher: sim.fetcher, config: { ...sim.config, device_id: 'd-1', user_id: 'u-1' },
    on: (event) => events.push(event),
  });
  t.after(() => device.close());
  const seen = (type) => events.filter((event) => event.type === type);

  const { qr_code } = await device.qr();
  assert.equal(sim.scan(phone, 'not-a-code'), false);
  assert.equal(sim.scan(phone, qr_code), true);
  await until(() => seen('device.connected').length > 0);
  assert.ok(seen('pair.success')[0].data.jid.startsWith(phone));
  assert.ok(seen('device.connected')[0].data.jid.startsWith(phone));
  assert.equal(seen('qr.generated')[0].deviceId, 'd-1');
  assert.equal((await device.status()).connected, true);

  await device.changeCallSettings({ auto_reply: { enabled: true, message: 'I call back later' } });
  const offered = new Promise((resolve) => device.on('call.offer', (event) => resolve(event.data)));
  const callId = sim.ring(phone, caller);
  const offer = await offered;
  assert.equal(offer.call_id, callId);
  assert.deepEqual(await device.rejectCall(offer), { success: true, outcome: 'confirmed', device_id: 'd-1' });
  await until(() => seen('call.auto_reply').some(({ data }) => data.outcome === 'delivered'));
  await until(() => sim.log().facts.some((fact) => JSON.stringify(fact).includes('I call back later')));

  const archived = await device.archiveChat(chat, true);
  assert.equal(archived.outcome, 'applied');
  assert.equal(sim.archived(phone, chat), true);
  await until(() => seen('chat.archive').length > 0);
  assert.deepEqual([seen('chat.archive')[0].data.archived, seen('chat.archive')[0].data.by], [true, 'us']);

  await assert.rejects(device.archiveChat('nonsense', true), { code: 'REQUEST_FAILED', status: 400 });
  assert.deepEqual(sim.violations(), []);
  assert.deepEqual(events.filter(({ type }) => type === 'problem'), []);
  await device.close();
  await assert.rejects(device.request({ method: 'GET', path: '/status' }), { code: 'DEVICE_CLOSED' });

  // A new device on the same rows is the same device, and goes online by itself.
  const again = [];
  const second = await Device.open({ store, transport: sim.transport(), fetcher: sim.fetcher, config: sim.config, on: (event) => again.push(event) });
  t.after(() => second.close());
  await until(() => again.some(({ type }) => type === 'device.connected'));
});

test('pairing by code, a text, a trace', async (t) => {
  const traces = [];
  const { sim, clock, open, seen } = await paired(t, { fresh: true, device: { onTrace: (trace) => traces.push(trace) } });
  const device = await open();
  assert.equal(sim.enterCode(phone, (await clock.finish(device.pairCode(phone))).code), true);
  await clock.runUntil(() => seen('device.connected').length > 0);
  assert.equal((await clock.finish(device.sendText(caller, 'hello'))).chat_jid, chat);
  sim.sendText(caller, phone, 'hello yourself');
  await clock.runUntil(() => seen('message.received').length > 0);
  assert.equal(seen('message.received')[0].data.content, 'hello yourself');
  const tags = new Set(traces.map(({ sent, node }) => `${sent ? 'out' : 'in'} ${sim.inspect(node).tag}`));
  for (const tag of ['in success', 'out iq', 'out message', 'in message', 'in ack']) assert.ok(tags.has(tag), `${tag} of ${[...tags]}`);
});

test('a listener that throws harms nobody', async (t) => {
  const { clock, open, events } = await paired(t);
  const device = await open();
  const reported = [];
  const log = console.error;
  console.error = (problem) => reported.push(problem.message);
  const stop = device.on(() => { throw new Error('a bug of the page'); });
  try {
    await clock.runUntil(() => events.some(({ type }) => type === 'device.connected'));
  } finally {
    console.error = log;
  }
  stop();
  assert.ok(reported.includes('a bug of the page'));
  assert.equal(JSON.parse((await device.request({ method: 'GET', path: '/status' })).body).data.connected, true);
});

test('wasm answers byte for byte what the core answers', async (t) => {
  const { open } = await paired(t, { fresh: true });
  const device = await open();
  const answer = await device.request({ method: 'GET', path: '/no/such/route' });
  assert.equal(answer.status, 404);
  assert.match(answer.body, /^\{"success":false,"error":"[^"]+","error_code":"NOT_FOUND","timestamp":"[-0-9T:Z.]+"\}$/);
  const wrong = await device.request({ method: 'PUT', path: '/calls/settings', body: '{' });
  assert.deepEqual([wrong.status, JSON.parse(wrong.body).error_code], [400, 'INVALID_REQUEST']);
  const missing = await device.request({ method: 'POST', path: '/calls/reject', body: {} });
  assert.deepEqual(JSON.parse(missing.body).validation.map(({ field }) => field), ['call_id', 'from']);
});
