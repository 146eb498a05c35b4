import { brotliCompressSync, constants } from 'node:zlib';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

// The policy of the page, in the page itself. A server says the same in a header, with frame-ancestors (README).
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; font-src 'self'; "
  + "connect-src 'self'; base-uri 'none'; form-action 'none'";

function withPolicy(): Plugin {
  return {
    name: 'policy',
    apply: 'build',
    transformIndexHtml: () => [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: policy }, injectTo: 'head-prepend' }],
  };
}

const brotli = (bytes: Uint8Array): Uint8Array => brotliCompressSync(bytes, {
  params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
});

// `name.br` beside every file that gets smaller: hosts that can serve it do (host-native/server/assets.h).
function withBrotli(): Plugin {
  return {
    name: 'brotli',
    apply: 'build',
    writeBundle({ dir }) {
      const visit = (folder: string): void => {
        for (const name of readdirSync(folder)) {
          const path = join(folder, name);
          if (statSync(path).isDirectory()) visit(path);
          else if (/\.(js|css|html|svg|wasm|json)$/.test(name)) {
            const bytes = readFileSync(path), small = brotli(bytes);
            if (small.length < bytes.length * 0.95) writeFileSync(path + '.br', small);
          }
        }
      };
      visit(dir!);
    },
  };
}

const find = createRequire(import.meta.url);
function sizeOf(module: string): { raw: number; brotli: number } {
  const bytes = readFileSync(find.resolve(module));
  return { raw: bytes.length, brotli: brotli(bytes).length };
}

export default defineConfig({
  base: './',
  plugins: [withPolicy(), withBrotli()],
  define: {
    __SIZES__: JSON.stringify({ core: sizeOf('wuts-core/core.wasm'), simulator: sizeOf('wuts-core/sim.wasm') }),
  },
  optimizeDeps: { exclude: ['wuts-core'] },
  build: {
    target: 'es2022',
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 400,
  },
});
