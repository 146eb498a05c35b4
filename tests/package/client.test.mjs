// The generated client against a real server before a simulated service: pairing, a call, an archive, errors.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ApiError, client } from 'wuts-core/client';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const program = here(process.env.WUTS ?? '../../build/release/wuts');
const folder = mkdtempSync(join(tmpdir(), 'wuts-client-'));
const own = '5511999999999', caller = '5511988888888';
const children = [];

function start(args, pattern) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((ready, failed) => {
    const lines = [];
    child.on('exit', () => failed(new Error(`wuts ${args[0]} ended`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      const found = pattern.exec(line);
      if (found) ready({ found, lines });
    });
  });
}

async function until(what, look) {
  for (let i = 0; i < 400; ++i) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`never: ${what}`);
}

let control, baseUrl, token;
const order = (path, body) => fetch(control + path, { method: 'POST', body: JSON.stringify(body) }).then((answer) => answer.json());

before(async () => {
  const network = await start(['sim-server'], /^control on (\S+)/);
  control = network.found[1];
  const [, url, key, media] = network.lines.map((line) => /--wa-url (\S+) --wa-root-key (\S+) --media-host (\S+)/.exec(line)).find(Boolean);
  const server = await start(['serve', '--listen', '127.0.0.1:0', '--admin-listen', 'off', '--data-dir', join(folder, 'data'), '--log-level', 'error',
    '--wa-url', url, '--wa-root-key', key, '--media-host', media], /listening on (\S+)/);
  baseUrl = server.found[1];
  const master = readFileSync(join(folder, 'data', 'master-token'), 'utf8').trim();
  const operator = client({ baseUrl, token: master });
  ({ token } = await operator.superAdminRegisterTenant({ tenant_name: 't', email: 't@example.org', password: 'long-password', role: 'admin' }));
});
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('from a token to a rejected call and an archived chat', async () => {
  const maker = client({ baseUrl: `${baseUrl}/`, token });
  const { device } = await maker.createDevice({ name: 'one' });
  const wuts = client({ baseUrl, token, deviceId: device.id });
  const { data } = await wuts.generateSessionQrCode();
  await order('/scan', { number: own, qr: data.qr_code });
  await until('connected', async () => (await wuts.checkSessionStatus()).data.connected);
  await wuts.putCallSettings({ auto_reject: true });
  const { call_id } = await order('/ring', { from: caller, to: own, kind: 'audio' });
  await until('the call was rejected', async () => (await wuts.listCalls()).calls.some((call) => call.call_id === call_id));
  const archived = await until('the app state is there', () => wuts.archiveChat({ jid: `${caller}@s.whatsapp.net`, archived: true })
    .catch((problem) => { assert.ok(problem instanceof ApiError && problem.status === 503, String(problem)); }));
  assert.equal(archived.archived, true);
  assert.match((await wuts.sendText({ number: caller, text: 'hello' })).message_id, /^[0-9A-F]+$/);
  assert.equal((await wuts.connectSession()).data.device_id, device.id);
});

test('errors are thrown with what the server said', async () => {
  const wuts = client({ baseUrl, token });
  await assert.rejects(wuts.sendText({ number: caller }), (problem) => problem instanceof ApiError && problem.status === 400 &&
    problem.code === 'VALIDATION_ERROR' && problem.validation.some(({ field }) => field === 'text'));
  await assert.rejects(wuts.checkSessionStatus({ device_id: 'x' }), { name: 'ApiError', status: 404, code: 'DEVICE_NOT_FOUND' });
  await assert.rejects(client({ baseUrl, token: 'wrong' }).listDevices(), { status: 401, code: 'UNAUTHORIZED' });
  await assert.rejects(wuts.archiveChat({ archived: true }), TypeError);
  await assert.rejects(wuts.listEvents({ wait: 20 }, AbortSignal.timeout(50)), { name: 'TimeoutError' });
});

test('the types: what is right compiles, what is wrong does not', () => {
  const file = here('./client_types_check.mts');
  writeFileSync(file, `import { client, type WebhookEvent } from 'wuts-core/client';
const wuts = client({ baseUrl: '', token: '' });
export async function good(event: WebhookEvent): Promise<string> {
  if (event.event === 'call.offer') await wuts.rejectCall({ call_id: event.data.call_id, from: event.data.from });
  const outcome: 'applied' | 'unchanged' = (await wuts.archiveChat({ jid: '1', archived: true })).outcome;
  return outcome + (await wuts.listDevices()).devices.map((device) => device.id).join();
}
export async function bad(): Promise<void> {
  // @ts-expect-error archived is required
  await wuts.archiveChat({ jid: '1' });
  // @ts-expect-error no such operation
  await wuts.archive({});
  // @ts-expect-error a boolean
  await wuts.putCallSettings({ auto_reject: 'yes' });
  // @ts-expect-error no such member
  (await wuts.checkSessionStatus()).nothing;
}
`);
  try {
    execFileSync(here('../node_modules/.bin/tsc'), ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', file], { stdio: 'pipe' });
  } catch (problem) {
    assert.fail(String(problem.stdout));
  } finally {
    rmSync(file, { force: true });
  }
});
