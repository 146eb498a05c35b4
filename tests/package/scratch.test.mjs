// The packed package in a project of its own, by the README alone: node, types, Vite, webpack, esbuild, workerd.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import * as esbuild from 'esbuild';
import { Miniflare } from 'miniflare';
import { build as viteBuild } from 'vite';
import webpack from 'webpack';
import { browser, folderOf, serve, visit } from './browser.mjs';
import { service } from './service.mjs';
import { phone, until } from './support.mjs';

const run = promisify(execFile);
const packageFolder = folderOf(new URL('../../host-wasm/', import.meta.url));
const tools = createRequire(import.meta.url);
const cleanups = [];
const keep = { after: (call) => cleanups.push(call) };
let folder, packed, chromium, examples;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wuts-scratch-'));
  keep.after(() => rm(folder, { recursive: true, force: true }));
  packed = JSON.parse((await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: packageFolder })).stdout)[0];
  await writeFile(join(folder, 'package.json'), '{ "name": "scratch", "private": true, "type": "module" }');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `./${packed.filename}`], { cwd: folder });
  const readme = await readFile(join(folder, 'node_modules/wuts-core/README.md'), 'utf8');
  examples = new Map([...readme.matchAll(/<!-- example: (\S+) -->\n```js\n([^]*?)```/g)].map(([, name, code]) => [name, code]));
  for (const [name, code] of examples) await writeFile(join(folder, name), code);
  chromium = await browser(keep);
});
test.after(async () => {
  for (const call of cleanups.reverse()) await call();
});

const html = (script) => `<!doctype html>
<html lang="en" data-ready>
<meta charset="utf-8">
<body>
<script type="module" src="${script}"></script>
`;

// The page of the README shows the status of a device that was never paired.
async function shows(t, built, pages = {}) {
  const origin = await serve(t, { '/': built }, { '/favicon.ico': { status: 204, body: '' }, ...pages });
  const context = await chromium.newContext();
  t.after(() => context.close());
  const page = await visit(context, `${origin}/`);
  await until(() => page.evaluate(() => document.body.dataset.status !== undefined)).catch(() => assert.fail(page.faults.join('\n')));
  assert.equal(await page.evaluate(() => document.body.dataset.status), 'disconnected');
  assert.deepEqual(page.faults, []);
}

test('what is packed', (t) => {
  const names = packed.files.map(({ path }) => path);
  const needed = ['README.md', 'LICENSE', 'THIRD-PARTY-NOTICES', 'package.json', 'dist/core.wasm', 'dist/sim.wasm', 'dist/index.d.ts', 'dist/index.workerd.js'];
  assert.deepEqual(needed.filter((name) => !names.includes(name)), []);
  assert.deepEqual(names.filter((name) => !/^(dist\/|README\.md$|LICENSE$|THIRD-PARTY-NOTICES$|package\.json$)/.test(name)), []);
  t.diagnostic(`tarball ${packed.size} bytes, ${packed.files.length} files, unpacked ${packed.unpackedSize}`);
});

test('every path of the exports map exists', async () => {
  const map = JSON.parse(await readFile(join(folder, 'node_modules/wuts-core/package.json'), 'utf8')).exports;
  const paths = JSON.stringify(map).match(/"\.\/[^"]+"/g).map((path) => JSON.parse(path)).filter((path) => path.startsWith('./dist/'));
  const there = new Set((await readdir(join(folder, 'node_modules/wuts-core/dist'))).map((name) => `./dist/${name}`));
  assert.deepEqual(paths.filter((path) => !there.has(path)), []);
  for (const entry of Object.values(map)) if (typeof entry === 'object') assert.equal(Object.keys(entry)[0], 'types');
});

test('node', async () => {
  const { stdout } = await run(process.execPath, ['node.mjs'], { cwd: folder, timeout: 30_000 });
  const lines = stdout.trim().split('\n');
  assert.match(lines[0], new RegExp(`^connected as ${phone}`));
  assert.equal(lines[1], 'archived: applied');
});

test('types, as tsc resolves them in node and in bundlers', async () => {
  await writeFile(join(folder, 'types.ts'), `import { Device, MemoryStore, WutsError, init, type DeviceEvent, type Transport } from 'wuts-core';
import { Simulator } from 'wuts-core/simulator';
import { init as inline } from 'wuts-core/inline';
export async function use(transport: Transport): Promise<string | undefined> {
  await init(new URL('https://x/core.wasm'));
  await inline();
  const device = await Device.open({ transport, store: new MemoryStore(), on: (event: DeviceEvent) => {
    if (event.type === 'call.offer') { const group: boolean = event.data.is_group; console.log(group); }
    // @ts-expect-error the data of a chat is not that of a call
    if (event.type === 'chat.archive') console.log(event.data.call_id);
  } });
  device.on('message.received', ({ data }) => console.log(data.content.length));
  // @ts-expect-error no such event
  device.on('no.such', () => {});
  const settled: 'applied' | 'unchanged' = (await device.archiveChat('x', true)).outcome;
  try { await device.qr(); } catch (problem) { if (problem instanceof WutsError) return problem.code satisfies string; }
  return Simulator.open({ seed: 1 }).archived('x', settled) ? 'yes' : undefined;
}
`);
  const tsc = tools.resolve('typescript/package.json').replace('package.json', 'bin/tsc');
  for (const [module, resolution] of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
    await run(process.execPath, [tsc, '--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,esnext.disposable,dom', '--types', '', '--module', module,
      '--moduleResolution', resolution, 'types.ts'], { cwd: folder }).catch(({ stdout }) => assert.fail(stdout));
  }
});

test('Vite', async (t) => {
  const root = join(folder, 'vite');
  await cp(join(folder, 'main.js'), join(root, 'main.js'));
  await cp(join(folder, 'node_modules'), join(root, 'node_modules'), { recursive: true });
  await writeFile(join(root, 'index.html'), html('/main.js'));
  await viteBuild({ root, configFile: false, logLevel: 'error', build: { target: 'es2022' } });
  assert.ok((await readdir(join(root, 'dist/assets'))).some((name) => /^core-.*\.wasm$/.test(name)));
  await shows(t, join(root, 'dist'));
});

test('webpack', async (t) => {
  const stats = await promisify(webpack)({
    mode: 'production', context: folder, entry: './main.js', experiments: { outputModule: true }, performance: false,
    output: { path: join(folder, 'webpack'), filename: 'main.js', module: true },
  });
  assert.equal(stats.hasErrors(), false, stats.toString('errors-only'));
  assert.ok((await readdir(join(folder, 'webpack'))).some((name) => name.endsWith('.wasm')));
  await shows(t, join(folder, 'webpack'), { '/': { body: html('/main.js') } });
});

test('esbuild, with core.wasm copied and named', async (t) => {
  const out = join(folder, 'esbuild');
  await writeFile(join(folder, 'main.esbuild.js'), examples.get('main.js').replace('init()', "init('/core.wasm')"));
  await esbuild.build({ entryPoints: [join(folder, 'main.esbuild.js')], bundle: true, format: 'esm', outfile: join(out, 'main.js'), logLevel: 'error' });
  await cp(join(folder, 'node_modules/wuts-core/dist/core.wasm'), join(out, 'core.wasm'));
  await shows(t, out, { '/': { body: html('/main.js') } });
});

// The worker of the README, bundled as it says, on a real workerd.
async function worker(t, entry, bindings = {}, persist) {
  const out = join(folder, 'workerd', entry);
  await esbuild.build({
    entryPoints: [join(folder, entry)], bundle: true, format: 'esm', outfile: join(out, 'worker.mjs'), logLevel: 'error', loader: { '.wasm': 'copy' },
    conditions: ['workerd', 'worker', 'browser'], external: ['cloudflare:*'],
  });
  const flare = new Miniflare({
    modules: true, modulesRoot: out, scriptPath: join(out, 'worker.mjs'), modulesRules: [{ type: 'CompiledWasm', include: ['**/*.wasm'] }],
    compatibilityDate: '2026-04-01', durableObjects: { PHONE: { className: 'Phone', useSQLite: true } }, bindings, cf: false,
    ...(persist ? { durableObjectsPersist: persist } : {}),
  });
  let stopping;
  const stop = () => (stopping ??= flare.dispose());
  t.after(stop);
  await flare.ready;
  const ask = async (method, path, body) => {
    const answer = await flare.dispatchFetch(`http://worker${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, ...(await answer.json()) };
  };
  return { ask, stop };
}

const workers = [['fetch', (code) => code], ['connect()', (code) => code
  .replace('fetchUpgradeTransport(env.SERVICE_URL ? { url: env.SERVICE_URL } : {})', 'tcpTransport({ connect, url: env.SERVICE_URL.replace(/^http/, "ws") })')
  .replace('fetchUpgradeTransport', 'tcpTransport').replace("'cloudflare:workers';", "'cloudflare:workers';\nimport { connect } from 'cloudflare:sockets';")]];
for (const [i, [name, change]] of workers.entries()) {
  test(`workerd, by ${name}: pairs, archives, and is the same device after a restart`, async (t) => {
    const { sim, config, http, upgrades } = await service(t, 10 + i);
    const code = change(examples.get('worker.js').replace('config: {', `config: { ...${JSON.stringify(config)},`));
    assert.ok(i === 0 || code.includes('tcpTransport({ connect'));
    await writeFile(join(folder, `worker${i}.js`), code);
    const persist = join(folder, `persist${i}`), bindings = { SERVICE_URL: http };
    const { ask, stop } = await worker(t, `worker${i}.js`, bindings, persist);
    const qr = await ask('GET', '/qr');
    assert.equal(sim.scan(phone, qr.data.qr_code), true);
    await until(async () => (await ask('GET', '/status')).data.connected);
    const archived = await ask('POST', '/chats/5511888888888/archive', { archived: true });
    assert.equal(archived.outcome, 'applied', JSON.stringify(archived));
    assert.equal((await ask('POST', '/chats/x/archive', {})).status, 400);
    await ask('PUT', '/calls/settings', { auto_reject: true });
    await stop();
    assert.equal(upgrades[0].origin, 'https://web.whatsapp.com');
    if (i === 1) assert.equal(upgrades[0]['cf-worker'], undefined);
    await until(() => sim.do({ do: 'online', pn: phone }).online === false);
    const { ask: again } = await worker(t, `worker${i}.js`, bindings, persist);
    assert.equal((await again('GET', '/calls/settings')).auto_reject, true);
    await until(async () => (await again('GET', '/status')).data.connected);
    assert.equal(sim.archived(phone, '5511888888888@s.whatsapp.net'), true);
    assert.deepEqual(sim.violations(), []);
  });
}
