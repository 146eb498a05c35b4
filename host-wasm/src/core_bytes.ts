// Replaced in dist by scripts/inline.mjs, which puts the bytes of dist/core.wasm here.
export function coreBytes(): Uint8Array<ArrayBuffer> {
  throw new Error('this build of wuts-core has no inlined wasm');
}
