// Tokens of devices: `wuts_<object id>_<secret>`. The object id says which Durable Object to ask; the platform refuses ids it
// did not make, so that a made-up token wakes nothing. The object keeps the SHA-256 of the secret and nothing else of it.
import { headerCharsMax } from './limits.js';

export interface Claim {
  objectId: string;
  proof: Uint8Array;  // SHA-256 of the secret
}

const shape = /^wuts_([0-9a-f]{64})_([A-Za-z0-9_-]{43})$/;

export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

// In time that does not depend on where the two differ.
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b);
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromHex(text: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})+$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16));
}

// The header only: a token in a query, a cookie or a form is not looked at. "Bearer" in any case, or the bare token.
export function bearer(header: string | null): string {
  if (!header || header.length > headerCharsMax) return '';
  const found = /^(?:bearer +)?([^\s]+)$/i.exec(header.trim());
  return found?.[1] ?? '';
}

export async function makeToken(objectId: string): Promise<{ token: string; hash: Uint8Array }> {
  const secret = base64url(crypto.getRandomValues(new Uint8Array(32)));
  return { token: `wuts_${objectId}_${secret}`, hash: await sha256(secret) };
}

export async function readToken(token: string): Promise<Claim | undefined> {
  const [, objectId, secret] = shape.exec(token) ?? [];
  const proof = await sha256(secret ?? token);  // the same work for a token that is none
  return objectId ? { objectId, proof } : undefined;
}

// `expected`: the SHA-256 of a secret, as hex, from a binding. Without one nobody is let in.
export async function isSecret(token: string, expected: string | undefined): Promise<boolean> {
  const wanted = fromHex(expected?.trim() ?? '');
  const given = await sha256(token);
  return wanted?.length === 32 && same(given, wanted);
}
