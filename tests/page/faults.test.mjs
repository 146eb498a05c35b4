// The two panels that take their time: every fault with its recovery, and the measurements.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { countSteps, openLinked, openPage, panel, recording, startBrowser, startServer, until, untilStep } from './support.mjs';

const root = new URL('../../', import.meta.url).pathname;

describe('faults and speed', () => {
  let server, browser;
  before(async () => {
    server = await startServer();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.stop();
  });

  test('Fault lab: every button is pressed, and the device comes through', async () => {
    const { page, check } = await openLinked(browser, server.base);
    const here = await panel(page, 'faults');
    const online = () => until(page, () => document.querySelector('[data-link-state]').dataset.linkState === 'online', null, 60_000);
    const archive = async (on) => {
      const before = await countSteps(page, { kind: 'patch', byDevice: true });
      await panel(page, 'chats');
      const button = page.getByRole('switch', { name: 'Archive Person 8888' });
      await until(page, (wanted) => document.querySelector('[data-chat="5511988888888"] [role=switch]').getAttribute('aria-checked') === (wanted ? 'false' : 'true'), on);
      await button.click();
      await untilStep(page, { kind: 'patch', byDevice: true }, before + 1);
      await until(page, (wanted) => document.querySelector('[data-chat="5511988888888"] [role=switch]').getAttribute('aria-checked') === (wanted ? 'true' : 'false'), on);
      await panel(page, 'faults');
    };
    let on = true;
    const buttons = ['Cut the connection', 'Cut at the next stanza', 'Deliver the next stanza twice', '409 on the next patch', '503 on the stream', '515 on the stream',
      'Lose the answer to a patch', 'kill -9, now', 'Die before the next commit', 'Die after the next commit', 'The peer cannot decrypt', 'Lose the answer to a reject'];
    for (const [i, name] of buttons.entries()) {
      await here.getByRole('button', { name }).click();
      if (name === 'Cut the connection') await untilStep(page, { kind: 'link', state: 'closed' });
      if (name === 'Die before the next commit') {
        // The request dies with the process: nobody was told anything else.
        await panel(page, 'chats');
        await page.getByRole('switch', { name: 'Archive Person 8888' }).click();
        await panel(page, 'faults');
      }
      if (name.startsWith('kill') || name === 'Die before the next commit') await untilStep(page, { kind: 'reopen' }, name.startsWith('kill') ? 2 : 3);
      await online();
      if (name.startsWith('kill') || i === 0) continue;
      await archive(on);
      on = !on;
      await online();
    }
    const { steps } = await recording(page);
    assert.equal(steps.filter((step) => step.kind === 'crash').length, 3);
    assert.ok(steps.some((step) => step.name === 'patch_refused'));
    assert.deepEqual(steps.filter((step) => step.kind === 'violation').map((step) => step.text), []);
    // Weather, and silence until the keepalive notices.
    for (const [name, value] of [['split', 60], ['delay', 200], ['cut', 2]]) {
      await here.locator(`input[data-input="${name}"]`).fill(String(value));
    }
    await here.getByRole('button', { name: 'Apply' }).click();
    await archive(on);
    await here.getByRole('button', { name: 'Calm' }).click();
    await here.getByRole('button', { name: /^Silence/ }).click();
    await page.locator('[data-speed="Infinity"]').click();
    await page.locator('[data-speed="16"]').click();
    const connects = await countSteps(page, { kind: 'link', state: 'connecting' });
    await untilStep(page, { kind: 'link', state: 'connecting' }, connects + 1);
    await online();
    await check();
  });

  test('Size and speed: sizes are those of the files; both measurements run', async () => {
    const { page, check } = await openPage(browser, server.base);
    const here = await panel(page, 'speed');
    for (const [key, file] of [['core', 'core.wasm'], ['sim', 'sim.wasm']]) {
      const bytes = readFileSync(join(root, 'host-wasm/dist', file)), small = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
      const text = (await here.locator(`[data-tile="${key}"]`).innerText()).replaceAll(',', ''), kilo = (size) => `${Math.round(size / 1000)} kB`;
      assert.ok(text.includes(kilo(small.length)) && text.includes(`${kilo(bytes.length)} raw`), `${text} for ${bytes.length}, ${small.length}`);
    }
    await here.getByRole('button', { name: /^Archive/ }).click();
    await here.locator('[data-tile="patches"]').waitFor({ timeout: 90_000 });
    await here.getByRole('button', { name: /^Reject/ }).click();
    await here.locator('[data-tile="rejects"]').waitFor({ timeout: 90_000 });
    assert.equal(await here.locator('.said').innerText(), '');
    console.log(`# ${(await here.locator('[data-tile="patches"] strong, [data-tile="rejects"] strong, [data-tile="handshake"] strong, [data-tile="init"] strong').allInnerTexts()).join(' · ')}`);
    await check();
  });
});
