// What the npm projects of the tree take, and from where: wuts-core is always host-wasm itself, never a copy; all else is
// named by a lock file with its hash; no script of a package runs at its installation.
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { here } from './support.mjs';

const root = here('../..');
const skipped = ['node_modules', 'dist', 'build', '.git'];
function* walk(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) yield join(folder, entry.name);
    else if (entry.isDirectory() && !skipped.includes(entry.name) && !entry.name.startsWith('build')) yield* walk(join(folder, entry.name));
  }
}
const files = [...walk(root)];
const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
const named = (name) => files.filter((file) => file.endsWith(sep + name));
const projects = named('package.json').map(dirname);
const show = (file) => relative(root, file);
const core = join(root, 'host-wasm');
const users = files.filter((file) => /\.(m?[jt]s)$/.test(file) && /['"]wuts-core(['"]|\/)/.test(readFileSync(file, 'utf8')));

test('every folder that imports wuts-core gets host-wasm itself', () => {
  const folders = [...new Set([...users.map(dirname), ...projects])];
  for (const folder of ['tests/package', 'tests/edge', 'web-demo/src/world', 'host-wasm/edge/src']) {
    assert.ok(folders.includes(join(root, folder)), `${folder} is not looked at`);
  }
  for (const folder of folders) {
    const found = createRequire(join(folder, 'any.js')).resolve('wuts-core/package.json');
    assert.equal(realpathSync(found), realpathSync(join(core, 'package.json')), show(folder));
  }
});

test('the script makes the link, and nothing else beside it', () => {
  assert.deepEqual(readdirSync(join(root, 'node_modules')), ['wuts-core']);
  assert.ok(lstatSync(join(root, 'node_modules/wuts-core')).isSymbolicLink());
});

test('the modules that node, esbuild and tsc load are those of host-wasm/dist', async () => {
  assert.equal(realpathSync(fileURLToPath(import.meta.resolve('wuts-core'))), join(realpathSync(core), 'dist/index.node.js'));
  const { build } = await import('esbuild');
  for (const entry of ['host-wasm/edge/src/worker.ts', 'web-demo/src/world/engine.ts', 'tests/package/service.mjs']) {
    const { metafile } = await build({
      entryPoints: [join(root, entry)], bundle: true, write: false, metafile: true, format: 'esm', outdir: '/', absWorkingDir: root,
      external: ['cloudflare:*', 'node:*', '*.wasm'], packages: 'bundle', platform: 'node', conditions: ['workerd'], logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs).filter((file) => /wuts-core|host-wasm\/(dist|src)/.test(file));
    assert.ok(inputs.length > 5, `${entry}: ${inputs}`);
    assert.deepEqual(inputs.filter((file) => !file.startsWith('host-wasm/dist/')), [], entry);
  }
});

test('no project takes a package of this tree through npm, which may copy it', () => {
  for (const folder of projects) {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {}, peerDependencies = {} } = json(join(folder, 'package.json'));
    for (const [name, from] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies })) {
      assert.doesNotMatch(from, /^(file|link|git|github|http|workspace)|^[./~]/, `${show(folder)}: ${name}`);
    }
    assert.ok(!existsSync(join(folder, 'node_modules/wuts-core')), `a copy in ${show(folder)}`);
  }
});

test('every project has a lock file that matches it, with a hash for each package', () => {
  assert.ok(projects.length >= 6);
  for (const folder of projects) {
    const lock = json(join(folder, 'package-lock.json')), own = json(join(folder, 'package.json'));
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      assert.deepEqual(lock.packages[''][kind] ?? {}, own[kind] ?? {}, `${show(folder)}: ${kind}`);
    }
    for (const [path, { integrity, link, inBundle, resolved }] of Object.entries(lock.packages)) {
      if (path === '' || inBundle) continue;
      assert.ok(path.startsWith('node_modules/') && !link, `${show(folder)}: ${path}`);
      assert.match(integrity ?? '', /^sha512-/, `${show(folder)}: ${path}`);
      assert.equal(resolved, undefined, `${show(folder)}: ${path} names the host it came from`);
    }
  }
});

// No exception is known: what its script would do here is either done without it or not wanted.
const quiet = {
  '@scarf/scarf': 'tells its maker who installs it',
  'baileys-7': 'looks at the version of node',
  esbuild: 'copies its binary over a script that finds it as well',
  protobufjs: 'looks at how its version is written',
  sharp: 'fetches its library; only the bench has it, which makes no pictures',
  workerd: 'copies its binary over a script that finds it as well',
  'zapo-js': 'looks at the version of node',
};

test('scripts of packages do not run', () => {
  const seen = new Set();
  for (const folder of projects) {
    assert.match(readFileSync(join(folder, '.npmrc'), 'utf8'), /^ignore-scripts=true$/m, show(folder));
    for (const [path, { hasInstallScript }] of Object.entries(json(join(folder, 'package-lock.json')).packages)) {
      const name = path.replace(/.*node_modules\//, '');
      if (!hasInstallScript) continue;
      assert.ok(quiet[name], `${show(folder)}: ${name} has a script: say here why nothing is lost without it`);
      seen.add(name);
    }
  }
  assert.deepEqual(Object.keys(quiet).filter((name) => !seen.has(name)), []);
  // Wherever a script of ours installs something.
  for (const file of files.filter((name) => /(^|\/)dev$|\.(sh|m?js|ts|yml)$|Dockerfile$/.test(name) && !name.startsWith(here('.')))) {
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (/\bnpm (ci|install|i|exec)\b|\bnpx\b|'npm', \['(ci|install)/.test(line) && !/^\s*(\/\/|#|\*)/.test(line)) {
        assert.match(line, /--ignore-scripts/, `${show(file)}: ${line}`);
      }
    }
  }
});

test('the image is built from the packages of ./dev', () => {
  const list = (text) => new Set(text.replaceAll('\\\n', ' ').trim().split(/\s+/));
  const [, own] = /^build_packages="([^"]*)"/m.exec(readFileSync(join(root, 'dev'), 'utf8'));
  const [, image] = /--no-install-recommends ([^]*?)\n[A-Z]/.exec(readFileSync(join(root, 'host-native/packaging/Dockerfile'), 'utf8'));
  const expected = list(own);
  expected.delete('ccache');
  expected.add('ca-certificates');
  assert.deepEqual([...list(image)].sort(), [...expected].sort());
});
