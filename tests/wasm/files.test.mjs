// The streaming cipher and the readers of headers in core.wasm: the same vectors as natively, through the exports of abi.h.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { Core, Writer } from './loader.mjs';
import { dist, seeded } from './pair.mjs';

const vectors = JSON.parse(await readFile(new URL('../vectors/media_stream.json', import.meta.url))).vectors;
const core = await Core.load(new URL('core.wasm', dist), seeded(1));
const hex = (text) => Buffer.from(text ?? '', 'hex');

function patterned({ length, a, b }) {
  const out = Buffer.alloc(length);
  for (let i = 0; i < length; ++i) out[i] = a * i + (i >> 8) + b;
  return out;
}

function through(number, bytes, size) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(Buffer.from(core.feed(number, bytes.subarray(at, at + size))));
  return Buffer.concat(parts);
}

function sealed(vector, plain, size, key = hex(vector.media_key)) {
  const args = new Writer().bytes(key).bytes(vector.info).flag(vector.sidecar !== undefined).u64(vector.first_frame_length ?? 0).done();
  const number = core.file('wa_seal', args);
  const head = through(number, plain, size), r = core.ask('wa_sealed', number);
  const file = Buffer.concat([head, r.bytes()]);
  const out = { file, size: Number(r.u64()), sealedSize: Number(r.u64()), sha256: r.bytes(), encSha256: r.bytes(), sidecar: r.bytes(), firstFrameSidecar: r.bytes() };
  assert.ok(r.done);
  assert.equal(core.ask('wa_sealed', number), undefined, 'the number is gone');
  return out;
}

function opened(file, { mediaKey, info, encSha256 = Buffer.alloc(0), sha256 = Buffer.alloc(0) }, size) {
  const number = core.file('wa_unseal', new Writer().bytes(mediaKey).bytes(info).bytes(encSha256).bytes(sha256).done());
  const head = through(number, file, size), r = core.ask('wa_unsealed', number);
  if (!r.flag()) return undefined;
  return Buffer.concat([head, r.bytes()]);
}

test('every vector of the streaming cipher, in pieces of several sizes', () => {
  for (const vector of vectors.filter(({ kind }) => kind === 'encrypt')) {
    const plain = patterned(vector.plaintext_pattern);
    for (const size of [7, 4096, 65536]) {
      const out = sealed(vector, plain, size);
      assert.equal(out.size, plain.length, vector.name);
      assert.equal(out.sealedSize, vector.file_length, vector.name);
      assert.deepEqual(out.sha256, hex(vector.file_sha256), vector.name);
      assert.deepEqual(out.encSha256, hex(vector.file_enc_sha256), vector.name);
      if (vector.file) assert.deepEqual(out.file, hex(vector.file), vector.name);
      assert.deepEqual(out.sidecar, hex(vector.sidecar), vector.name);
      assert.deepEqual(out.firstFrameSidecar, hex(vector.first_frame_sidecar), vector.name);
      const reference = { mediaKey: hex(vector.media_key), info: vector.info, encSha256: out.encSha256, sha256: out.sha256 };
      assert.deepEqual(opened(out.file, reference, size), plain, vector.name);
      const digest = sealed(vector, plain, size, Buffer.alloc(0));
      assert.deepEqual([digest.file.length, digest.size, digest.sha256], [0, plain.length, hex(vector.file_sha256)], vector.name);
    }
  }
});

test('broken files are not opened', () => {
  for (const vector of vectors.filter(({ kind }) => kind === 'reject')) {
    const reference = { mediaKey: hex(vector.media_key), info: 'WhatsApp Document Keys', sha256: hex(vector.expected_file_sha256) };
    for (const size of [1, 4096]) assert.equal(opened(hex(vector.file), reference, size), undefined, vector.name);
  }
});

test('headers are read in the pieces that are asked for', () => {
  for (const vector of vectors.filter(({ kind }) => kind === 'webp_first_frame')) {
    const file = hex(vector.file), number = core.exports.wa_facts(file.length);
    let r;
    for (r = core.ask('wa_facts_next', number); r.flag(); r = core.ask('wa_facts_next', number)) {
      const offset = Number(r.u64()), count = r.u32();
      core.feed(number, file.subarray(offset, offset + count));
    }
    assert.equal(r.text(), 'image/webp');
    r.u32(), r.u32(), r.u32();
    assert.equal(r.flag(), vector.animated);
    assert.equal(Number(r.u64()), vector.first_frame_length ?? 0, vector.name);
    assert.equal(r.flag(), false);
    assert.ok(r.done);
  }
});

test('memory stays whatever the size, and work that is given up is gone', () => {
  const vector = vectors.find(({ kind }) => kind === 'encrypt'), piece = Buffer.alloc(65536, 5);
  const begin = () => core.file('wa_seal', new Writer().bytes(hex(vector.media_key)).bytes(vector.info).flag(true).u64(0).done());
  const first = begin();
  for (let i = 0; i < 64; ++i) core.feed(first, piece);
  const before = core.memory.buffer.byteLength;
  for (let i = 0; i < 512; ++i) core.feed(first, piece);
  core.exports.wa_forget(first);
  assert.equal(core.feed(first, piece), undefined);
  for (let i = 0; i < 200; ++i) core.exports.wa_forget(begin());
  assert.equal(core.memory.buffer.byteLength, before);
});

test('malformed arguments begin nothing', () => {
  const whole = new Writer().bytes(Buffer.alloc(32)).bytes('x').flag(false).u64(0).done();
  for (let size = 0; size < whole.length; ++size) assert.equal(core.file('wa_seal', whole.subarray(0, size)), 0);
  assert.equal(core.file('wa_unseal', new Writer().bytes('').bytes('x').bytes('').bytes('').done()), 0);
  assert.equal(core.feed(0, Buffer.alloc(1)), undefined);
});
