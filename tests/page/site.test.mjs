// The dashboard and the reference as a person uses them: `wuts demo` behind them, a real browser in front, the server's own policy.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import { program, startDemo } from '../support/demo.mjs';
import { startBrowser } from './support.mjs';

// A reverse proxy that serves all of `base` below a path.
async function below(path, base) {
  const to = new URL(base);
  const server = http.createServer((request, response) => {
    if (!request.url.startsWith(`${path}/`)) return response.writeHead(404).end('outside');
    const asked = http.request({ host: to.hostname, port: to.port, method: request.method, path: request.url.slice(path.length), headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { base: `http://127.0.0.1:${server.address().port}${path}`, stop: () => { server.close(); server.closeAllConnections(); } };
}

describe('the dashboard and the reference', { skip: existsSync(program) ? false : 'build/release/wuts is not built' }, () => {
  let demo, browser, page, problems;
  before(async () => {
    demo = await startDemo();
    browser = await startBrowser();
    page = await browser.newPage();
    problems = [];
    page.on('console', (message) => { if (message.type() === 'error') problems.push(message.text()); });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${demo.base}/`) && !url.startsWith('data:')) problems.push(`left the server: ${url}`);
    });
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const open = (name) => page.click(`.tabs a:text-is("${name}")`);

  test('a token opens it, a wrong one does not', async () => {
    await page.goto(`${demo.base}/dashboard/`);
    await page.fill('input[name=token]', '00000000-0000-4000-8000-000000000000');
    await page.click('button[type=submit]');
    await page.waitForSelector('.problem:text("not known")');
    assert.deepEqual(problems.splice(0).filter((text) => !text.includes('401')), []);
    await page.fill('input[name=token]', demo.token);
    await page.click('button[type=submit]');
    await page.waitForSelector('.badge:text-is("connected")');
  });

  test('an address that is no text shows the first device', async () => {
    for (const hash of ['#%', '#%E0%A4%A', '#%/calls', '#x/__proto__', '#x/constructor']) {
      await page.goto('about:blank');
      await page.goto(`${demo.base}/dashboard/${hash}`);
      await page.waitForSelector('.badge:text-is("connected")');
    }
  });

  test('calls: settings are saved, and a call is rejected and answered', async () => {
    await open('calls');
    await page.getByLabel('Reject calls').first().check();
    await page.getByLabel('Answer with a message').check();
    await page.fill('textarea >> nth=0', 'Please write to us.');
    await page.click('button:text-is("Save")');
    await page.waitForSelector('text=Saved.');
    const answer = await fetch(`${demo.base}/calls/settings`, { headers: { authorization: `Bearer ${demo.token}` } });
    const settings = await answer.json();
    assert.equal(settings.auto_reject, true);
    assert.equal(settings.auto_reply.message, 'Please write to us.');
  });

  test('events: a call shows as it happens', async () => {
    await open('events');
    await page.waitForTimeout(500);
    await demo.rings('video');
    await page.waitForSelector('summary:has-text("call.offer")');
    await page.waitForSelector('summary:has-text("call.reject")');
    await page.fill('input[type=search]', 'call.reject');
    assert.equal(await page.locator('summary:has-text("call.offer"):visible').count(), 0);
    await page.locator('summary:has-text("call.reject"):visible').first().click();
    assert.match(await page.locator('details[open] pre').first().innerText(), /"by": "us"/);
  });

  test('webhooks: how it goes is shown, failed deliveries are listed, what one types stays', async () => {
    await open('webhooks');
    await page.waitForSelector('text=Everything was delivered.');
    assert.match(await page.locator('input[type=url]').inputValue(), /^http:/);
    await page.waitForSelector('.badge:text-is("well")');
    await page.locator('input[type=url]').focus();
    await page.keyboard.type('/typed');
    await page.evaluate(() => scrollTo(0, 120));
    const at = await page.evaluate(() => scrollY);
    await demo.rings('audio');           // an event: the panel is drawn again
    await page.waitForTimeout(7000);     // and again, by time
    assert.match(await page.locator('input[type=url]').inputValue(), /\/typed$/);
    assert.equal(await page.evaluate(() => document.activeElement.name), 'url');
    assert.equal(await page.evaluate(() => scrollY), at);
    await page.click('button:text-is("Test")');
    await page.waitForSelector('output:has-text("Delivered in")');
  });

  test('app state: five collections, all well', async () => {
    await open('app state');
    await page.waitForSelector('tbody tr >> nth=4');
    assert.equal(await page.locator('tbody .badge.good').count(), 5);
    await page.click('button:text-is("Sync now")');
    await page.waitForTimeout(300);
    assert.equal(await page.locator('.action .problem:not(:empty)').count(), 0);
  });

  test('a receiver that refuses: why is shown, and a replay delivers', async (t) => {
    let status = 500;
    const got = [];
    const receiver = http.createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => { text += chunk; });
      request.on('end', () => {
        got.push(JSON.parse(text));
        response.writeHead(status).end();
      });
    });
    await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
    t.after(() => receiver.close());
    await open('webhooks');
    await page.click('button:text-is("Add a webhook")');
    const added = page.locator('form[data-key=new]');
    await added.locator('input[name=url]').fill(`http://127.0.0.1:${receiver.address().port}/second`);
    await added.locator('textarea').fill('call.offer');
    await added.locator('button:text-is("Add")').click();
    await page.waitForSelector('h2:has-text("/second")');
    const list = await (await fetch(`${demo.base}/webhooks`, { headers: { authorization: `Bearer ${demo.token}` } })).json();
    const id = list.webhooks.find((one) => one.webhook_url.endsWith('/second')).id;
    await fetch(`${demo.base}/webhooks/${id}`, { method: 'PATCH', headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' }, body: '{"retry_attempts":0}' });
    await demo.rings('video');
    const failures = page.locator(`[data-key="failed ${id}"]`);
    await failures.locator('td:has-text("refused (500)")').waitFor();
    status = 200;
    await failures.locator('button:text-is("Replay")').click();
    await failures.locator('text=Everything was delivered.').waitFor();
    assert.equal(got[0].id, got[1].id);
    page.once('dialog', (dialog) => dialog.accept());
    await page.locator(`form[data-key="${id}"] button:text-is("Delete")`).click();
    await page.waitForSelector('h2:has-text("/second")', { state: 'detached' });
  });

  test('below a path of a proxy', async (t) => {
    const proxy = await below('/some/path', demo.base);
    const second = await browser.newPage();
    t.after(async () => { await second.close(); proxy.stop(); });
    const wrong = [];
    second.on('response', (response) => { if (response.status() >= 400 || !response.url().startsWith(`${proxy.base}/`)) wrong.push(`${response.status()} ${response.url()}`); });
    await second.goto(`${proxy.base}/dashboard`);
    assert.equal(second.url(), `${proxy.base}/dashboard/`);
    await second.fill('input[name=token]', demo.token);
    await second.click('button[type=submit]');
    await second.waitForSelector('.badge:text-is("connected")');
    await second.waitForSelector('h2:text-is("Waits for")');
    for (const name of ['calls', 'webhooks', 'app state']) await second.click(`.tabs a:text-is("${name}")`);
    await second.waitForSelector('tbody tr >> nth=4');
    if (process.env.WUTS_SCREENSHOT) await second.screenshot({ path: process.env.WUTS_SCREENSHOT, fullPage: true });
    assert.deepEqual(wrong, []);
    await second.click('footer a:text-is("API")');
    await second.waitForURL(`${proxy.base}/docs/`);
  });

  test('a new device shows its QR code', async () => {
    await page.fill('.new-device input', 'Second');
    await page.click('.new-device button');
    await page.waitForSelector('h1:text-is("Second")');
    await page.click('button:text-is("Show the QR code")');
    await page.waitForSelector('img[alt="QR code for pairing"]');
    assert.match(await page.locator('.qr img').getAttribute('src'), /^data:image\/png;base64,/);
  });

  test('nothing went wrong in the console, nothing left the server', () => assert.deepEqual(problems.splice(0), []));

  test('the reference: described operations, tried against this server', async (t) => {
    const answer = await page.goto(`${demo.base}/docs/`);
    if (answer.status() === 404) {
      problems.splice(0);
      return t.skip('this server was built without it');
    }
    await page.waitForSelector('.opblock-summary-path:has-text("/calls/reject"), [data-path="/calls/reject"]');
    // Long lists are drawn where one looks: from top to bottom every operation comes by.
    const { paths } = await (await fetch(`${demo.base}/openapi.json`)).json();
    const described = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    assert.equal(described.length > 60, true);
    const drawn = new Set();
    for (let last = -1, at = 0; at !== last; ) {
      const shown = await page.evaluate(() => [...document.querySelectorAll('.opblock')].map(({ id }) => id));
      for (const id of shown) drawn.add(id.split('-').pop());
      last = at;
      at = await page.evaluate(() => { scrollBy(0, innerHeight / 2); return scrollY; });
      await page.waitForTimeout(50);
    }
    assert.deepEqual(described.filter((id) => !drawn.has(id)), []);
    await page.evaluate(() => scrollTo(0, 0));
    await page.fill('.operation-filter-input', 'instances');
    await page.waitForSelector('#operations-tag-calls', { state: 'detached' });
    await page.click('button.authorize');
    await page.fill('.auth-container input >> nth=0', demo.token);
    await page.click('.auth-btn-wrapper button.authorize >> nth=0');
    await page.click('.btn-done >> nth=0');
    await page.click('#operations-instances-checkSessionStatus .opblock-summary-control');
    // There are two devices by now: which one is meant has to be said.
    await page.fill('#operations-instances-checkSessionStatus [data-param-name="device_id"] input', demo.device);
    await page.click('#operations-instances-checkSessionStatus button.execute');
    await page.waitForSelector('#operations-instances-checkSessionStatus .live-responses-table .response-col_status:has-text("200")');
    assert.deepEqual(problems.splice(0), []);
  });
});
