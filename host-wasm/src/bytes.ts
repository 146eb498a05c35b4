// The values of the C ABI (host-wasm/abi/abi.h) as bytes: little-endian integers, u32 lengths, UTF-8 strings.

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class ByteWriter {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  private size = 0;

  u8(value: number): this {
    this.room(1);
    this.view.setUint8(this.size, value);
    this.size += 1;
    return this;
  }
  bool(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }
  u32(value: number): this {
    this.room(4);
    this.view.setUint32(this.size, value, true);
    this.size += 4;
    return this;
  }
  i32(value: number): this {
    return this.u32(value >>> 0);
  }
  u64(value: bigint): this {
    this.room(8);
    this.view.setBigUint64(this.size, value, true);
    this.size += 8;
    return this;
  }
  i64(value: bigint): this {
    return this.u64(BigInt.asUintN(64, value));
  }
  bytes(value: Uint8Array): this {
    this.u32(value.length);
    this.room(value.length);
    this.buffer.set(value, this.size);
    this.size += value.length;
    return this;
  }
  text(value: string): this {
    return this.bytes(encoder.encode(value));
  }
  list<T>(items: readonly T[], write: (item: T) => void): this {
    this.u32(items.length);
    items.forEach(write);
    return this;
  }
  done(): Uint8Array {
    return this.buffer.subarray(0, this.size);
  }

  private room(count: number): void {
    if (this.size + count <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(this.buffer.length * 2, this.size + count));
    grown.set(this.buffer.subarray(0, this.size));
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}

// Reads what the core wrote; running past the end means a broken module and throws RangeError.
export class ByteReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly buffer: Uint8Array) {
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }

  u8(): number {
    return this.view.getUint8(this.step(1));
  }
  bool(): boolean {
    return this.u8() !== 0;
  }
  u32(): number {
    return this.view.getUint32(this.step(4), true);
  }
  i32(): number {
    return this.view.getInt32(this.step(4), true);
  }
  u64(): bigint {
    return this.view.getBigUint64(this.step(8), true);
  }
  i64(): bigint {
    return this.view.getBigInt64(this.step(8), true);
  }
  // A copy: it outlives the buffer.
  bytes(): Uint8Array<ArrayBuffer> {
    const length = this.u32();
    const from = this.step(length);
    return this.buffer.slice(from, from + length) as Uint8Array<ArrayBuffer>;
  }
  text(): string {
    const length = this.u32();
    const from = this.step(length);
    return decoder.decode(this.buffer.subarray(from, from + length));
  }
  list<T>(item: () => T): T[] {
    const out: T[] = [];
    for (let left = this.u32(); left > 0; --left) out.push(item());
    return out;
  }
  optional<T>(value: () => T): T | undefined {
    return this.bool() ? value() : undefined;
  }
  get atEnd(): boolean {
    return this.at === this.buffer.length;
  }

  private step(count: number): number {
    const from = this.at;
    if (count > this.buffer.length - from) throw new RangeError('answer of the core ends early');
    this.at = from + count;
    return from;
  }
}

// Row ids as strings whose order is the order of the bytes.
export function keyOf(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 4096) out += String.fromCharCode(...bytes.subarray(i, i + 4096));
  return out;
}

export function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(key.length);
  for (let i = 0; i < key.length; ++i) out[i] = key.charCodeAt(i);
  return out;
}

export function ofHex(text: string): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(text.length >> 1);
  for (let i = 0; i < out.length; ++i) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}
