// The package in Chromium under the CSP of the README: a whole run, IndexedDB, two tabs, eviction, a full disk, a bad .wasm.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { browser, folderOf, serve, visit } from './browser.mjs';
import { dist, until } from './support.mjs';

const wasm = readFileSync(new URL('core.wasm', dist));
const html = readFileSync(new URL('page/index.html', import.meta.url));
let chromium, origin;

test.before(async () => {
  const keep = { after: (call) => cleanups.push(call) };
  chromium = await browser(keep);
  origin = await serve(keep, { '/': folderOf(new URL('page/', import.meta.url)), '/wuts/': folderOf(dist) }, {
    '/favicon.ico': { status: 204, body: '' },
    '/no-eval.html': { body: html, csp: "default-src 'self'" },
    '/truncated.wasm': { type: 'application/wasm', body: wasm.subarray(0, 100_000) },
    '/plain.wasm': { type: 'application/octet-stream', body: wasm },
    '/page.wasm': { body: html },
  });
});
const cleanups = [];
test.after(() => Promise.all(cleanups.map((call) => call())));

async function tabs(t, count = 1, path = '/') {
  const context = await chromium.newContext();
  t.after(() => context.close());
  const pages = [];
  for (let i = 0; i < count; ++i) pages.push(await visit(context, origin + path));
  return pages;
}

test('pair and archive against the simulator in the page; again after a reload', async (t) => {
  const [page] = await tabs(t);
  const done = await page.evaluate(() => window.page.pair('one'));
  assert.deepEqual(done, { known: true, outcome: 'applied', there: true, violations: [] });
  assert.equal(await page.evaluate(() => window.page.close()), 'ok');
  const disk = await page.evaluate(() => window.page.disk('one'));
  assert.ok(disk.records > 5, `${disk.records} records`);
  assert.deepEqual([disk.plain, disk.extractable, disk.extracted], [false, false, 'refused']);
  assert.deepEqual(page.faults, []);
});

test('rows survive a reload, without close()', async (t) => {
  const [page] = await tabs(t);
  await page.evaluate(() => window.page.open('two'));
  await page.evaluate(() => window.page.online());
  assert.equal(await page.evaluate(() => window.page.set('back at five')), 'ok');
  await page.reload();
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  await page.evaluate(() => window.page.open('two'));
  assert.equal(await page.evaluate(() => window.page.message()), 'back at five');
  await page.evaluate(() => window.page.online());
  assert.deepEqual(await page.evaluate(() => window.page.problems()), []);
  assert.deepEqual(page.faults, []);
});

test('the log is compacted, and nothing is lost by it', async (t) => {
  const [page] = await tabs(t);
  await page.evaluate(() => window.page.fill('three', 120, 20_000));
  const disk = await page.evaluate(() => window.page.disk('three'));
  assert.ok(disk.snapshots > 0 && disk.records < 240, JSON.stringify(disk));
  let sum = 0;
  for (let i = 70; i < 120; ++i) sum += i;
  assert.deepEqual(await page.evaluate(() => window.page.sum('three')), { rows: 50, gone: 0, sum, sorted: true });
});

test('a second tab is told who owns the device; it may wait, or take it', async (t) => {
  const [first, second] = await tabs(t, 2);
  await first.evaluate(() => window.page.open('four'));
  assert.equal(await second.evaluate(() => window.page.tryOpen('four')), 'OWNED_ELSEWHERE');
  assert.equal(await first.evaluate(() => window.page.set('from the first')), 'ok');

  const waiting = second.evaluate(() => window.page.tryOpen('four', { whenOwned: 'wait' }));
  assert.equal(await first.evaluate(() => window.page.close()), 'ok');
  assert.equal(await waiting, 'ok');
  assert.equal(await second.evaluate(() => window.page.message()), 'from the first');

  assert.equal(await first.evaluate(() => window.page.tryOpen('four', { whenOwned: 'take' })), 'ok');
  assert.equal(await first.evaluate(() => window.page.message()), 'from the first');
  assert.notEqual(await second.evaluate(() => window.page.set('from the second')), 'ok');
  assert.deepEqual(await second.evaluate(() => window.page.problems()), [['STORE_LOST', true]]);
  assert.equal(await second.evaluate(() => window.page.set('again')), 'STORE_LOST');
  assert.equal(await first.evaluate(() => window.page.message()), 'from the first');
});

test('evicted while open: STORE_EVICTED, and rescue() brings everything back', async (t) => {
  const [page, other] = await tabs(t, 2);
  await page.evaluate(() => window.page.open('five'));
  await page.evaluate(() => window.page.online());
  assert.equal(await page.evaluate(() => window.page.set('before')), 'ok');
  assert.equal(await other.evaluate(() => window.page.remove('five')), true);
  assert.notEqual(await page.evaluate(() => window.page.set('never stored')), 'ok');
  assert.deepEqual(await page.evaluate(() => window.page.problems()), [['STORE_EVICTED', true]]);
  assert.equal(await page.evaluate(() => window.page.rescue()), 'ok');
  assert.equal(await page.evaluate(() => window.page.close()), 'ok');
  await page.evaluate(() => window.page.open('five'));
  assert.equal(await page.evaluate(() => window.page.message()), 'before');
  await page.evaluate(() => window.page.online());
});

test('evicted while closed: open says so, and starts over only when told to', async (t) => {
  const [page] = await tabs(t);
  await page.evaluate(() => window.page.open('six'));
  await page.evaluate(() => window.page.close());
  await page.evaluate(() => window.page.remove('six'));
  assert.equal(await page.evaluate(() => window.page.tryOpen('six')), 'STORE_EVICTED');
  assert.equal(await page.evaluate(() => window.page.tryOpen('six', { afterEviction: 'start-over' })), 'ok');
  await page.evaluate(() => window.page.close());
  assert.equal(await page.evaluate(() => window.page.erase('six')), 'ok');
  assert.equal(await page.evaluate(() => window.page.tryOpen('six')), 'ok');
});

for (const change of ['flip', 'swap', 'drop']) {
  test(`records that were tampered with (${change}) are STORE_CORRUPT`, async (t) => {
    const [page] = await tabs(t);
    await page.evaluate(() => window.page.open('seven'));
    await page.evaluate(() => window.page.close());
    await page.evaluate((how) => window.page.disk('seven', how), change);
    assert.equal(await page.evaluate(() => window.page.tryOpen('seven')), 'STORE_CORRUPT');
  });
}

// Chromium's own quota cannot be made small from here, so the page is given an IndexedDB that says what a full one says.
test('no room left: STORE_FULL; with room again it goes on', async (t) => {
  const [page] = await tabs(t);
  await page.evaluate(() => window.page.open('eight'));
  await page.evaluate(() => window.page.full(true));
  assert.equal(await page.evaluate(() => window.page.commit(1000)), 'STORE_FULL');
  assert.notEqual(await page.evaluate(() => window.page.set('no room')), 'ok');
  await page.evaluate(() => window.page.full(false));
  // The device may be opening the store again at this moment.
  await until(async () => (await page.evaluate(() => window.page.commit(1000))) === 'ok');
  await until(async () => (await page.evaluate(() => window.page.set('room again'))) === 'ok');
  const problems = await page.evaluate(() => window.page.problems());
  assert.ok(problems.length > 0 && problems.every(([code, final]) => code === 'STORE_FULL' && !final), JSON.stringify(problems));
});

test('a .wasm that is truncated, a page, or of the wrong type', async (t) => {
  const [page] = await tabs(t);
  assert.equal(await page.evaluate(() => window.page.init('/truncated.wasm')), 'BAD_WASM');
  assert.equal(await page.evaluate(() => window.page.init('/page.wasm')), 'BAD_WASM');
  assert.equal(await page.evaluate(() => window.page.init('/nowhere.wasm')), 'INIT_FAILED');
  assert.equal(await page.evaluate(() => window.page.init('/plain.wasm')), 'ok');
  assert.match(await page.evaluate(() => window.page.version()), /^\d+\.\d+\.\d+$/);
});

test('a CSP without wasm-unsafe-eval: INIT_FAILED says what is refused', async (t) => {
  const [page] = await tabs(t, 1, '/no-eval.html');
  assert.equal(await page.evaluate(() => window.page.init()), 'INIT_FAILED');
});
