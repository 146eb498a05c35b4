// What the page tests share: the built page behind its own policy, a browser, and a watch on everything the page does.
// A page that asks for anything outside its origin, or writes an error to the console, fails its test.
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { staticServer } from '../../web-demo/serve.mjs';

export const demo = new URL('../../web-demo/', import.meta.url);
const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

export async function startServer() {
  await access(new URL('dist/index.html', demo)).catch(() => { throw new Error('web-demo/dist is missing: ./dev web build'); });
  const server = staticServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { base: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

export function startBrowser() {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

// One page of its own profile. `check()` at the end says what the page should not have done.
export async function openPage(browser, base, query = '', options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, acceptDownloads: true, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(base).origin });
  const page = await context.newPage();
  const wrong = [], asked = [], origin = new URL(base).origin;
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') wrong.push(`console: ${message.text()}`); });
  page.on('pageerror', (problem) => wrong.push(`exception: ${problem.message}`));
  page.on('websocket', (socket) => wrong.push(`WebSocket to ${socket.url()}`));
  page.on('requestfailed', (request) => { if (!request.url().startsWith('blob:')) wrong.push(`failed: ${request.url()}`); });
  page.on('request', (request) => {
    asked.push(request.url());
    const url = new URL(request.url());
    if (url.protocol !== 'blob:' && url.origin !== origin) wrong.push(`request to ${request.url()}`);
  });
  page.on('response', (response) => { if (response.status() >= 400) wrong.push(`${response.status()} ${response.url()}`); });
  await page.goto(base + query);
  await until(page, () => document.body.dataset.ready !== 'no' && document.body.dataset.ready !== undefined);
  assert.equal(await page.evaluate(() => document.body.dataset.ready), 'yes');
  return {
    page, asked,
    async check() {
      await context.close();
      assert.deepEqual(wrong, []);
    },
  };
}

// Polls: waitForFunction evaluates strings, which the policy of the page forbids.
export async function until(page, condition, argument, ms = 60_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await page.evaluate(condition, argument);
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in ${ms} ms: ${condition} ${JSON.stringify(argument ?? '')}`);
    await new Promise((go) => setTimeout(go, 40));
  }
}

export const recording = (page) => page.evaluate(() => window.wuts.recording());
export const panel = async (page, name) => {
  await page.evaluate((to) => { location.hash = to; }, name);
  await until(page, (to) => document.getElementById(`panel-${to}`)?.hidden === false, name);
  return page.locator(`#panel-${name}`);
};
export const scripted = (page) => until(page, () => document.body.dataset.script === 'done', null, 60_000);
// How often the recording holds a step for which the given members are equal.
export const countSteps = (page, like) => page.evaluate((members) => window.wuts.recording().steps
  .filter((step) => Object.entries(members).every(([key, value]) => step[key] === value)).length, like);
export const untilStep = (page, like, times = 1) => until(page, ([members, wanted]) => window.wuts.recording().steps
  .filter((step) => Object.entries(members).every(([key, value]) => step[key] === value)).length >= wanted, [like, times]);

// A page whose device is linked, and whose time runs quickly.
export async function openLinked(browser, base, query = '?seed=7&scenario=pair&speed=max', options = {}) {
  const opened = await openPage(browser, base, query, options);
  await scripted(opened.page);
  await opened.page.locator('[data-speed="16"]').evaluate((button) => button.click());
  return opened;
}
