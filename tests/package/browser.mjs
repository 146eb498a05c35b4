// Debian's Chromium and a server of static files with the CSP of the README.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const csp = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; object-src 'none'; " +
  "base-uri 'none'; frame-ancestors 'none'";
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm', '.json': 'application/json', '.css': 'text/css' };

// Serves folders by prefix, the longest first; `pages` are answered as they are: { '/x': { type, body, csp } }.
export async function serve(t, folders, pages = {}) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    const page = pages[path];
    const headers = { 'content-security-policy': page?.csp ?? csp, 'cache-control': 'no-store' };
    if (page) return response.writeHead(page.status ?? 200, { ...headers, 'content-type': page.type ?? types['.html'] }).end(page.body);
    const prefix = Object.keys(folders).filter((one) => path.startsWith(one)).sort((a, b) => b.length - a.length)[0];
    try {
      const file = join(folders[prefix], path.slice(prefix.length) || 'index.html');
      const body = await readFile(file);
      response.writeHead(200, { ...headers, 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

export async function browser(t) {
  const launched = await chromium.launch({
    executablePath: '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
  t.after(() => launched.close());
  return launched;
}

// A page at `url` that keeps a list of what it should not do: errors, and requests that leave its origin.
export async function visit(context, url) {
  const page = await context.newPage();
  page.faults = [];
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.faults.push(message.text()));
  page.on('pageerror', (problem) => page.faults.push(problem.message));
  page.on('request', (request) => request.url().startsWith(new URL(url).origin) || page.faults.push(`request to ${request.url()}`));
  await page.goto(url);
  await page.waitForSelector('html[data-ready]', { state: 'attached', timeout: 30_000 });
  return page;
}

export const folderOf = (url) => fileURLToPath(url);
