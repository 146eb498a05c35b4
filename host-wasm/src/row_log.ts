// How the rows of a store that cannot be read synchronously are kept: encrypted batches of writes.
import { ByteReader, ByteWriter, bytesOf, keyOf } from './bytes.js';
import { WutsError } from './errors.js';
import type { StoreWrite } from './store.js';

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

export function encodeWrites(writes: StoreWrite[]): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter().u32(writes.length);
  for (const { table, id, value } of writes) {
    out.u8(table).bytes(bytesOf(id)).bool(value !== undefined);
    if (value) out.bytes(value);
  }
  return out.done() as Uint8Array<ArrayBuffer>;
}

export function decodeWrites(bytes: Uint8Array): StoreWrite[] {
  const in_ = new ByteReader(bytes);
  return in_.list(() => ({ table: in_.u8(), id: keyOf(in_.bytes()), value: in_.optional(() => in_.bytes()) }));
}

export function makeKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

// `place` says where the batch stands: one that was moved or replaced does not open.
export async function seal(key: CryptoKey, place: string, plain: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(place);
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plain) };
}

export async function unseal(key: CryptoKey, place: string, sealed: Sealed): Promise<Uint8Array> {
  try {
    const additionalData = new TextEncoder().encode(place);
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv, additionalData }, key, sealed.data));
  } catch (problem) {
    throw new WutsError('STORE_CORRUPT', `what is stored at ${place} does not decrypt`, { cause: problem });
  }
}
