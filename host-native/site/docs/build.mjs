// dist/: the page and the viewer it needs, each beside its compressed form.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const here = new URL('./', import.meta.url), viewer = new URL('node_modules/swagger-ui-dist/', here), dist = new URL('dist/', here);
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const take = (from, name) => {
  cpSync(new URL(name, from), new URL(name, dist));
  writeFileSync(new URL(`${name}.br`, dist), brotliCompressSync(readFileSync(new URL(name, dist))));
};
for (const name of ['index.html', 'docs.js', 'docs.css']) take(here, name);
for (const name of ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE']) take(viewer, name);
