// The page inside the server: `wuts serve` answers /demo/ with it, under its own policy; a server built without it says how to get it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { demo, openPage, scripted, startBrowser } from './support.mjs';

const program = new URL('../../build/release/wuts', import.meta.url).pathname;

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

describe('the page in the server', { skip: existsSync(program) ? false : 'build/release/wuts is not built' }, () => {
  let process, folder, base;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-server-'));
    const port = await freePort();
    base = `http://127.0.0.1:${port}/`;
    process = spawn(program, ['serve', '--listen', `127.0.0.1:${port}`, '--admin-listen', 'off', '--data-dir', join(folder, 'data')], { stdio: 'ignore' });
    for (let i = 0; ; ++i) {
      const up = await fetch(base + 'healthz').then((answer) => answer.ok, () => false);
      if (up) break;
      assert.ok(i < 200, 'the server does not start');
      await new Promise((go) => setTimeout(go, 50));
    }
  });
  after(async () => {
    process?.kill('SIGTERM');
    await new Promise((done) => { process?.once('exit', done) ?? done(); });
    rmSync(folder, { recursive: true, force: true });
  });

  test('/demo/ is the built page, or says how to build it', async () => {
    const answer = await fetch(base + 'demo/'), text = await answer.text();
    assert.match(answer.headers.get('content-security-policy'), /^default-src 'none'/);
    if (answer.status === 404) return assert.match(text, /\.\/dev web/);
    assert.equal(text, readFileSync(new URL('dist/index.html', demo), 'utf8'));
    for (const name of readdirSync(new URL('dist/assets/', demo))) {
      if (name.endsWith('.br')) continue;
      const file = await fetch(`${base}demo/assets/${name}`, { headers: { 'accept-encoding': 'br' } });
      assert.equal(file.status, 200, name);
      assert.deepEqual(Buffer.from(await file.arrayBuffer()), readFileSync(new URL(`dist/assets/${name}`, demo)), name);
      assert.match(file.headers.get('cache-control'), /immutable/, name);
      if (name.endsWith('.wasm')) assert.equal(file.headers.get('content-type'), 'application/wasm');
    }
  });

  test('it runs from there', async (t) => {
    if ((await fetch(base + 'demo/')).status === 404) return t.skip('this server was built without the page');
    const browser = await startBrowser();
    try {
      const { page, check } = await openPage(browser, base + 'demo/', '?seed=3&scenario=call&speed=max');
      await scripted(page);
      assert.equal(await page.evaluate(() => document.body.dataset.scriptFailed), '');
      await check();
    } finally {
      await browser.close();
    }
  });
});
