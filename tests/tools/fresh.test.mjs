// ./dev fresh over a debootstrap of the tests', whose system is a shell: what is committed runs there and nothing else does, its
// exit code is passed on, nothing of a run is left in the next one, and nothing stays mounted or running.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { here, scratch } from './support.mjs';

const root = process.getuid() === 0;
const able = root && spawnSync('unshare', ['--mount', '--pid', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const onlyAble = { skip: !able && 'wants root and a namespace of mounts' };

// A clone with one commit, a cache, and a debootstrap that makes a root of a shell and `sleep`.
function place(t) {
  const folder = scratch(t), tree = join(folder, 'tree'), bin = join(folder, 'bin');
  for (const path of [join(tree, '.dev'), bin]) mkdirSync(path, { recursive: true });
  copyFileSync(here('../../.dev/fresh.sh'), join(tree, '.dev/fresh.sh'));
  chmodSync(join(tree, '.dev/fresh.sh'), 0o755);
  const script = (name, text) => writeFileSync(join(bin, name), `#!/bin/sh\n${text}`, { mode: 0o755 });
  script('debootstrap', `echo "$@" >>${folder}/calls
for to in "$@"; do case $to in /*) break ;; esac; done
mkdir -p $to/etc/apt $to/etc/ssl/certs $to/proc $to/sys $to/dev $to/root $to/usr/bin
for file in /bin/sh /bin/sleep $(ldd /bin/sh /bin/sleep | grep -o '/lib[^ ]*'); do mkdir -p $to\${file%/*}; cp -L $file $to$file; done\n`);
  const git = (...args) => execFileSync('git', ['-C', tree, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args]);
  writeFileSync(join(tree, 'dev'), '#!/bin/sh\necho "dev $*"; [ "$1" != test ] || exit 5\n', { mode: 0o755 });
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'all of it');
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, WUTS_CACHE: join(folder, 'cache') };
  const run = (...args) => spawnSync(join(tree, '.dev/fresh.sh'), args, { encoding: 'utf8', env });
  return { folder, tree, env, run, cache: join(folder, 'cache/fresh'), bin };
}

test('the two commands of the README, and their exit code', onlyAble, (t) => {
  const { run } = place(t);
  const { status, stdout, stderr } = run();
  assert.match(stdout, /\ndev demo --once\ndev test\n/, stdout + stderr);
  assert.equal(status, 5);
});

test('a command: in a clone of what is committed, as process of its own world', onlyAble, (t) => {
  const { run, tree, cache } = place(t);
  writeFileSync(join(tree, 'new'), '');
  writeFileSync(join(tree, 'dev'), 'changed');
  const { status, stdout } = run('sh', '-c', 'pwd; echo *; read line <dev; echo "$line"; read pid rest </proc/self/stat; [ $pid -lt 20 ] && echo own; [ -c /dev/null ] && exit 7');
  assert.equal(status, 7);
  assert.match(stdout, /not in it: the changes that are not committed/);
  assert.match(stdout, /\n\/root\/wuts\ndev\n#!\/bin\/sh\nown\n/);
  assert.deepEqual(readdirSync(join(cache, 'run/proc')), [], 'what was mounted there is gone');
});

test('each run begins bare; with --keep, where the last kept one ended', onlyAble, (t) => {
  const { run, folder } = place(t);
  const mark = ['sh', '-c', '[ -e /root/mark ] && echo again; echo >/root/mark; echo >left'];
  assert.doesNotMatch(run(...mark).stdout, /again/);
  assert.doesNotMatch(run(...mark).stdout, /again/);
  assert.doesNotMatch(run('--keep', ...mark).stdout, /again/);
  assert.match(run('--keep', ...mark).stdout, /again/);
  assert.match(run('--keep', 'sh', '-c', 'echo *').stdout, /\ndev\n/, 'the clone is new all the same');
  assert.equal(readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').length, 1, 'one debootstrap');
});

test('an interrupt ends all of it', onlyAble, async (t) => {
  const { tree, env, cache } = place(t);
  const child = spawn(join(tree, '.dev/fresh.sh'), ['sh', '-c', 'echo started; sleep 600 & sleep 600'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const data of child.stdout) if (/started/.test(data)) break;
  const below = () => readdirSync('/proc').filter((pid) => {
    try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cache); } catch { return false; }
  });
  assert.ok(below().length > 0);
  child.kill('SIGTERM');
  assert.equal(await new Promise((done) => child.on('exit', done)), 130);
  for (let i = 0; below().length > 0; ++i) {
    assert.ok(i < 100, 'processes are left');
    await new Promise((go) => setTimeout(go, 50));
  }
  assert.deepEqual(readdirSync(join(cache, 'run/proc')), []);
  assert.equal(readFileSync('/proc/self/mountinfo', 'utf8').includes(cache), false);
});

test('a root that something is mounted in is not removed', onlyAble, (t) => {
  const { folder, tree, env, cache } = place(t);
  mkdirSync(join(cache, 'run/data'), { recursive: true });
  mkdirSync(join(folder, 'precious'));
  writeFileSync(join(folder, 'precious/file'), '');
  const { status, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', `mount --bind ${folder}/precious ${cache}/run/data && ${tree}/.dev/fresh.sh true`], { env, encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /something is mounted in/);
  assert.ok(existsSync(join(folder, 'precious/file')));
});

test('it says what it wants', (t) => {
  const { tree, env, bin } = place(t);
  const ask = (options) => spawnSync(join(tree, '.dev/fresh.sh'), ['true'], { encoding: 'utf8', env, ...options });
  if (root) {
    for (const folder of [join(tree, '..')]) chmodSync(folder, 0o755);
    assert.match(ask({ uid: 65534, gid: 65534 }).stderr, /wants root/);
    for (const name of ['bash', 'dirname', 'id', 'unshare', 'git']) {
      symlinkSync(execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name));
    }
    execFileSync('rm', [join(bin, 'debootstrap')]);
    const answer = ask({ env: { ...env, PATH: bin } });
    assert.deepEqual([answer.status, /wants debootstrap/.test(answer.stderr)], [2, true], answer.stderr);
  } else {
    assert.match(ask().stderr, /wants root/);
  }
});
