// Each panel is used as a visitor uses it, with the policy of production on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { hkdfSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { countSteps, openLinked, openPage, panel, recording, scripted, startBrowser, startServer, until, untilStep } from './support.mjs';

const readQr = createRequire(import.meta.url)('jsqr');
const root = new URL('../../', import.meta.url).pathname;

describe('the panels', { concurrency: 2 }, () => {
  let server, browser;
  before(async () => {
    server = await startServer();
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.stop();
  });

  test('Pair: the QR code on the screen is the one of the API, and the phone takes it', async () => {
    const { page, check } = await openPage(browser, server.base);
    const here = await panel(page, 'pair');
    await here.locator('svg.qr').waitFor();
    // Another library reads the modules that were drawn.
    const { size, path } = await here.locator('svg.qr').evaluate((svg) => ({ size: Number(svg.dataset.size), path: svg.querySelector('path').getAttribute('d') }));
    const scale = 4, side = size * scale, pixels = new Uint8ClampedArray(side * side * 4).fill(255);
    for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
      for (let i = 0; i < scale * scale; ++i) pixels.set([0, 0, 0], 4 * ((Number(y) * scale + Math.floor(i / scale)) * side + Number(x) * scale + i % scale));
    }
    const shown = (await recording(page)).steps.find((step) => step.kind === 'qr').text;
    assert.equal(readQr(pixels, side, side)?.data, shown);
    const first = Number(await here.locator('[data-countdown]').getAttribute('data-countdown'));
    await until(page, (was) => Number(document.querySelector('[data-countdown]').dataset.countdown) < was, first);
    await page.locator('[data-speed="16"]').click();
    await here.getByRole('button', { name: 'Scan with the simulated phone' }).click();
    await until(page, () => document.querySelector('[data-link-state]').dataset.linkState === 'online');
    await until(page, () => document.querySelectorAll('.stages .done').length === 6);
    assert.match(await here.locator('.linked').innerText(), /Linked\s+5511999999999:\d+@s\.whatsapp\.net/);
    await check();
  });

  test('Pair: a code that expires is replaced', async () => {
    const { page, check } = await openPage(browser, server.base, '?seed=9&speed=99');
    await untilStep(page, { kind: 'qr' }, 3);
    const texts = (await recording(page)).steps.filter((step) => step.kind === 'qr').map((step) => step.text);
    assert.equal(new Set(texts).size, texts.length);
    await check();
  });

  test('Pair: eight characters, by keyboard', async () => {
    const { page, check } = await openPage(browser, server.base);
    await page.getByRole('tab', { name: 'QR code' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByRole('tab', { name: '8-character code' }).getAttribute('aria-selected'), 'true');
    await page.getByRole('button', { name: 'Ask for a code' }).press('Enter');
    const code = await until(page, () => document.querySelector('[data-code]')?.dataset.code);
    assert.match(code, /^[1-9A-HJKL-NP-TV-Z]{8}$/);
    await page.locator('[data-speed="16"]').press('Enter');
    await page.getByRole('button', { name: 'Type the code into the phone' }).press('Enter');
    await until(page, () => document.querySelector('[data-link-state]').dataset.linkState === 'online');
    await check();
  });

  test('Wire: filter, layers, light, vector', async () => {
    const { page, check } = await openPage(browser, server.base, '?seed=7&scenario=call&speed=max');
    await scripted(page);
    const here = await panel(page, 'wire');
    const rows = () => here.locator('[data-frame]');
    const all = await rows().count();
    assert.ok(all > 30);
    await here.getByRole('searchbox', { name: 'Filter' }).fill('call reject out');
    await until(page, () => document.querySelectorAll('[data-frame]').length === 1);
    await rows().first().click();
    const layers = () => here.locator('.layer-tab').allInnerTexts();
    assert.deepEqual((await layers()).map((text) => text.split('\n')[0]), ['WebSocket', 'Noise', 'Node']);
    assert.match(await here.locator('.tree').innerText(), /<reject>/);
    // Pointing at an attribute lights exactly its bytes, and they are what the token of "call-id" and the id take.
    const line = here.locator('.b-line', { hasText: 'call-id' });
    await line.hover();
    const [from, to] = (await line.getAttribute('data-at')).split(',').map(Number);
    const lit = await here.locator('[data-byte].lit').evaluateAll((bytes) => bytes.map((byte) => Number(byte.dataset.byte)));
    assert.deepEqual(lit, Array.from({ length: to - from }, (_, i) => from + i));
    const id = (await recording(page)).steps.find((step) => step.name === 'call_ringing').data.call_id;
    const hex = await here.locator('[data-byte].lit').evaluateAll((bytes) => bytes.map((byte) => byte.textContent).join(''));
    assert.ok(hex.toUpperCase().includes(id), 'a packed id is its own hexadecimal');
    // And a byte lights its branch.
    await here.locator(`[data-byte="${from + 4}"]`).hover();
    assert.match(await here.locator('.branch.lit > .b-line').innerText(), /call-id/);
    // Every layer opens, also the protobuf ones.
    await here.getByRole('button', { name: 'all', exact: true }).click();
    for (const label of ['client hello', 'message', 'w:sync:app:state']) {
      await here.getByRole('searchbox', { name: 'Filter' }).fill(label);
      await until(page, (wanted) => [...document.querySelectorAll('[data-frame] .f-label')].every((row) => row.textContent.includes(wanted)), label);
      await rows().last().click();
      for (const tab of await here.locator('.layer-tab').all()) {
        await tab.click();
        assert.equal(await tab.getAttribute('aria-selected'), 'true');
        assert.ok(await here.locator('.tree .b-line').count() > 0);
      }
    }
    await here.getByRole('searchbox', { name: 'Filter' }).fill('client hello');
    await rows().first().click();
    await here.getByRole('tab', { name: /Handshake/ }).click();
    assert.match(await here.locator('.tree').innerText(), /clientHello\s*.*\s*ephemeral/);
    await check();
  });

  test('Wire: what is copied is a vector the core passes', async (t) => {
    const runner = join(root, 'build/release/vectors');
    if (!existsSync(runner)) return t.skip('build/release/vectors is not built');
    const { page, check } = await openPage(browser, server.base, '?seed=7&scenario=tour&speed=max');
    await scripted(page);
    const here = await panel(page, 'wire');
    const vectors = [];
    for (const label of ['call reject out', 'call offer', 'ack reject call', 'iq set w:sync:app:state', 'success', 'iq result usync']) {
      await here.getByRole('searchbox', { name: 'Filter' }).fill(label);
      await until(page, (wanted) => [...document.querySelectorAll('[data-frame] .f-label')].some((row) => row.textContent.includes(wanted)), label.replace(' out', ''));
      await here.locator('[data-frame]').first().click();
      await here.getByRole('button', { name: 'Copy as test vector' }).click();
      await until(page, () => document.querySelector('#panel-wire .said').textContent.startsWith('Copied'));
      vectors.push(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())));
    }
    const folder = mkdtempSync(join(tmpdir(), 'page-vectors-')), file = join(folder, 'binary_node.json');
    const run = () => execFileSync(runner, [folder], { encoding: 'utf8', stdio: 'pipe' });
    try {
      writeFileSync(file, JSON.stringify({ description: 'from the page', dictionary_version: 3, vectors }));
      assert.match(run(), new RegExp(`${vectors.length} passed|passed.*${vectors.length}`));
      vectors[0].hex = vectors[0].hex.replace(/..$/, (last) => (last === '00' ? '01' : '00'));
      writeFileSync(file, JSON.stringify({ description: 'damaged', dictionary_version: 3, vectors }));
      assert.throws(run);
    } finally {
      rmSync(folder, { recursive: true });
    }
    await check();
  });

  test('Wire: pause, dump, load', async () => {
    const { page, check } = await openLinked(browser, server.base);
    const here = await panel(page, 'wire');
    await here.getByRole('button', { name: 'Pause' }).click();
    await new Promise((go) => setTimeout(go, 200));
    const paused = await page.evaluate(() => window.wuts.clock());
    await new Promise((go) => setTimeout(go, 600));
    assert.equal(await page.evaluate(() => window.wuts.clock()), paused);
    const [download] = await Promise.all([page.waitForEvent('download'), here.getByRole('button', { name: 'Dump JSON' }).click()]);
    const text = readFileSync(await download.path(), 'utf8'), dump = JSON.parse(text);
    assert.equal(dump.format, 'wuts-recording');
    assert.ok(dump.steps.length > 80);
    await here.locator('input[type=file]').setInputFiles({ name: 'run.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await until(page, () => document.querySelector('.badges').textContent.includes('a recording'));
    const loaded = await recording(page);
    assert.deepEqual(loaded.steps, dump.steps);
    assert.equal(loaded.digest, dump.digest);
    assert.equal(await here.locator('[data-frame]').count(), dump.steps.filter((step) => step.kind === 'frame').length);
    // Files of somebody else are refused in words, and nothing is lost.
    const bad = ['', '[]', '{"format":"wuts-recording","version":2,"steps":[]}', JSON.stringify({ ...dump, steps: [{ n: 1, at: 0, kind: 'frame', dir: 'out', label: 'x', phase: 'transport', conn: 1, pieces: 1, payload: '<script>' }] })];
    for (const content of bad) {
      await here.locator('input[type=file]').setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from(content) });
      await until(page, () => document.querySelector('#panel-wire .said').textContent.startsWith('This is not a recording'));
      assert.equal((await recording(page)).digest, dump.digest);
    }
    await check();
  });

  test('Call: ring, hold, look, let go; the caller reads the reply', async () => {
    const { page, check } = await openLinked(browser, server.base);
    const here = await panel(page, 'call');
    await here.getByRole('checkbox', { name: 'Hold the reject at the door' }).check();
    await here.getByRole('button', { name: 'Ring', exact: true }).click();
    await here.locator('[data-call-state="ringing"]').waitFor();
    await untilStep(page, { kind: 'webhook', event: 'call.offer' });
    await here.getByRole('button', { name: 'Reject', exact: true }).click();
    await here.locator('.stanza.held').waitFor();
    const id = (await recording(page)).steps.find((step) => step.name === 'call_ringing').data.call_id;
    const stanza = await here.locator('.stanza pre').innerText();
    assert.match(stanza, new RegExp(`<call [^]*<reject [^]*call-id="${id}"`));
    await new Promise((go) => setTimeout(go, 400));
    assert.equal(await countSteps(page, { kind: 'fact', name: 'reject_seen' }), 0, 'nothing left the door');
    await here.getByRole('button', { name: 'Let it go' }).click();
    await here.locator('[data-call-state="rejected"]').waitFor();
    await here.locator('.bubble', { hasText: 'I cannot take calls here.' }).waitFor();
    assert.ok(Number(await here.locator('[data-us]').getAttribute('data-us')) > 0);
    assert.equal(await countSteps(page, { kind: 'fact', name: 'reject_seen' }), 1);
    // By itself, with video, from a hidden number; and one that gives up.
    await here.getByRole('checkbox', { name: 'Hold the reject at the door' }).uncheck();
    await here.getByRole('checkbox', { name: 'Reject by itself' }).check();
    for (const [i, name] of ['Ring with video', 'Ring from a hidden number'].entries()) {
      await here.getByRole('button', { name }).click();
      await untilStep(page, { kind: 'fact', name: 'reject_seen' }, 2 + i);
    }
    await here.getByRole('checkbox', { name: 'Reject by itself' }).uncheck();
    await untilStep(page, { kind: 'reply', path: '/calls/settings' }, 3);
    await here.getByRole('button', { name: 'Ring', exact: true }).click();
    await here.locator('[data-call-state="ringing"]').waitFor();
    await here.getByRole('button', { name: 'Caller hangs up' }).click();
    await here.locator('[data-call-state="ended"]').waitFor();
    await check();
  });

  test('Chats: archive, pin, mute; what is shown of a patch is what crossed the wire', async () => {
    const { page, check } = await openLinked(browser, server.base);
    const here = await panel(page, 'chats');
    await here.getByRole('switch', { name: 'Archive Person 8888' }).click();
    await until(page, () => document.querySelector('[data-chat="5511988888888"] [role=switch]').getAttribute('aria-checked') === 'true');
    await here.getByRole('switch', { name: 'Pin Person 7777' }).click();
    await until(page, () => document.querySelectorAll('[data-chat="5511977777777"] [role=switch]')[1].getAttribute('aria-checked') === 'true');
    await here.getByRole('switch', { name: 'Mute Person 6666' }).click();
    await until(page, () => document.querySelectorAll('[data-chat="5511966666666"] [role=switch]')[2].getAttribute('aria-checked') === 'true');
    const { steps } = await recording(page);
    const own = steps.filter((step) => step.kind === 'patch' && step.byDevice);
    assert.equal(own.length, 3);
    for (const patch of own) {
      assert.equal(patch.to, patch.from + 1);
      const frame = steps.filter((step) => step.kind === 'frame' && step.dir === 'out' && step.n < patch.n && step.label.startsWith('iq set w:sync:app:state')).at(-1);
      for (const mutation of patch.mutations) {
        assert.ok(frame.node.includes(mutation.indexMac), 'the index MAC travelled');
        assert.ok(frame.node.includes(mutation.valueMac), 'the value MAC travelled');
        assert.ok(!Buffer.from(frame.node, 'hex').toString('latin1').includes(mutation.index), 'the index did not');
      }
      await here.locator(`[data-patch="${patch.collection}/${patch.to}"]`).waitFor();
    }
    const archive = own[0].mutations.find((mutation) => JSON.parse(mutation.index)[0] === 'archive');
    assert.match(await here.locator(`[data-patch="regular_low/${own[0].to}"]`).innerText(), /archiveChatAction: \{archived: true/);
    assert.equal(archive.who, '5511988888888');
    await until(page, () => document.querySelector('[data-chat="5511988888888"] td:last-child').textContent === 'archived');
    // Another device at the same moment: 409, rebase, both changes stay.
    await here.getByRole('checkbox', { name: /A second device archives/ }).check();
    await here.getByRole('switch', { name: 'Archive Person 6666' }).click();
    await here.locator('.refusal').waitFor();
    await until(page, () => document.querySelector('[data-chat="5511966666666"] [role=switch]').getAttribute('aria-checked') === 'true');
    await until(page, () => document.querySelector('[data-chat="5511955555555"] [role=switch]').getAttribute('aria-checked') === 'true');
    assert.equal(await countSteps(page, { kind: 'violation' }), 0);
    await check();
  });

  test('LTHash: the sum is the sum; a flipped byte is found and healed', async () => {
    const { page, check } = await openLinked(browser, server.base);
    await page.evaluate(() => { location.hash = 'chats'; });
    await page.getByRole('switch', { name: 'Archive Person 8888' }).click();
    await untilStep(page, { kind: 'patch', byDevice: true });
    const here = await panel(page, 'lthash');
    await here.locator('[data-verdict="same"]').waitFor();
    // Node's own HKDF over the value MACs of all patches gives the bytes on the screen.
    const { steps } = await recording(page);
    const lanes = new Uint16Array(64), patches = steps.filter((step) => step.kind === 'patch' && step.collection === 'regular_low');
    const move = (mac, sign) => {
      if (!mac) return;
      const bytes = Buffer.from(hkdfSync('sha256', Buffer.from(mac, 'hex'), '', 'WhatsApp Patch Integrity', 128));
      for (let i = 0; i < 64; ++i) lanes[i] += sign * bytes.readUInt16LE(2 * i);
    };
    for (const patch of patches) {
      for (const mutation of patch.mutations) {
        move(mutation.oldValueMac, -1);
        move(mutation.valueMac, 1);
      }
      assert.equal(Buffer.from(lanes.buffer).toString('hex'), patch.after);
    }
    assert.equal(await here.locator('svg.heat.own').getAttribute('data-hash'), patches.at(-1).after);
    assert.equal(await here.locator('svg.heat rect').count(), 256);
    await here.locator('[data-flip="17"]').click();
    await here.locator('[data-verdict="differs"]').waitFor();
    assert.equal(await here.locator('svg.heat.own rect.off').count(), 1);
    await here.getByRole('button', { name: 'Patch from the phone' }).click();
    await untilStep(page, { kind: 'patch', collection: 'regular_low' }, patches.length + 1);
    await here.locator('[data-verdict="same"]').waitFor();
    const healed = await recording(page), flipped = healed.steps.find((step) => step.kind === 'hash' && step.corrupted).n;
    const asked = healed.steps.filter((step) => step.kind === 'frame' && step.n > flipped && step.dir === 'out' && step.label.startsWith('iq set w:sync:app:state'));
    assert.ok(asked.length >= 2, 'first the patch, then everything');
    assert.ok(Number(await here.locator('[data-moved]').getAttribute('data-moved')) > 50);
    await check();
  });
});
