// The keeper of files of a device in JavaScript: the work the core asks for, against hosts of the test. No network.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { init } from 'wuts-core';
import { Files } from '../../host-wasm/dist/files.js';
import { liveCore } from '../../host-wasm/dist/init.js';
import { inspectFile, loudness } from '../../host-wasm/dist/inspect.js';
import { mediaHosts } from '../../host-wasm/dist/media_hosts.js';
import { requestBody, takeFiles } from '../../host-wasm/dist/request_files.js';
import { SimulatedMediaHosts } from '../../host-wasm/dist/simulator_media.js';
import { fetchUserUrl, fileNameOf, isAllowedUrl } from '../../host-wasm/dist/user_url.js';

await init();
const sha256 = (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest());
const nothing = new Uint8Array(0);
const info = 'WhatsApp Image Keys';

// A media host in memory: keeps what is uploaded, gives it back.
function host() {
  const kept = new Map(), seen = [];
  let answer = () => undefined;
  return {
    kept, seen,
    fail: (how) => (answer = how),
    hosts: {
      async upload({ host: name, path, body }) {
        seen.push([name, path, body.size]);
        const said = answer('upload', path);
        if (said) return said;
        kept.set('/v/1.enc', new Uint8Array(await body.arrayBuffer()));
        return { status: 200, retryAfterMs: -1, text: '{"direct_path":"/v/1.enc"}' };
      },
      async download({ path }) {
        const said = answer('download', path);
        if (said) return said;
        const bytes = kept.get(path);
        return { status: bytes ? 200 : 404, retryAfterMs: -1, contentType: 'image/jpeg', body: bytes ? new Blob([bytes]).stream() : null };
      },
    },
  };
}

async function bytesOf(files, file) {
  const blob = files.get(file);
  return blob && new Uint8Array(await blob.arrayBuffer());
}

test('a file is sealed, uploaded, downloaded and opened; what is dropped is not held', async () => {
  const other = host(), files = new Files(liveCore, { hosts: other.hosts });
  const plain = randomBytes(300_001), mediaKey = randomBytes(32);
  assert.equal(await files.perform({ kind: 'writeFile', file: 1n, bytes: plain }), undefined);
  const sealed = await files.perform({ kind: 'sealFile', job: 7n, from: 1n, into: 2n, mediaKey, info, sidecar: true, firstFrameLength: 0 });
  assert.equal(sealed.job, 7n);
  assert.equal(sealed.fault, 'none');
  assert.deepEqual([sealed.result.size, sealed.result.sealedSize], [plain.length, files.get(2n).size]);
  assert.deepEqual(sealed.result.sha256, sha256(plain));
  assert.deepEqual(sealed.result.encSha256, sha256(await bytesOf(files, 2n)));
  assert.equal(sealed.result.sidecar.length, 50);
  const up = await files.perform({ kind: 'uploadFile', job: 8n, file: 2n, host: 'mmg.whatsapp.net', path: '/mms/image/x', offset: 0, check: false });
  assert.deepEqual([up.result.kind, up.result.status, up.result.body], ['answered', 200, '{"direct_path":"/v/1.enc"}']);
  await files.perform({ kind: 'uploadFile', job: 9n, file: 2n, host: 'mmg.whatsapp.net', path: '/mms/image/x&resume=1', offset: 0, check: true });
  await files.perform({ kind: 'uploadFile', job: 9n, file: 2n, host: 'mmg.whatsapp.net', path: '/mms/image/y', offset: 300_000, check: false });
  assert.deepEqual(other.seen.map(([, , size]) => size), [sealed.result.sealedSize, 0, sealed.result.sealedSize - 300_000]);
  other.kept.set('/v/1.enc', await bytesOf(files, 2n));
  const reference = { mediaKey, info, encSha256: sealed.result.encSha256, sha256: sealed.result.sha256 };
  const down = await files.perform({ kind: 'downloadFile', job: 10n, into: 3n, host: 'mmg.whatsapp.net', path: '/v/1.enc', bytesMax: 1 << 20, ...reference });
  assert.deepEqual([down.fault, down.result.kind, down.result.size, down.result.contentType], ['none', 'stored', plain.length, 'image/jpeg']);
  assert.deepEqual(await bytesOf(files, 3n), new Uint8Array(plain));
  for (const file of [1n, 2n, 3n]) await files.perform({ kind: 'dropFile', file });
  assert.equal(files.held, 0);
});

test('nothing of a download is kept unless all of it is right', async () => {
  const other = host(), files = new Files(liveCore, { hosts: other.hosts });
  const plain = randomBytes(100_000), mediaKey = randomBytes(32);
  await files.perform({ kind: 'writeFile', file: 1n, bytes: plain });
  const { result } = await files.perform({ kind: 'sealFile', job: 1n, from: 1n, into: 2n, mediaKey, info, sidecar: false, firstFrameLength: 0 });
  const right = await bytesOf(files, 2n);
  const base = { kind: 'downloadFile', job: 2n, into: 3n, host: 'mmg.whatsapp.net', path: '/v/1.enc', mediaKey, info, encSha256: result.encSha256, sha256: result.sha256, bytesMax: 1 << 20 };
  const fails = async (bytes, fault, change = {}) => {
    other.kept.set('/v/1.enc', bytes);
    const done = await files.perform({ ...base, ...change });
    assert.equal(done.fault, fault);
    assert.equal(files.get(3n), undefined);
    assert.equal(files.held, plain.length + right.length);
    return done;
  };
  const flipped = right.slice();
  flipped[50_000] ^= 1;
  await fails(flipped, 'broken');
  await fails(flipped, 'broken', { encSha256: nothing });
  await fails(right.slice(0, 90_000), 'broken');
  await fails(right, 'broken', { mediaKey: randomBytes(32) });
  await fails(right, 'broken', { sha256: randomBytes(32) });
  await fails(right, 'too_large', { bytesMax: 50_000 });
  await fails(right, 'http_status', { path: '/v/gone' }).then(({ status }) => assert.equal(status, 404));
  other.fail(() => { throw new TypeError('no answer'); });
  await fails(right, 'unreachable');
  other.fail((what) => what === 'download' && { status: 429, retryAfterMs: 2000, contentType: '', body: null });
  const busy = await fails(right, 'http_status');
  assert.deepEqual([busy.status, busy.retryAfterMs], [429, 2000]);
  // Not encrypted: only its hash counts.
  other.fail(() => undefined);
  other.kept.set('/v/plain', plain);
  const whole = { ...base, path: '/v/plain', mediaKey: nothing, encSha256: nothing, sha256: sha256(plain) };
  assert.equal((await files.perform(whole)).fault, 'none');
  files.drop(3n);
  assert.equal((await files.perform({ ...whole, sha256: randomBytes(32) })).fault, 'broken');
  assert.equal(files.get(3n), undefined);
});

test('there is room for so much; a file that is dropped while it grows never appears; a missing one is said so', async () => {
  const files = new Files(liveCore, { bytesMax: 250_000 });
  assert.equal(files.put(1n, new Blob([new Uint8Array(200_000)])), true);
  assert.equal(files.put(2n, new Blob([new Uint8Array(60_000)])), false);
  const seal = { kind: 'sealFile', job: 1n, from: 1n, into: 2n, mediaKey: randomBytes(32), info, sidecar: false, firstFrameLength: 0 };
  assert.equal((await files.perform(seal)).fault, 'no_room');
  assert.equal(files.held, 200_000);
  files.drop(1n);
  files.put(1n, new Blob([new Uint8Array(100_000)]));
  const growing = files.perform(seal);
  files.drop(2n);
  await new Promise((go) => setImmediate(go));
  files.drop(2n);
  assert.equal((await growing).fault, 'missing');
  assert.equal(files.get(2n), undefined);
  assert.equal(files.held, 100_000);
  assert.equal((await files.perform({ ...seal, from: 9n })).fault, 'missing');
  const hash = await files.perform({ ...seal, mediaKey: nothing });
  assert.deepEqual([hash.fault, hash.result.size, files.get(2n)], ['none', 100_000, undefined]);
  files.clear();
  assert.equal(files.held, 0);
});

test('a URL of a user: redirects are judged again, names come from the header or the path', async () => {
  for (const url of ['https://files.example/a', 'https://8.8.8.8/a']) assert.ok(isAllowedUrl(url), url);
  for (const url of ['http://files.example/a', 'https://10.0.0.1/a', 'https://127.1/a', 'https://0x7f000001/', 'https://[::1]/', 'https://localhost/', 'https://x.local/',
    'https://a:b@files.example/', 'ftp://files.example/', 'no url', 'https://172.31.0.1/', 'https://169.254.169.254/', 'https://192.168.1.1/', 'https://intranet/']) {
    assert.ok(!isAllowedUrl(url), url);
  }
  assert.ok(isAllowedUrl('http://127.0.0.1:8080/x', true));
  assert.equal(fileNameOf("attachment; filename=\"x.pdf\"; filename*=UTF-8''n%C3%A4me.pdf", 'https://a.example/y'), 'näme.pdf');
  assert.equal(fileNameOf('attachment; filename="../../etc/passwd"', 'https://a.example/y'), 'passwd');
  assert.equal(fileNameOf(null, 'https://a.example/dir/My%20file.jpg?x=1'), 'My file.jpg');
  const pages = {
    'https://a.example/1': () => new Response(null, { status: 302, headers: { location: '/2' } }),
    'https://a.example/2': () => new Response('words', { headers: { 'content-type': 'text/plain' } }),
    'https://a.example/in': () => new Response(null, { status: 302, headers: { location: 'https://169.254.169.254/latest' } }),
    'https://a.example/loop': () => new Response(null, { status: 301, headers: { location: 'https://a.example/loop' } }),
  };
  const options = { fetch: async (url) => pages[url]?.() ?? new Response('', { status: 404 }) };
  const found = await fetchUserUrl('https://a.example/1', 1000, options);
  assert.deepEqual([found.contentType, found.fileName], ['text/plain', '2']);
  await assert.rejects(fetchUserUrl('https://a.example/in', 1000, options), { fault: 'forbidden' });
  await assert.rejects(fetchUserUrl('https://a.example/loop', 1000, options), { fault: 'forbidden' });
  await assert.rejects(fetchUserUrl('https://a.example/none', 1000, options), { fault: 'http_status', status: 404 });
  const files = new Files(liveCore, options);
  const job = { kind: 'fetchUrl', job: 1n, into: 1n, url: 'https://a.example/1', bytesMax: 100, timeoutMs: 1000 };
  const done = await files.perform(job);
  assert.deepEqual([done.result.size, done.result.fileName, Buffer.from(done.result.sha256)], [5, '2', Buffer.from(sha256('words'))]);
  assert.equal((await files.perform({ ...job, into: 2n, bytesMax: 4 })).fault, 'too_large');
  assert.equal(files.held, 5);
});

test('only hosts of the service are asked, or those of the operator; redirects are not followed', async () => {
  const asked = [];
  const fetcher = async (url, init) => {
    asked.push([url, init.method ?? 'GET', init.redirect, init.headers.Origin]);
    return new Response('x'.repeat(100_000), { status: 302, headers: { 'retry-after': '3' } });
  };
  const own = mediaHosts(undefined, fetcher), named = mediaHosts('http://127.0.0.1:9', fetcher);
  const answer = await own.upload({ host: 'mmg.whatsapp.net', path: '/mms/image/a', body: new Blob(['abc']) });
  assert.deepEqual([answer.status, answer.retryAfterMs, answer.text.length], [302, 3000, 65536]);
  await assert.rejects(own.upload({ host: 'evil.example', path: '/x', body: new Blob([]) }));
  await assert.rejects(own.download({ host: 'mmg.whatsapp.net', path: '@evil.example/' }));
  await named.download({ host: 'mmg.whatsapp.net', path: '/v/1' });
  assert.deepEqual(asked, [['https://mmg.whatsapp.net/mms/image/a', 'POST', 'manual', 'https://web.whatsapp.com'],
    ['http://127.0.0.1:9/v/1', 'GET', 'manual', 'https://web.whatsapp.com']]);
});

test('without the means of a page a file goes out as it is, with warnings; with them a picture becomes a JPEG', async () => {
  const png = new Blob([Buffer.from('89504e470d0a1a0a0000000d4948445200000010000000080806000000', 'hex')]);
  const plain = await inspectFile(liveCore(), png, { inspectAs: 'image', thumbnail: true, convert: true }, {});
  assert.deepEqual([plain.mimetype, plain.width, plain.height, plain.converted, plain.warnings.length], ['image/png', 16, 8, undefined, 2]);
  const jpeg = new Blob([Buffer.from('ffd8ffc0000b080008001003000000ffda', 'hex')], { type: 'image/jpeg' });
  const inspector = { thumbnail: async () => Uint8Array.of(1, 2), picture: async () => jpeg, waveform: async () => loudness(Float32Array.from({ length: 640 }, (_, i) => i / 640)) };
  const made = await inspectFile(liveCore(), png, { inspectAs: 'image', thumbnail: true, convert: true }, inspector);
  assert.deepEqual([made.mimetype, made.converted, made.thumbnail.length, made.warnings], ['image/jpeg', jpeg, 2, []]);
  const voice = await inspectFile(liveCore(), new Blob(['OggS']), { inspectAs: 'voice', thumbnail: false, convert: true }, inspector);
  assert.deepEqual([voice.waveform.length, voice.waveform[63], voice.warnings.length], [64, 100, 1]);
  const huge = new Blob([Buffer.from('89504e470d0a1a0a0000000d4948445200004e2000004e200806000000', 'hex')]);
  const untouched = await inspectFile(liveCore(), huge, { inspectAs: 'image', thumbnail: true, convert: true }, inspector);
  assert.deepEqual([untouched.converted, untouched.thumbnail.length, untouched.width], [undefined, 0, 20_000]);
  const files = new Files(liveCore, { inspector: { picture: async () => { throw new Error('broken'); } } });
  files.put(1n, png);
  const done = await files.perform({ kind: 'inspectFile', job: 1n, file: 1n, into: 2n, inspectAs: 'image', thumbnail: true, convert: true });
  assert.deepEqual([done.fault, done.result.converted, done.result.warnings.length], ['none', false, 2]);
});

test('long base64 of a body and the files of a form become files; what is short stays', async () => {
  const long = randomBytes(100_000).toString('base64');
  const taken = takeFiles({ method: 'POST', path: '/', body: { number: '5511999999999', image: `data:image/png;base64,${long}`, caption: 'x'.repeat(70_000) + '!' } });
  assert.deepEqual(Object.keys(JSON.parse(taken.text)), ['number', 'caption']);
  assert.deepEqual(taken.files.map(({ member, blob, contentType }) => [member, blob.size, contentType]), [['image', 100_000, 'image/png']]);
  assert.deepEqual(takeFiles({ method: 'POST', path: '/', body: '{"image":"YWJj"}' }), { text: '{"image":"YWJj"}', files: [] });
  const form = new FormData();
  form.set('number', '5511999999999');
  form.set('file', new Blob(['abc'], { type: 'image/png' }), 'a.png');
  const http = new Response(form);
  const read = await requestBody(http.headers.get('content-type'), new Uint8Array(await http.arrayBuffer()));
  assert.deepEqual([read.body, read.form, read.files[0].member, read.files[0].fileName], ['{"number":"5511999999999"}', true, 'file', 'a.png']);
  const raw = await requestBody('image/webp', Uint8Array.of(1, 2, 3));
  assert.deepEqual([raw.body, raw.files[0].blob.size, raw.files[0].contentType], [undefined, 3, 'image/webp']);
  assert.deepEqual(await requestBody('application/json', new TextEncoder().encode('{}')), { body: '{}', contentType: 'application/json' });
});

test('the simulated media hosts keep what is uploaded under its hash, and forget it when told', async () => {
  const hosts = new SimulatedMediaHosts(async () => ({ ok: false, status: 404, body: nothing }));
  const files = new Files(liveCore, { hosts }), plain = randomBytes(5000), mediaKey = randomBytes(32);
  files.put(1n, new Blob([plain]));
  const { result } = await files.perform({ kind: 'sealFile', job: 1n, from: 1n, into: 2n, mediaKey, info, sidecar: false, firstFrameLength: 0 });
  const token = Buffer.from(result.encSha256).toString('base64url'), path = `/mms/image/${token}?auth=a&token=${token}`;
  const up = async (change) => JSON.parse((await files.perform({ kind: 'uploadFile', job: 1n, file: 2n, host: 'x', path, offset: 0, check: false, ...change })).result.body || '{}');
  assert.deepEqual(await up({ path: `${path}&resume=1`, check: true }), {});
  assert.deepEqual(await up({ file: 1n }), {}, 'other bytes than the token says');
  const { direct_path: direct } = await up({});
  assert.equal((await up({ path: `${path}&resume=1`, check: true })).resume, 'complete');
  const down = { kind: 'downloadFile', job: 1n, into: 3n, host: 'x', path: direct, mediaKey, info, encSha256: result.encSha256, sha256: result.sha256, bytesMax: 9999 };
  assert.equal((await files.perform(down)).fault, 'none');
  assert.deepEqual(await bytesOf(files, 3n), new Uint8Array(plain));
  assert.ok(hosts.forget(token));
  assert.equal((await files.perform(down)).status, 404);
});
