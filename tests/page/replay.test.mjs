// A bug is a link: the same seed and the same actions give the same steps, at any pace and in any window.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openPage, panel, recording, scripted, startBrowser, startServer, until, untilStep } from './support.mjs';

const scenarios = ['pair', 'call', 'tour', 'conflict', 'drift', 'crash', 'storm'];
const plain = (steps) => steps.map(({ us: _, ...step }) => step);

describe('a run can be made again', { concurrency: 2 }, () => {
  let server, browser;
  before(async () => {
    server = await startServer();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.stop();
  });

  const fingerprint = async (query) => {
    const { page, check } = await openPage(browser, server.base, query);
    await scripted(page);
    const { scriptHash, scriptFailed } = await page.evaluate(() => ({ ...document.body.dataset }));
    assert.equal(scriptFailed, '', query);
    const { steps } = await recording(page);
    await check();
    return { scriptHash, steps, violations: steps.filter((step) => step.kind === 'violation').map((step) => step.text) };
  };

  for (const scenario of scenarios) {
    test(`scenario ${scenario}: twice the same, no breach of the protocol`, async () => {
      const first = await fingerprint(`?seed=11&scenario=${scenario}&speed=max`), second = await fingerprint(`?seed=11&scenario=${scenario}&speed=max`);
      assert.match(first.scriptHash, /^[0-9a-f]{16}$/);
      assert.equal(second.scriptHash, first.scriptHash);
      assert.deepEqual(first.violations, []);
      if (!['call', 'storm'].includes(scenario)) return;
      const other = await fingerprint(`?seed=12&scenario=${scenario}&speed=max`);
      assert.notEqual(other.scriptHash, first.scriptHash);
      assert.deepEqual(other.violations, []);
    });
  }

  test('the pace does not matter', async () => {
    const quick = await fingerprint('?seed=5&scenario=conflict&speed=max'), slow = await fingerprint('?seed=5&scenario=conflict&speed=8');
    assert.equal(slow.scriptHash, quick.scriptHash);
  });

  test('what a visitor did is in the link, and the link does it again', async () => {
    const { page, check } = await openPage(browser, server.base, '?seed=31');
    await page.locator('[data-speed="4"]').click();
    await page.getByRole('button', { name: 'Scan with the simulated phone' }).click();
    await until(page, () => document.querySelector('[data-link-state]').dataset.linkState === 'online');
    await untilStep(page, { kind: 'webhook', event: 'app_state.sync_complete' }, 2);
    await panel(page, 'call');
    await page.getByRole('button', { name: 'Ring', exact: true }).click();
    await page.getByRole('button', { name: 'Reject', exact: true }).click();
    await page.locator('[data-call-state="rejected"]').waitFor();
    await panel(page, 'faults');
    await page.getByRole('button', { name: 'Cut the connection' }).click();
    await untilStep(page, { kind: 'fact', name: 'device_online' }, 2);
    await page.locator('[data-time="play"]').click();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await until(page, () => document.querySelector('#panel-faults .said').textContent.startsWith('Copied'));
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText())), done = await recording(page);
    assert.equal(link.searchParams.get('seed'), '31');
    assert.match(link.searchParams.get('do'), /^0\.qr~\d+\.scan~\d+\.ring-audio-0~\d+\.reject~\d+\.drop$/);
    await check();
    const again = await openPage(browser, server.base, link.search + '&speed=16');
    await until(again.page, (count) => window.wuts.recording().steps.length >= count, done.steps.length);
    assert.deepEqual(plain((await recording(again.page)).steps).slice(0, done.steps.length), plain(done.steps));
    await again.check();
  });

  test('bad links are harmless', async () => {
    for (const query of ['?seed=-1', '?seed=99999999999999', '?scenario=nothing', '?do=x.y~5~..', '?do=0.ring-audio-9~1.constructor~2.qr-1', '?seed=1&do=5.scan&speed=0', '?seed=%00&do=%']) {
      const { page, check } = await openPage(browser, server.base, query);
      assert.equal(await page.evaluate(() => document.body.dataset.ready), 'yes', query);
      await check();
    }
  });

  test('timeline: back and forth, by slider and by key; panels show that moment', async () => {
    const { page, check } = await openPage(browser, server.base, '?seed=11&scenario=tour&speed=max');
    await scripted(page);
    const steps = (await recording(page)).steps, at = (like) => steps.find((step) => Object.entries(like).every(([key, value]) => step[key] === value)).n;
    const go = async (step) => {
      await page.locator('[data-scrub]').fill(String(step));
      await until(page, (wanted) => document.querySelector('[data-step]').dataset.step === String(wanted), step);
    };
    await go(at({ kind: 'qr' }));
    await panel(page, 'pair');
    await page.locator('svg.qr').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Scan with the simulated phone' }).isDisabled(), 'the past cannot be changed');
    await go(at({ kind: 'fact', name: 'device_paired' }));
    await page.locator('.linked').waitFor();
    await panel(page, 'call');
    await go(at({ kind: 'fact', name: 'call_ringing' }));
    await page.locator('[data-call-state="ringing"]').waitFor();
    await go(at({ kind: 'fact', name: 'reject_seen' }));
    await page.locator('[data-call-state="rejected"]').waitFor();
    await page.locator('body').press('[');
    await page.locator('[data-call-state="rejecting"]').waitFor();
    await page.locator('body').press(']');
    await page.locator('[data-call-state="rejected"]').waitFor();
    await panel(page, 'wire');
    const ringing = at({ kind: 'fact', name: 'call_ringing' });
    await go(ringing);
    await until(page, (count) => document.querySelectorAll('[data-frame]').length === count, steps.filter((step) => step.kind === 'frame' && step.n <= ringing).length);
    await panel(page, 'chats');
    await go(at({ kind: 'patch', byDevice: true }) - 1);
    assert.equal(await page.locator('.patch.own').count(), 0);
    await go(at({ kind: 'patch', byDevice: true }));
    await until(page, () => document.querySelectorAll('.patch.own').length === 1);
    await page.locator('.story-step').first().click();
    await page.getByRole('button', { name: 'now' }).click();
    await until(page, () => document.querySelector('[data-time="live"]').getAttribute('aria-pressed') === 'true');
    await check();
  });
});
