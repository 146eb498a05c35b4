// The parts list: its shape is that of CycloneDX 1.5, it is complete, and says the same twice.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { debianParts, npmParts, sbom, sourceParts } from '../../.dev/sbom.mjs';
import { here, scratch } from './support.mjs';

const scopes = ['required', 'optional', 'excluded'];
const members = (object, needed, allowed, where) => {
  for (const name of needed) assert.ok(name in object, `${where}: no ${name}`);
  for (const name of Object.keys(object)) assert.ok([...needed, ...allowed].includes(name), `${where}: ${name}`);
};

// What the schema of CycloneDX 1.5 demands of the members that are used here; others are refused.
function validate(bom) {
  members(bom, ['bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'], [], 'bom');
  assert.deepEqual([bom.bomFormat, bom.specVersion, bom.version], ['CycloneDX', '1.5', 1]);
  assert.match(bom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  members(bom.metadata, ['timestamp', 'component'], [], 'metadata');
  assert.match(bom.metadata.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const refs = new Set();
  for (const part of [bom.metadata.component, ...bom.components]) {
    members(part, ['type', 'bom-ref', 'name', 'version'], ['purl', 'scope', 'licenses', 'hashes', 'properties'], part['bom-ref']);
    assert.ok(['application', 'library'].includes(part.type));
    for (const name of ['bom-ref', 'name', 'version']) assert.ok(typeof part[name] === 'string' && part[name] !== '', `${part['bom-ref']}: ${name}`);
    assert.ok(!refs.has(part['bom-ref']), `twice: ${part['bom-ref']}`);
    refs.add(part['bom-ref']);
    if (part.type === 'library') {
      assert.match(part.purl, /^pkg:(npm|deb\/debian)\/[^@\s]+@[^@\s?]+(\?[\w=&.-]+)?$/);
      assert.ok(scopes.includes(part.scope), `${part.purl}: ${part.scope}`);
    }
    for (const { alg, content } of part.hashes ?? []) assert.match(content, { 'SHA-256': /^[0-9a-f]{64}$/, 'SHA-512': /^[0-9a-f]{128}$/ }[alg]);
    for (const entry of part.licenses ?? []) {
      members(entry, [], ['license', 'expression'], part.purl);
      assert.equal(Object.keys(entry).length, 1);
      if (entry.license) members(entry.license, ['id'], [], part.purl);
    }
    for (const entry of part.properties ?? []) members(entry, ['name', 'value'], [], part.purl);
  }
  const told = new Set();
  for (const dependency of bom.dependencies) {
    members(dependency, ['ref', 'dependsOn'], [], dependency.ref);
    assert.ok(!told.has(dependency.ref), `twice: ${dependency.ref}`);
    told.add(dependency.ref);
    for (const ref of [dependency.ref, ...dependency.dependsOn]) assert.ok(refs.has(ref), `${dependency.ref} -> ${ref} is not listed`);
    assert.equal(new Set(dependency.dependsOn).size, dependency.dependsOn.length);
  }
  assert.deepEqual([...refs].filter((ref) => !told.has(ref)), []);
}

test('./dev audit: tables, an honest word about the registry, a valid SBOM of everything the lock files name', (t) => {
  const before = existsSync(here('../../build/sbom.cdx.json'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [here('../../.dev/audit.mjs'), '--no-registry', 'dpkg', 'no-such-package'], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^  dpkg +\d/m);
  assert.match(stdout, /not installed: no-such-package/);
  const bom = JSON.parse(readFileSync(here('../../build/sbom.cdx.json'), 'utf8'));
  validate(bom);
  const has = new Set(bom.components.map(({ purl }) => purl));
  for (const folder of ['host-wasm', 'tests', 'web-demo', 'host-native/site/docs', 'tests/bench/npm', '.dev/node']) {
    const { packages } = JSON.parse(readFileSync(here(`../../${folder}/package-lock.json`), 'utf8'));
    for (const [path, { name, version }] of Object.entries(packages)) {
      if (path !== '') assert.ok(has.has(`pkg:npm/${(name ?? path.replace(/.*node_modules\//, '')).replace('@', '%40')}@${version}`), `${folder}: ${path}`);
    }
  }
  const scope = (name) => bom.components.find((part) => part.name === name).scope;
  assert.deepEqual([scope('swagger-ui-dist'), scope('uqr'), scope('vite'), scope('webpack'), scope('sharp')],
    ['required', 'required', 'excluded', 'excluded', 'excluded']);
  if (existsSync(here('../../build/wasm/deps/sources'))) assert.ok(bom.components.some(({ purl }) => /libsodium.*arch=source/.test(purl ?? '')));
  t.diagnostic(`${bom.components.length} components${before ? '' : ', first time'}`);
});

test('hashes, aliases and the way a dependency is found', (t) => {
  const folder = scratch(t), sum = Buffer.alloc(64, 7);
  mkdirSync(join(folder, 'p'));
  const entry = (version, more = {}) => ({ version, integrity: `sha512-${sum.toString('base64')}`, ...more });
  writeFileSync(join(folder, 'p/package-lock.json'), JSON.stringify({ packages: {
    '': { dependencies: { a: '1', alias: 'npm:@s/b@2' }, devDependencies: { d: '1' } },
    'node_modules/a': entry('1.0.0', { license: 'MIT', dependencies: { c: '*' } }),
    'node_modules/a/node_modules/c': entry('1.0.0', { dependencies: { d: '*' } }),
    'node_modules/c': entry('2.0.0', { optional: true }),
    'node_modules/alias': entry('2.0.0', { name: '@s/b', license: '(MIT OR Apache-2.0)', dependencies: { c: '*' } }),
    'node_modules/d': entry('1.0.0', { dev: true }),
  } }));
  const { parts, top } = npmParts(join(folder, 'p'));
  const needs = Object.fromEntries(parts.map((part) => [part['bom-ref'], [...part.needs]]));
  assert.deepEqual(needs, {
    'pkg:npm/a@1.0.0': ['pkg:npm/c@1.0.0'], 'pkg:npm/c@1.0.0': ['pkg:npm/d@1.0.0'], 'pkg:npm/c@2.0.0': [],
    'pkg:npm/%40s/b@2.0.0': ['pkg:npm/c@2.0.0'], 'pkg:npm/d@1.0.0': [],
  });
  assert.deepEqual(top, ['pkg:npm/a@1.0.0', 'pkg:npm/%40s/b@2.0.0', 'pkg:npm/d@1.0.0']);
  assert.equal(parts[0].hashes[0].content, sum.toString('hex'));
  const products = [
    { name: 'p', version: '1', parts, top },
    { name: 'q', version: '1', parts: [...debianParts(['libx++ 1:2.0+b~1 amd64 x'], '12'), ...sourceParts(`x 1-1 ${'ab'.repeat(32)} patches=3\n`, '12')] },
    { name: 'tools', version: '1', parts: debianParts(['libx++ 1:2.0+b~1 amd64 x', 'y 1 all y'], '12'), shipped: false },
  ];
  const bom = sbom(products, '2026-01-01T00:00:00Z');
  validate(bom);
  assert.deepEqual(bom, sbom(products, '2026-01-01T00:00:00Z'));
  const scope = Object.fromEntries(bom.components.filter(({ purl }) => purl).map((part) => [part.purl, part.scope]));
  assert.equal(scope['pkg:deb/debian/libx%2B%2B@1:2.0%2Bb~1?arch=amd64&distro=debian-12'], 'required');
  assert.equal(scope['pkg:deb/debian/y@1?arch=all&distro=debian-12'], 'excluded');
  assert.deepEqual([scope['pkg:npm/a@1.0.0'], scope['pkg:npm/c@2.0.0'], scope['pkg:npm/d@1.0.0']], ['required', 'optional', 'excluded']);
});

test('what is wrong in a parts list is seen', () => {
  const bom = () => sbom([{ name: 'q', version: '1', parts: debianParts(['x 1 amd64 x'], '12') }], '2026-01-01T00:00:00Z');
  const wrongs = [(b) => { b.bomFormat = 'SPDX'; }, (b) => { b.components.push(b.components[0]); }, (b) => { delete b.components[0].version; },
    (b) => { b.dependencies[0].dependsOn.push('nothing'); }, (b) => { b.serialNumber = 'x'; }, (b) => { b.dependencies.pop(); }];
  validate(bom());
  for (const wrong of wrongs) {
    const broken = bom();
    wrong(broken);
    assert.throws(() => validate(broken), String(wrong));
  }
});
