// WebSocket frames (RFC 6455), client side, for the transports that speak over a plain byte stream.
import { fragmentsMax, frameBytesMax } from './limits.js';

export const opContinue = 0, opBinary = 2, opClose = 8, opPing = 9, opPong = 10;

export interface Frame {
  op: number;
  final: boolean;
  payload: Uint8Array<ArrayBuffer>;
}

// A client masks what it sends.
export function encodeFrame(op: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = payload.length;
  const wide = length > 0xffff ? 8 : length > 125 ? 2 : 0;
  const out = new Uint8Array(2 + wide + 4 + length);
  const view = new DataView(out.buffer);
  out[0] = 0x80 | op;
  out[1] = 0x80 | (wide === 8 ? 127 : wide === 2 ? 126 : length);
  if (wide === 2) view.setUint16(2, length);
  if (wide === 8) view.setBigUint64(2, BigInt(length));
  const mask = out.subarray(2 + wide, 6 + wide);
  crypto.getRandomValues(mask);
  for (let i = 0; i < length; ++i) out[6 + wide + i] = payload[i]! ^ mask[i & 3]!;
  return out;
}

// Bytes as they come; whole frames out. Throws RangeError when the peer breaks the protocol or a limit.
export class FrameReader {
  private buffer = new Uint8Array(0);
  private start = 0;
  private end = 0;

  // What is there already is moved only when there is no room for more, and the room grows by half: a frame in many small
  // pieces is not copied once for each.
  push(bytes: Uint8Array): void {
    const kept = this.end - this.start;
    if (this.end + bytes.length > this.buffer.length) {
      const room = kept + bytes.length <= this.buffer.length / 2 ? this.buffer : new Uint8Array(Math.ceil((kept + bytes.length) * 1.5));
      room.set(this.buffer.subarray(this.start, this.end));
      this.buffer = room;
      this.start = 0;
      this.end = kept;
    }
    this.buffer.set(bytes, this.end);
    this.end += bytes.length;
  }

  next(): Frame | undefined {
    const kept = this.buffer.subarray(this.start, this.end);
    if (kept.length < 2) return this.idle(kept.length);
    const view = new DataView(kept.buffer, kept.byteOffset, kept.byteLength);
    if ((kept[0]! & 0x70) !== 0 || (kept[1]! & 0x80) !== 0) throw new RangeError('not a frame of a server');
    const short = kept[1]! & 0x7f;
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (kept.length < head) return undefined;
    const length = short === 127 ? Number(view.getBigUint64(2)) : short === 126 ? view.getUint16(2) : short;
    if (length > frameBytesMax) throw new RangeError('frame too long');
    if (kept.length < head + length) return undefined;
    const frame = { op: kept[0]! & 0x0f, final: (kept[0]! & 0x80) !== 0, payload: kept.slice(head, head + length) };
    this.start += head + length;
    return frame;
  }

  // Between frames nothing is held.
  private idle(left: number): undefined {
    if (left > 0) return undefined;
    this.buffer = new Uint8Array(0);
    this.start = this.end = 0;
    return undefined;
  }
}

// Fragments put together; control frames pass between them.
export class MessageReader {
  private readonly frames = new FrameReader();
  private parts: Uint8Array[] = [];
  private size = 0;
  private binary = false;

  push(bytes: Uint8Array): void {
    this.frames.push(bytes);
  }

  // A whole binary message, or a control frame; text messages are skipped.
  next(): Frame | undefined {
    for (let frame = this.frames.next(); frame; frame = this.frames.next()) {
      if (frame.op >= opClose) return frame;
      if (frame.op !== opContinue) {
        this.parts = [];
        this.size = 0;
        this.binary = frame.op === opBinary;
      }
      if (frame.payload.length > 0) this.parts.push(frame.payload);
      this.size += frame.payload.length;
      if (this.size > frameBytesMax || this.parts.length > fragmentsMax) throw new RangeError('message too long');
      if (frame.final && !this.binary) this.parts = [];
      if (frame.final && this.binary) return { op: opBinary, final: true, payload: this.join() };
    }
    return undefined;
  }

  private join(): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    this.parts = [];
    this.size = 0;
    return out;
  }
}
