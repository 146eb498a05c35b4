// Files of a device in Chromium: pictures and sound by what a page has, files on disk (OPFS), and what is left of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { browser, folderOf, serve, visit } from './browser.mjs';
import { dist } from './support.mjs';

let chromium, origin;
const cleanups = [];
test.before(async () => {
  const keep = { after: (call) => cleanups.push(call) };
  chromium = await browser(keep);
  origin = await serve(keep, { '/': folderOf(new URL('page/', import.meta.url)), '/wuts/': folderOf(dist) }, { '/favicon.ico': { status: 204, body: '' } });
});
test.after(() => Promise.all(cleanups.map((call) => call())));

async function tab(t) {
  const context = await chromium.newContext();
  t.after(() => context.close());
  return visit(context, `${origin}/`);
}

test('a PNG becomes a JPEG with a thumbnail, a sticker 512 pixels of WebP, a voice note gets its waveform', async (t) => {
  const page = await tab(t);
  const seen = await page.evaluate(async () => {
    const [{ init }, { Files }, { liveCore }] = await Promise.all([import('/wuts/index.web.js'), import('/wuts/files.js'), import('/wuts/init.js')]);
    await init();
    const files = new Files(liveCore);
    const canvas = new OffscreenCanvas(300, 200);
    canvas.getContext('2d').fillRect(20, 20, 100, 100);
    files.put(1n, await canvas.convertToBlob({ type: 'image/png' }));
    const inspect = async (file, inspectAs) => (await files.perform({ kind: 'inspectFile', job: 1n, file, into: 9n, inspectAs, thumbnail: true, convert: true })).result;
    const image = await inspect(1n, 'image');
    const small = await createImageBitmap(new Blob([image.thumbnail]));
    const sticker = await inspect(1n, 'sticker');
    // A second of sound that grows, as WAV.
    const wav = new DataView(new ArrayBuffer(44 + 16_000));
    const text = (at, value) => [...value].forEach((c, i) => wav.setUint8(at + i, c.charCodeAt(0)));
    text(0, 'RIFF'), wav.setUint32(4, 36 + 16_000, true), text(8, 'WAVEfmt '), wav.setUint32(16, 16, true), wav.setUint16(20, 1, true), wav.setUint16(22, 1, true);
    wav.setUint32(24, 8000, true), wav.setUint32(28, 16_000, true), wav.setUint16(32, 2, true), wav.setUint16(34, 16, true), text(36, 'data'), wav.setUint32(40, 16_000, true);
    for (let i = 0; i < 8000; ++i) wav.setInt16(44 + 2 * i, (i % 2 ? 1 : -1) * i * 4, true);
    files.put(2n, new Blob([wav.buffer]));
    const voice = await inspect(2n, 'voice');
    return { image: [image.mimetype, image.width, image.height, image.converted, image.size > 100, image.warnings], small: [small.width, small.height],
             sticker: [sticker.mimetype, sticker.width, sticker.height, sticker.converted], voice: [voice.seconds, voice.waveform.length, voice.waveform[0] < 5, voice.waveform[63] > 90],
             warnings: voice.warnings.length };
  });
  assert.deepEqual(seen, { image: ['image/jpeg', 300, 200, true, true, []], small: [100, 67], sticker: ['image/webp', 512, 512, true], voice: [1, 64, true, true], warnings: 1 });
  assert.deepEqual(page.faults, []);
});

test('files lie on disk, go when they are dropped, and what a page left behind goes with the next one', async (t) => {
  const page = await tab(t);
  const work = () => page.evaluate(async () => {
    const [{ init }, { Files }, { liveCore }, { opfsStorage }] = await Promise.all(
      [import('/wuts/index.web.js'), import('/wuts/files.js'), import('/wuts/init.js'), import('/wuts/opfs_files.js')]);
    await init();
    const names = async () => {
      const out = [], root = await (await navigator.storage.getDirectory()).getDirectoryHandle('wuts-files', { create: true });
      for await (const [session, folder] of root.entries()) for await (const name of folder.keys()) out.push(`${session}/${name}`);
      return out;
    };
    const files = new Files(liveCore, { storage: await opfsStorage() });
    const before = (await names()).length;
    files.put(1n, new Blob([new Uint8Array(3 << 20)]));
    const seal = (into) => files.perform({ kind: 'sealFile', job: 1n, from: 1n, into, mediaKey: new Uint8Array(32), info: 'x', sidecar: false, firstFrameLength: 0 });
    const { fault, result } = await seal(2n);
    await seal(3n);
    const held = (await names()).length, size = files.get(2n).size;
    const end = new Uint8Array(await files.get(2n).slice(size - 10).arrayBuffer()).length;
    files.drop(2n);
    for (let i = 0; i < 100 && (await names()).length === held; ++i) await new Promise((go) => setTimeout(go, 20));
    return { before, fault, sizes: [size, result.sealedSize], end, held, after: (await names()).length };
  });
  const expected = { before: 0, fault: 'none', sizes: [(3 << 20) + 26, (3 << 20) + 26], end: 10, held: 2, after: 1 };
  assert.deepEqual(await work(), expected);
  await page.reload();
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  assert.deepEqual(await work(), expected);
  assert.deepEqual(page.faults, []);
});
