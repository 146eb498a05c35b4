// A protobuf viewer that needs no schema: it shows field numbers and what the bytes can be. Names are added where a schema
// of names.ts fits. A length-delimited field is shown as a message when its whole content parses as one.

import { readable, toHex } from './hex';
import type { Branch } from './tree';
import type { Schema } from './names';

const kDepthMax = 12;

interface Cursor { bytes: Uint8Array; at: number; end: number }

function varint(cursor: Cursor): bigint | null {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (cursor.at >= cursor.end) return null;
    const byte = cursor.bytes[cursor.at++]!;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  return null;
}

export interface Field {
  number: number;
  wire: number;
  start: number;      // of the tag
  body: number;       // of the content
  end: number;
  value: bigint;      // wire types 0, 1, 5
}

// null: these bytes are not a protobuf message.
export function parseFields(bytes: Uint8Array, from: number, to: number): Field[] | null {
  const cursor: Cursor = { bytes, at: from, end: to };
  const out: Field[] = [];
  while (cursor.at < to) {
    const start = cursor.at;
    const tag = varint(cursor);
    if (tag === null) return null;
    const number = Number(tag >> 3n), wire = Number(tag & 7n);
    if (number === 0 || number > 536_870_911) return null;
    let body = cursor.at, value = 0n;
    if (wire === 0) {
      const read = varint(cursor);
      if (read === null) return null;
      value = read;
    } else if (wire === 1 || wire === 5) {
      const width = wire === 1 ? 8 : 4;
      if (cursor.at + width > to) return null;
      for (let i = width - 1; i >= 0; --i) value = (value << 8n) | BigInt(bytes[cursor.at + i]!);
      cursor.at += width;
    } else if (wire === 2) {
      const size = varint(cursor);
      if (size === null || size > BigInt(to - cursor.at)) return null;
      body = cursor.at;
      cursor.at += Number(size);
    } else {
      return null;
    }
    out.push({ number, wire, start, body, end: cursor.at, value });
  }
  return out;
}

// Bytes that happen to parse but look like text or a key are shown as such.
function looksLikeMessage(bytes: Uint8Array, from: number, to: number, fields: Field[]): boolean {
  const size = to - from;
  if (size < 2 || fields.length === 0) return false;
  if ([16, 20, 32, 33, 64].includes(size)) return false;
  if (readable(bytes.subarray(from, to)) !== null) return false;
  return fields.every((field) => field.number <= 120);
}

export function protobufTree(bytes: Uint8Array, schema?: Schema, from = 0, to = bytes.length, depth = 0): Branch[] | null {
  const fields = parseFields(bytes, from, to);
  if (!fields) return null;
  return fields.map((field): Branch => {
    const known = schema?.[field.number];
    const label = known?.name ?? `#${field.number}`;
    const at: [number, number] = [field.start, field.end];
    if (field.wire === 0) {
      const named = known?.values?.[Number(field.value)];
      const number = field.value >> 63n ? BigInt.asIntN(64, field.value) : field.value;   // negative ones travel as ten bytes
      return { label, value: named ?? (known?.flag ? String(number !== 0n) : String(number)), note: 'varint', at };
    }
    if (field.wire === 1 || field.wire === 5) {
      return { label, value: String(field.value), note: field.wire === 1 ? 'fixed64' : 'fixed32', at };
    }
    const content = bytes.subarray(field.body, field.end);
    const inner = depth < kDepthMax ? parseFields(bytes, field.body, field.end) : null;
    if (inner && (known?.message || (!known && looksLikeMessage(bytes, field.body, field.end, inner)))) {
      const children = protobufTree(bytes, known?.message, field.body, field.end, depth + 1) ?? [];
      return { label, note: `${content.length} B`, at, children };
    }
    const text = known?.bytes ? null : readable(content);
    if (text !== null) return { label, value: JSON.stringify(text), note: 'text', at };
    return { label, value: toHex(content), note: `${content.length} B`, at };
  });
}
