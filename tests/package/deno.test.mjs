// The package in deno: the same run as in node, by the condition `deno`.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { folderOf } from './browser.mjs';
import { service } from './service.mjs';
import { phone } from './support.mjs';

const run = promisify(execFile);
const here = folderOf(new URL('.', import.meta.url));
const deno = join(createRequire(import.meta.url).resolve('@deno/linux-x64-glibc/package.json'), '../deno');

test('pair and archive in deno, against the service over its WebSocket', async (t) => {
  const { sim, config, url, upgrades } = await service(t, 5);
  const code = `import { Device, init, webSocketTransport } from 'wuts-core';
    await init();
    const device = await Device.open({ config: ${JSON.stringify(config)},
      transport: webSocketTransport({ url: '${url}', options: { headers: { Origin: 'https://web.whatsapp.com' } } }),
      on: async (event) => {
        if (event.type !== 'device.connected') return;
        console.log('archived', (await device.archiveChat('5511888888888', true)).outcome);
        await device.close();
      } });
    console.log('qr', (await device.qr()).qr_code);`;
  const file = join(here, 'deno_run.mjs');
  await writeFile(file, code);
  t.after(() => rm(file));
  const running = run(deno, ['run', '--no-remote', '--no-prompt', '--allow-read', '--allow-net=127.0.0.1', file],
                      { cwd: here, timeout: 60_000, env: { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' } });
  let out = '';
  running.child.stdout.on('data', (data) => {
    out += data;
    const qr = /^qr (\S+)\n/m.exec(out);
    if (qr) sim.scan(phone, qr[1]);
  });
  const { stdout } = await running;
  assert.match(stdout, /^archived applied$/m);
  assert.equal(upgrades[0].origin, 'https://web.whatsapp.com');
  assert.deepEqual(sim.violations(), []);
});
