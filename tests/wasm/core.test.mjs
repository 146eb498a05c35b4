// The C ABI of core.wasm, driven raw: open, one input of each kind, answers, errors.
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { Core, input, MemoryStore } from './loader.mjs';

const file = process.env.WUTS_CORE_WASM ?? new URL('../../host-wasm/dist/core.wasm', import.meta.url);
const mono = 1000, wall = 1_780_000_000_000;
const load = () => Core.load(file, randomFillSync);

function reply(step) { return step.effects.find((effect) => effect.kind === 'reply'); }

test('the version is that of the project', async () => {
  assert.match((await load()).version(), /^\d+\.\d+\.\d+$/);
});

test('a fresh device answers a request, connects when asked, and keeps its rows in the store of the host', async () => {
  const core = await load();
  const store = new MemoryStore();
  const device = core.open(store, { device_id: '00000000-0000-4000-8000-000000000001', trace: true }, mono, wall);
  const tick = core.handle(device, input.tick(), mono, wall);
  store.apply(tick.writes);
  assert.ok(!tick.effects.some((effect) => effect.kind === 'connect'));

  const status = reply(core.handle(device, input.request(7, { method: 'GET', target: '/status' }), mono, wall));
  assert.equal(status.request, 7n);
  assert.equal(status.status, 200);
  assert.equal(JSON.parse(status.body).success, true);

  const qr = core.handle(device, input.request(8, { method: 'GET', target: '/qr' }), mono, wall);
  store.apply(qr.writes);
  const connect = qr.effects.find((effect) => effect.kind === 'connect');
  assert.ok(connect);
  assert.ok(store.rows.size > 0);
  const hello = core.handle(device, input.opened(connect.connection), mono, wall).effects.find((effect) => effect.kind === 'send');
  assert.equal(hello.bytes.subarray(0, 3).toString('latin1'), 'WA\x06');
});

test('devices do not meet; a dropped one is gone', async () => {
  const core = await load();
  const disk = new MemoryStore();
  const first = core.open(disk, {}, mono, wall), second = core.open(new MemoryStore(), {}, mono, wall);
  const ask = (device, method, target, body) => reply(core.handle(device, input.request(1, { method, target, contentType: 'application/json', body }), mono, wall));
  const settings = (device) => JSON.parse(ask(device, 'GET', '/calls/settings').body).auto_reject;
  const put = input.request(1, { method: 'PUT', target: '/calls/settings', contentType: 'application/json', body: '{"auto_reject":true}' });
  disk.apply(core.handle(first, put, mono, wall).writes);
  assert.equal(settings(first), true);
  assert.equal(settings(second), false);
  core.drop(first);
  assert.equal(core.handleRaw(first, input.tick(), mono, wall), undefined);
  assert.equal(ask(second, 'GET', '/status').status, 200);
});

test('a configuration with a wrong member is refused by name', async () => {
  const core = await load();
  const cases = [['{', 'the configuration is not a JSON object'], ['[]', 'the configuration is not a JSON object'], ['{"tracing":true}', 'a member that does not exist'],
    ['{"trace":1}', 'trace'], ['{"app_version":"2.3000"}', 'app_version'], ['{"app_version":"2.3000.1.4"}', 'app_version'],
    ['{"app_version":"2..1"}', 'app_version'], ['{"root_key":"00"}', 'root_key'], ['{"prekey_count":-1}', 'prekey_count']];
  for (const [config, message] of cases) assert.throws(() => core.open(new MemoryStore(), config, mono, wall), { code: 'invalid_config', message });
});

test('the headers of a request reach the core', async () => {
  const core = await load();
  const store = new MemoryStore();
  const device = core.open(store, { device_id: '0b8e4d4e-0000-4000-8000-000000000001' }, mono, wall);
  const put = (id, idempotencyKey, body) => {
    const step = core.handle(device, input.request(id, { method: 'PUT', target: '/calls/settings', contentType: 'application/json', body, idempotencyKey }), mono, wall);
    store.apply(step.writes);
    return reply(step);
  };
  const first = put(1, 'k', '{"auto_reject":true}'), again = put(2, 'k', '{"auto_reject":true}'), other = put(3, 'k', '{"auto_reject":false}');
  assert.equal(first.status, 200);
  assert.equal(again.body, first.body);
  assert.ok(again.headers.some(([name, value]) => name === 'Idempotency-Replayed' && value === 'true'), JSON.stringify(again.headers));
  assert.equal(other.status, 422);
});

test('malformed input is refused at every length and changes nothing', async () => {
  const core = await load();
  const device = core.open(new MemoryStore(), {}, mono, wall);
  const whole = input.request(1, { method: 'GET', target: '/status', authorization: 'x', contentType: 'y', body: 'z' });
  for (let size = 0; size < whole.length; ++size) assert.equal(core.handleRaw(device, whole.subarray(0, size), mono, wall), undefined, `${size} bytes`);
  assert.equal(core.handleRaw(device, Buffer.concat([whole, Buffer.from([0])]), mono, wall), undefined);
  assert.equal(core.handleRaw(device, Buffer.from([99]), mono, wall), undefined);
  assert.equal(reply(core.handle(device, whole, mono, wall)).status, 200);
});

test('a body with any control byte in the wrong place is a 400, as it is natively, and the module lives on', async () => {
  const core = await load();
  const device = core.open(new MemoryStore(), {}, mono, wall);
  for (let byte = 0; byte < 32; ++byte) {
    const at = String.fromCharCode(byte);
    for (const body of [`{"auto_reject"${at}x:true}`, `{"auto_reject":"${at}"}`, `${at}{`]) {
      const put = input.request(1, { method: 'PUT', target: '/calls/settings', contentType: 'application/json', body });
      assert.equal(reply(core.handle(device, put, mono, wall)).status, 400, `byte ${byte} in ${JSON.stringify(body)}`);
    }
  }
});

test('a store with damaged credentials does not open', async () => {
  const core = await load();
  const store = new MemoryStore();
  const device = core.open(store, {}, mono, wall);
  store.apply(core.handle(device, input.request(8, { method: 'GET', target: '/qr' }), mono, wall).writes);
  const key = store.key(1, Buffer.from('creds'));
  assert.ok(store.rows.has(key));
  store.rows.set(key, Buffer.from([255]));
  assert.throws(() => core.open(store, {}, mono, wall), { code: 'corrupt_store' });
});

test('the imports are the three of the contract and what the C library never uses in ordinary work', async () => {
  const module = await WebAssembly.compile(await readFile(file));
  const names = WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`).sort();
  const allowed = ['env.emscripten_notify_memory_growth', 'env.wa_get', 'env.wa_random', 'env.wa_scan',
    'wasi_snapshot_preview1.fd_write', 'wasi_snapshot_preview1.proc_exit'];
  assert.deepEqual(names, allowed);
});
