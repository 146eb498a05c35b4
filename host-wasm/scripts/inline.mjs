// Puts the bytes of dist/core.wasm into dist/core_bytes.js, for the entry point ./inline.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const dist = new URL('../dist/', import.meta.url);
const wasm = new URL('core.wasm', dist);
if (!existsSync(wasm)) {
  console.error('dist/core.wasm is missing: ./dev wasm builds it');
} else {
  writeFileSync(new URL('core_bytes.js', dist), `const text = '${readFileSync(wasm).toString('base64')}';
export function coreBytes() {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
`);
}
