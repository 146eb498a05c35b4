// The parts list: what lock files, dpkg and the record of source archives say, as CycloneDX. Pure but for reading those.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const encode = (text) => encodeURIComponent(text).replaceAll('%3A', ':');

// The packages of one lock file, each once, with what it needs. A version that serves development only is not part of the product.
export function npmParts(folder) {
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  const parts = new Map();
  const nameAt = (path) => packages[path].name ?? path.replace(/^.*node_modules\//, '');
  const refAt = (path) => `pkg:npm/${nameAt(path).replace(/^@/, '%40')}@${encode(packages[path].version)}`;
  // As node looks for it: beside the one that needs it, then further up.
  const find = (from, name) => {
    for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
      const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
      if (packages[path]) return path;
      if (at === '') return undefined;
    }
  };
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '') continue;
    const ref = refAt(path);
    const part = parts.get(ref) ?? {
      type: 'library', 'bom-ref': ref, name: nameAt(path), version: entry.version, purl: ref, scope: 'excluded', needs: new Set(),
      ...(entry.license ? { licenses: [/^[A-Za-z0-9.+-]+$/.test(entry.license) ? { license: { id: entry.license } } : { expression: entry.license }] } : {}),
      hashes: (entry.integrity ?? '').split(' ').filter((one) => one.startsWith('sha512-'))
        .map((one) => ({ alg: 'SHA-512', content: Buffer.from(one.slice(7), 'base64').toString('hex') })),
    };
    if (!entry.dev && !entry.devOptional) part.scope = entry.optional ? 'optional' : 'required';
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = find(path, name);
      if (found) part.needs.add(refAt(found));
    }
    parts.set(ref, part);
  }
  const top = Object.keys({ ...packages[''].dependencies, ...packages[''].devDependencies, ...packages[''].optionalDependencies });
  return { parts: [...parts.values()], top: top.map((name) => find('', name)).filter(Boolean).map(refAt) };
}

// `lines`: "PACKAGE VERSION ARCHITECTURE SOURCE", as dpkg-query tells it.
export function debianParts(lines, release) {
  return lines.map((line) => {
    const [name, version, architecture, source] = line.split(' ');
    const purl = `pkg:deb/debian/${encode(name)}@${encode(version)}?arch=${architecture}&distro=debian-${release}`;
    return { type: 'library', 'bom-ref': purl, name, version, purl, scope: 'required', needs: new Set(),
      ...(source ? { properties: [{ name: 'debian:source', value: source }] } : {}) };
  });
}

// `text`: the record host-wasm/deps.sh keeps, "PACKAGE VERSION SHA256-OF-THE-DSC patches=N" a line.
export function sourceParts(text, release) {
  return text.trim().split('\n').filter(Boolean).map((line) => {
    const [name, version, sum, patches] = line.split(' ');
    const purl = `pkg:deb/debian/${encode(name)}@${encode(version)}?arch=source&distro=debian-${release}`;
    return { type: 'library', 'bom-ref': purl, name, version, purl, scope: 'required', needs: new Set(),
      hashes: [{ alg: 'SHA-256', content: sum }], properties: [{ name: 'debian:patches', value: patches.replace('patches=', '') }] };
  });
}

// `products`: {name, version, parts, top, shipped}: what the tree makes, each from its parts; one that is not shipped is a tool.
// The same input gives the same text.
export function sbom(products, time) {
  const components = new Map(), dependencies = new Map();
  const root = { type: 'application', 'bom-ref': 'wuts', name: 'wuts', version: products[0].version, licenses: [{ license: { id: 'MIT' } }] };
  for (const product of products) {
    const ref = `wuts/${product.name}`;
    components.set(ref, { type: 'application', 'bom-ref': ref, name: product.name, version: product.version });
    dependencies.set(ref, new Set(product.top ?? product.parts.map((part) => part['bom-ref'])));
    for (const { needs, ...read } of product.parts) {
      const part = { ...read, scope: product.shipped === false ? 'excluded' : read.scope };
      const known = components.get(part['bom-ref']);
      if (!known || known.scope === 'excluded' || part.scope === 'required') components.set(part['bom-ref'], part);
      dependencies.set(part['bom-ref'], new Set([...(dependencies.get(part['bom-ref']) ?? []), ...needs]));
    }
  }
  dependencies.set('wuts', new Set(products.map(({ name }) => `wuts/${name}`)));
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const body = {
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: { timestamp: time, component: root },
    components: [...components.values()].sort((a, b) => order(a['bom-ref'], b['bom-ref'])),
    dependencies: [...dependencies].sort(([a], [b]) => order(a, b)).map(([ref, on]) => ({ ref, dependsOn: [...on].sort() })),
  };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const serialNumber = `urn:uuid:${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  const { bomFormat, specVersion, version, ...rest } = body;
  return { bomFormat, specVersion, serialNumber, version, ...rest };
}
