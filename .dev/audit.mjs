// ./dev audit: the parts with their versions, what the registry knows against them, and build/sbom.cdx.json.
// audit.mjs [--no-registry] DEBIAN-PACKAGE...
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { debianParts, npmParts, sbom, sourceParts } from './sbom.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const projects = { 'wuts-core': 'host-wasm', 'web-demo': 'web-demo', docs: 'host-native/site/docs', tests: 'tests', bench: 'tests/bench/npm', node: '.dev/node' };
const shipped = ['wuts-core', 'web-demo', 'docs'];
const version = /project\(wuts VERSION ([\d.]+)/.exec(readFileSync(join(root, 'CMakeLists.txt'), 'utf8'))[1];
const release = /^VERSION_ID="?([\d.]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'unknown';
const run = (program, ...args) => execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 });

// A library package of the build brings another one that the program loads: those are asked for by what the program needs.
function loaded() {
  try {
    const paths = [...run('ldd', 'build/release/wuts').matchAll(/=> (\/\S+)/g)].map(([, path]) => path);
    // dpkg knows the real paths and, on a merged /usr, those without it.
    const known = spawnSync('dpkg', ['-S', ...paths, ...paths.map((path) => `/usr${path}`), ...paths.map((path) => path.replace(/^\/usr/, ''))], { encoding: 'utf8' });
    return [...new Set([...known.stdout.matchAll(/^([^:\s]+)(?::\S+)?: /gm)].map(([, name]) => name))];
  } catch {
    return undefined;
  }
}

function debian(names) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${Version} ${Architecture} ${source:Package} ${db:Status-Status}\n', ...names], { encoding: 'utf8' });
  return stdout.trim().split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.replace(/ installed$/, ''));
}

function sources() {
  try {
    return { at: readlinkSync(join(root, 'build/wasm/deps')), text: readFileSync(join(root, 'build/wasm/deps/sources'), 'utf8') };
  } catch {
    return undefined;
  }
}

const title = (text) => console.log(`\n${text}`);
const table = (rows) => {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => String(row[i]).length)));
  for (const row of rows) console.log(`  ${row.map((cell, i) => (i < row.length - 1 ? String(cell).padEnd(widths[i]) : cell)).join('  ')}`);
};

const products = [];
const tools = debian(wanted), runtime = loaded(), archives = sources();
title(`Debian ${release}: packages that build and test`);
table(tools.map((line) => line.split(' ').slice(0, 2)));
const lacking = wanted.filter((name) => !tools.some((line) => line.startsWith(`${name} `)));
if (lacking.length > 0) console.log(`  not installed: ${lacking.join(' ')}`);
if (runtime) {
  title('Debian packages that build/release/wuts loads');
  const lines = debian(runtime);
  table(lines.map((line) => line.split(' ').slice(0, 2)));
  products.push({ name: 'wuts', version, parts: debianParts(lines, release) });
} else {
  title('what build/release/wuts loads is not known: ./dev build');
}
products.push({ name: 'toolchain', version, parts: debianParts(tools, release), shipped: false });
if (archives) {
  title('source archives of the wasm modules, with the patches of Debian applied');
  const rows = archives.text.trim().split('\n').map((line) => line.split(' '));
  table(rows.map(([name, at, sum, patches]) => [name, at, patches, `dsc sha256 ${sum.slice(0, 16)}...`]));
  products.push({ name: 'core.wasm', version, parts: sourceParts(archives.text, release) });
} else {
  title('source archives of the wasm modules are not known: ./dev wasm');
}
for (const [name, folder] of Object.entries(projects)) {
  const found = npmParts(join(root, folder));
  title(`npm, ${folder}: ${found.parts.length} packages, of them asked for:`);
  table(found.top.map((ref) => [decodeURIComponent(ref.slice('pkg:npm/'.length)).replace(/@([^@]*)$/, ' $1')]));
  products.push({ name, version, ...found, shipped: shipped.includes(name) });
}

// The registry's list of known holes: when it cannot be asked, that is said, and is not a failure.
let known = 0;
if (!process.argv.includes('--no-registry')) {
  title('npm audit');
  for (const folder of Object.values(projects)) {
    const { stdout } = spawnSync('npm', ['audit', '--json', '--audit=true', '--package-lock-only'], { cwd: join(root, folder), encoding: 'utf8', timeout: 60_000 });
    let answer;
    try { answer = JSON.parse(stdout); } catch { answer = {}; }
    if (!answer.metadata?.vulnerabilities) {
      console.log(`  ${folder}: not asked, the registry does not tell (${String(answer.message ?? answer.error?.summary ?? 'no reason given').split('\n')[0]})`);
      continue;
    }
    const found = Object.values(answer.vulnerabilities ?? {});
    known += found.length;
    console.log(`  ${folder}: ${found.length} known`);
    for (const { name, severity, range, fixAvailable } of found) console.log(`    ${name} ${range}: ${severity}${fixAvailable ? ', a fix is there' : ''}`);
  }
}

const time = new Date(Number(process.env.SOURCE_DATE_EPOCH ?? spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }).stdout.trim() ?? 0) * 1000);
mkdirSync(join(root, 'build'), { recursive: true });
const bom = sbom(products, time.toISOString().replace('.000', ''));
writeFileSync(join(root, 'build/sbom.cdx.json'), `${JSON.stringify(bom, null, 1)}\n`);
title(`build/sbom.cdx.json: ${bom.components.length} components of ${products.length} products`);
process.exit(known > 0 ? 1 : 0);
