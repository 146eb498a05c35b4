// WebSocket frames as they come: what a peer may make us copy and keep. Work is counted: bytes moved by set().
import assert from 'node:assert/strict';
import test from 'node:test';
import { FrameReader, MessageReader } from '../../host-wasm/dist/frames.js';

function frame(op, payload, final = true) {
  const { length } = payload;
  const head = length > 0xffff ? 10 : length > 125 ? 4 : 2;
  const out = new Uint8Array(head + length);
  const view = new DataView(out.buffer);
  out[0] = (final ? 0x80 : 0) | op;
  out[1] = head === 10 ? 127 : head === 4 ? 126 : length;
  if (head === 4) view.setUint16(2, length);
  if (head === 10) view.setBigUint64(2, BigInt(length));
  out.set(payload, head);
  return out;
}

test('a large frame in small pieces is not copied once for each piece', (t) => {
  const payload = Uint8Array.from({ length: 4 << 20 }, (_, i) => i % 251);
  const bytes = frame(2, payload);
  let moved = 0;
  const { set } = Uint8Array.prototype;
  t.mock.method(Uint8Array.prototype, 'set', function counted(from, at) {
    moved += from.length;
    return set.call(this, from, at);
  });
  const reader = new FrameReader();
  let got;
  for (let at = 0; at < bytes.length; at += 1000) {
    reader.push(bytes.subarray(at, at + 1000));
    got = reader.next() ?? got;
  }
  assert.ok(Buffer.from(got.payload).equals(Buffer.from(payload)));
  assert.ok(moved < 6 * bytes.length, `${moved} bytes moved for ${bytes.length}`);
});

test('frames split at any byte, and many at once', () => {
  const all = [frame(2, new Uint8Array(0)), frame(2, new Uint8Array(130).fill(5)), frame(9, new Uint8Array([1])), frame(2, new Uint8Array(70_000).fill(9))];
  const bytes = Buffer.concat(all);
  for (let cut = 0; cut <= 300; ++cut) {
    const reader = new FrameReader(), sizes = [];
    for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
      reader.push(piece);
      for (let one = reader.next(); one; one = reader.next()) sizes.push(one.payload.length);
    }
    assert.deepEqual(sizes, [0, 130, 1, 70_000]);
  }
  const reader = new FrameReader();
  for (let i = 0; i < 1000; ++i) {
    reader.push(Buffer.concat([bytes, bytes]));
    for (let n = 0; n < 8; ++n) assert.ok(reader.next());
    assert.equal(reader.next(), undefined);
  }
});

test('fragments without end, or of nothing, are not collected', () => {
  const reader = new MessageReader();
  reader.push(frame(2, new Uint8Array([1]), false));
  for (let i = 0; i < 100_000; ++i) {
    reader.push(frame(0, new Uint8Array(0), false));
    assert.equal(reader.next(), undefined);
  }
  assert.equal(reader.parts.length, 1);
  assert.throws(() => {
    for (let i = 0; i < 5000; ++i) {
      reader.push(frame(0, new Uint8Array([1]), false));
      reader.next();
    }
  }, RangeError);
  const text = new MessageReader();
  text.push(frame(1, new Uint8Array(1000)));
  assert.equal(text.next(), undefined);
  assert.equal(text.parts.length, 0);
});
