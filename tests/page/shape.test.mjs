// For everybody: narrow screens, dark, little motion, keyboard only, names for what is not text; and what the page says of itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { demo, openPage, panel, scripted, startBrowser, startServer, until } from './support.mjs';

const panels = ['pair', 'wire', 'call', 'chats', 'lthash', 'faults', 'speed'];

describe('the page for everybody', { concurrency: 2 }, () => {
  let server, browser;
  before(async () => {
    server = await startServer();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.stop();
  });
  const tour = async (options) => {
    const opened = await openPage(browser, server.base, '?seed=7&scenario=tour&speed=max', options);
    await scripted(opened.page);
    return opened;
  };

  test('phone width: nothing is wider than the screen, and everything can be touched', async () => {
    const { page, check } = await tour({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    for (const name of panels) {
      await panel(page, name);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
      const small = await page.evaluate((id) => [...document.querySelectorAll(`#${id} button, #${id} input:not(.offscreen), .dock button`)]
        .filter((one) => one.checkVisibility() && !one.closest('.tree')).map((one) => [one.textContent || one.type, one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 17 || box.width < 17).map(([text]) => text), `panel-${name}`);
      assert.deepEqual(small, [], name);
    }
    await check();
  });

  test('dark, light and contrast: text stands out in both', async () => {
    for (const colorScheme of ['light', 'dark']) {
      const { page, check } = await tour({ colorScheme });
      for (const name of panels) {
        await panel(page, name);
        const weak = await page.evaluate(weakText);
        assert.deepEqual(weak, [], `${name}, ${colorScheme}`);
      }
      await check();
    }
  });

  test('with reduced motion nothing moves by itself', async () => {
    const { page, check } = await tour({ reducedMotion: 'reduce' });
    await panel(page, 'call');
    await page.getByRole('button', { name: 'Ring', exact: true }).click();
    await page.locator('[data-call-state="ringing"]').waitFor();
    assert.equal(await page.evaluate(() => document.getAnimations().filter((one) => one.playState === 'running').length), 0);
    await check();
  });

  test('keyboard: from the skip link through a call, without a pointer', async () => {
    const { page, check } = await tour();
    await page.locator('body').press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    for (const [i, name] of panels.entries()) {
      await page.locator('body').press(String(i + 1));
      await until(page, (to) => document.getElementById(`panel-${to}`)?.hidden === false, name);
    }
    await page.locator('body').press('3');
    const focus = async (text) => {
      for (let i = 0; i < 60; ++i) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement.textContent === wanted, text)) return;
      }
      assert.fail(`${text} cannot be reached with Tab`);
    };
    await focus('Ring');
    assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none', 'focus can be seen');
    await page.keyboard.press('Enter');
    await page.locator('[data-call-state="ringing"]').waitFor();
    await focus('Reject');
    await page.keyboard.press('Enter');
    await page.locator('[data-call-state="rejected"]').waitFor();
    await page.locator('body').press('2');
    await until(page, () => document.activeElement.id === 'panel' && !document.getElementById('panel-wire').hidden);
    await page.locator('[data-frames]').focus();
    await page.keyboard.press('Home');
    await until(page, () => document.querySelector('[data-frame][aria-selected="true"]')?.textContent.includes('client hello'));
    await page.keyboard.press('ArrowDown');
    await until(page, () => document.querySelector('[data-frame][aria-selected="true"]')?.textContent.includes('server hello'));
    await check();
  });

  test('accessible names: every control and picture has one, ids are unique', async () => {
    const { page, check } = await tour();
    for (const name of panels) {
      await panel(page, name);
      const nameless = await page.evaluate(() => [...document.querySelectorAll('button, a, input, [role], svg:not([aria-hidden]), progress')].filter((one) => one.checkVisibility()).filter((one) => {
        if (['group', 'tabpanel', 'status', 'tree', 'treeitem', 'presentation'].includes(one.getAttribute('role')) && one.textContent.trim()) return false;
        const labelled = one.getAttribute('aria-labelledby');
        return !(one.getAttribute('aria-label') || one.textContent.trim() || one.closest('label')?.textContent.trim() || (labelled && document.getElementById(labelled)));
      }).map((one) => one.outerHTML.slice(0, 120)));
      assert.deepEqual(nameless, [], name);
      const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((one) => one.id));
      assert.equal(new Set(ids).size, ids.length, name);
    }
    assert.equal(await page.evaluate(() => document.querySelectorAll('h1').length), 1);
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await check();
  });

  test('what it is: simulated, unofficial, not affiliated; its policy forbids everything else', async () => {
    const { page, check, asked } = await tour();
    const text = await page.locator('body').innerText();
    for (const said of ['Both ends run in this tab', 'No WhatsApp server is contacted', 'unofficial', 'Not affiliated']) assert.ok(text.includes(said), said);
    const policy = await page.evaluate(() => document.querySelector('meta[http-equiv="Content-Security-Policy"]').content);
    assert.match(policy, /^default-src 'none';/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*|https?:/);
    assert.equal(readFileSync(new URL('dist/index.html', demo), 'utf8').match(/<script(?![^>]* src=)|<style| style=/), null);
    // The policy works: code from text, and a request elsewhere, are refused.
    const refused = await page.evaluate(() => new Promise((done) => {
      // Later: what a debugger runs at once is exempt.
      setTimeout(() => { try { done(new Function('return 1')()); } catch (problem) { done(problem.name); } });
    }));
    assert.equal(refused, 'EvalError');
    assert.equal(await page.evaluate(() => fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')), 'refused');
    assert.ok(asked.filter((url) => url.endsWith('.wasm')).length === 2);
    await page.context().close();
  });

  test('without WebAssembly or with a damaged module: words, not silence', async () => {
    const context = await browser.newContext(), page = await context.newPage();
    await page.route('**/core-*.wasm', (route) => route.fulfill({ status: 200, contentType: 'application/wasm', body: Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0]) }));
    await page.goto(server.base);
    await until(page, () => document.body.dataset.ready === 'failed');
    assert.match(await page.locator('.story').innerText(), /could not be started/);
    await context.close();
  });
});

// Text whose contrast with what is behind it is below 4.5 (3 for large text). Runs in the page.
function weakText() {
  const parse = (text) => {
    const canvas = weakText.canvas ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0.9) return colour;
    }
    return parse('white');
  };
  const weak = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('.offscreen, .skip, svg, :disabled, noscript')) continue;
    const style = getComputedStyle(element), a = light(parse(style.color)), b = light(behind(element));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) weak.add(`${ratio.toFixed(2)} ${element.tagName}.${element.className}: ${walker.currentNode.data.trim().slice(0, 30)}`);
  }
  return [...weak];
}
