// Serves web-demo/dist on this machine only, with the headers a public host should send (README). `node serve.mjs [PORT]`.
import { createServer } from 'node:http';
import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; media-src blob:; font-src 'self'; "
  + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm', '.woff2': 'font/woff2',
};

// Answers with a file below `folder`.
export function staticServer(folder = fileURLToPath(new URL('./dist', import.meta.url))) {
  return createServer((request, response) => {
    void answer(folder, request, response).catch(() => {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Security-Policy': policy });
      response.end('no such file\n');
    });
  });
}

async function answer(folder, request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  let path = normalize(join(folder, decodeURIComponent(pathname)));
  if (path !== folder && !path.startsWith(folder + '/')) throw new Error('outside');
  if ((await stat(path)).isDirectory()) path = join(path, 'index.html');
  const headers = {
    'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer', 'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache', Vary: 'Accept-Encoding',
  };
  const takesBrotli = /(^|[ ,])br($|[ ,;])/.test(request.headers['accept-encoding'] ?? '');
  const compressed = takesBrotli ? await readFile(path + '.br').catch(() => null) : null;
  if (compressed) headers['Content-Encoding'] = 'br';
  response.writeHead(200, headers);
  response.end(request.method === 'HEAD' ? undefined : compressed ?? await readFile(path));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = staticServer(), wanted = Number(process.argv[2] ?? 8091);
  server.once('error', () => server.listen(0, '127.0.0.1'));      // that port is taken
  server.on('listening', () => console.log(`http://127.0.0.1:${server.address().port}/`));
  server.listen(wanted, '127.0.0.1');
}
