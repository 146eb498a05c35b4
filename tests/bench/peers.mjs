// WUTS beside npm packages that do the same, all against the same simulated service (`wuts sim-server`), in one run: time to be
// ready, calls rejected, chats archived, texts sent, memory of a session. A table of ratios, then one JSON line a row.
//   node tests/bench/peers.mjs [--sessions N] [--quick]
// Ours is the whole server: REST, a commit to disk before every effect, TLS-less loopback as for the others. The packages run in
// one process with their keys in memory and no webhook. CPU is of the process measured, by /proc, never of the service.
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const wuts = here('../../build/release/wuts');
const quick = process.argv.includes('--quick');
const sessionsWanted = Number(process.argv[process.argv.indexOf('--sessions') + 1]) || (quick ? 10 : 200);
const caller = '5511988888888', friend = '5511977777777';
const number = (i) => String(5511900000000 + i);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const folder = mkdtempSync(join(tmpdir(), 'wuts-peers-'));
const children = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function start(args, pattern, onLine = () => {}) {
  const child = spawn(wuts, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((ready, failed) => {
    child.on('exit', () => failed(new Error(`wuts ${args[0]} ended`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      onLine(line);
      const found = pattern.exec(line);
      if (found) ready({ child, found });
    });
  });
}

// --- the service

async function startNetwork() {
  const network = { online: new Set(), rejects: 0, synced: new Set() };
  let waiting;
  const { found } = await start(['sim-server'], /^control on (\S+)/, (line) => {
    const serve = /--wa-url (\S+) --wa-root-key (\S+) --media-host (\S+)/.exec(line);
    if (serve) [, network.url, network.rootKey, network.mediaHost] = serve;
    const fact = /^(online|offline|reject) (\d+)/.exec(line) ?? /^(reject)/.exec(line);
    if (fact?.[1] === 'online') network.online.add(fact[2]);
    if (fact?.[1] === 'offline') network.online.delete(fact[2]);
    if (fact?.[1] === 'reject' && ++network.rejects >= waiting?.at) waiting.done();
  });
  network.order = async (path, body) => {
    const answer = await fetch(found[1] + path, { method: 'POST', body: JSON.stringify(body) });
    return answer.json();
  };
  network.rejected = (at) => (network.rejects >= at ? Promise.resolve() : new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error(`${at - network.rejects} calls were not rejected`)), 20_000);
    waiting = { at, done: () => { clearTimeout(timer); done(); } };
  }));
  return network;
}

// --- those who are compared; each: pid, pair(i), reconnect(i) -> ms, archives(i, jids), texts(i, count, together), settle()

async function startOurs(network) {
  const data = join(folder, 'data');
  const { child, found } = await start(['serve', '--listen', '127.0.0.1:0', '--admin-listen', 'off', '--data-dir', data, '--log-level', 'error', '--wa-url', network.url,
    '--wa-root-key', network.rootKey, '--media-host', network.mediaHost], /listening on (\S+)/);
  const master = readFileSync(join(data, 'master-token'), 'utf8').trim();
  const ask = async (token, method, path, body) => {
    const answer = await fetch(found[1] + path, { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}) });
    const json = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`), { status: answer.status });
    return json;
  };
  const perTenant = 25;  // within what one tenant may connect in a minute
  const tokens = [], sessions = [];
  const token = (i) => tokens[Math.floor(i / perTenant)] ??= ask(master, 'POST', '/register', { tenant_name: `t${i}`, email: `t${i}@example.org`,
    password: 'long-password', role: 'admin' }).then((made) => made.token);
  return {
    name: 'wuts', pid: child.pid,
    async pair(i) {
      const mine = await token(i);
      const { device } = await ask(mine, 'POST', '/devices', { name: 'bench' });
      sessions[i] = (method, path, body) => ask(mine, method, `${path}?device_id=${device.id}`, body);
      await sessions[i]('PUT', '/calls/settings', { auto_reject: true });
      const { data: { qr_code } } = await sessions[i]('GET', '/qr');
      await network.order('/scan', { number: number(i), qr: qr_code });
      while (!(await sessions[i]('GET', '/status')).data.connected) await sleep(20);
    },
    async reconnect(i) {
      await sessions[i]('POST', '/disconnect', {});
      await sleep(50);
      const from = performance.now();
      await sessions[i]('POST', '/connect', {});
      return performance.now() - from;
    },
    async archives(i, jids) {
      for (const jid of jids) await sessions[i]('POST', `/chats/${jid}/archive`, { archived: true });
    },
    async texts(i, count, together) {
      let left = count;
      await Promise.all(Array.from({ length: together }, async () => {
        while (left-- > 0) await sessions[i]('POST', '/send/text', { number: friend, text: 'a text of the bench' });
      }));
    },
    settle: async () => {},
  };
}

async function startBaileys(network) {
  const child = fork(here('peer_baileys.mjs'), { execArgv: ['--expose-gc'], env: { ...process.env, PEER_MEDIA_HOST: network.mediaHost } });
  children.push(child);
  const waiting = new Map(), indexes = [];
  let next = 0, pairing = Promise.resolve();
  let numberNow;
  child.on('message', ({ id, qr, value, problem }) => {
    if (qr) return network.order('/scan', { number: numberNow, qr });
    const [done, failed] = waiting.get(id);
    waiting.delete(id);
    if (problem) failed(new Error(problem));
    else done(value);
  });
  const ask = (order, rest = {}) => new Promise((done, failed) => {
    waiting.set(++next, [done, failed]);
    child.send({ id: next, order, ...rest });
  });
  return {
    name: `baileys ${JSON.parse(readFileSync(here('npm/node_modules/baileys-7/package.json'), 'utf8')).version}`, pid: child.pid,
    pair: (i) => pairing = pairing.then(async () => {
      numberNow = number(i);
      indexes[i] = await ask('pair', { url: network.url });
    }),
    reconnect: (i) => ask('reconnect', { index: indexes[i] }),
    archives: (i, jids) => ask('archives', { index: indexes[i], jids }),
    texts: (i, count, together) => ask('texts', { index: indexes[i], jid: `${friend}@s.whatsapp.net`, count, together }),
    settle: () => ask('settle'),
  };
}

// --- measuring

const cpuSeconds = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
const residentKib = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

async function measured(pid, count, work) {
  const cpu = cpuSeconds(pid), from = performance.now();
  await work();
  const seconds = (performance.now() - from) / 1000;
  return { perSecond: count / seconds, perCpuSecond: count / Math.max(0.01, cpuSeconds(pid) - cpu) };
}

async function archivesWhenReady(peer, jids, ms = 30_000) {  // the keys of the app state come from the phone, some time after pairing
  for (const end = Date.now() + ms; ;) {
    try {
      return await peer.archives(0, jids);
    } catch (problem) {
      if (Date.now() > end) throw problem;
      await sleep(200);
    }
  }
}

async function run(launch) {
  const network = await startNetwork();
  const peer = await launch(network);
  const rows = {};
  await peer.pair(0);
  await sleep(2_000);  // history, keys
  const jids = (count, from) => Array.from({ length: count }, (_, i) => `${5511960000000 + from + i}@s.whatsapp.net`);
  await archivesWhenReady(peer, jids(3, 900_000));
  await peer.texts(0, 10, 1);

  const times = [];
  for (let i = 0; i < 5; ++i) times.push(await peer.reconnect(0));
  rows['connect to ready, ms (median of 5)'] = { value: times.sort((a, b) => a - b)[2], less: true };

  for (const [together, rounds] of quick ? [[1, 20], [64, 3]] : [[1, 300], [64, 30], [2000, 2]]) {
    let at = network.rejects;
    const rate = await measured(peer.pid, together * rounds, async () => {
      for (let i = 0; i < rounds; ++i) {
        at += together;
        await network.order('/ring', { from: caller, to: number(0), count: together });
        await network.rejected(at);
      }
    });
    rows[`calls rejected/s, ${together} in flight`] = { value: rate.perSecond };
    rows[`calls rejected per CPU second, ${together} in flight`] = { value: rate.perCpuSecond };
  }
  const archives = quick ? 20 : 200;
  const archived = await measured(peer.pid, archives, () => peer.archives(0, jids(archives, 0)));
  rows['archives/s, each acknowledged'] = { value: archived.perSecond };
  rows['archives per CPU second'] = { value: archived.perCpuSecond };
  for (const together of [1, 64]) {
    const count = quick ? 64 : 512;
    const sent = await measured(peer.pid, count, () => peer.texts(0, count, together));
    rows[`texts/s, ${together} in flight`] = { value: sent.perSecond };
    rows[`texts per CPU second, ${together} in flight`] = { value: sent.perCpuSecond };
  }

  await peer.settle();
  const before = residentKib(peer.pid);
  const paired = cpuSeconds(peer.pid);
  for (let i = 1; i < sessionsWanted; ++i) await peer.pair(i);
  rows['CPU to pair a device, ms'] = { value: ((cpuSeconds(peer.pid) - paired) * 1000) / (sessionsWanted - 1), less: true };
  await sleep(5_000);
  await peer.settle();
  rows[`memory of a session at ${sessionsWanted}, KiB`] = { value: (residentKib(peer.pid) - before) / (sessionsWanted - 1), less: true };
  rows[`memory of the process at ${sessionsWanted}, MiB`] = { value: residentKib(peer.pid) / 1024, less: true };
  for (const child of children.splice(0)) child.kill('SIGKILL');
  return { name: peer.name, rows };
}

const results = [];
for (const launch of [startOurs, startBaileys]) results.push(await run(launch));
const [ours, ...others] = results;
const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2));
console.log(`${''.padEnd(48)}${results.map(({ name }) => name.padStart(20)).join('')}${others.map(() => 'ratio'.padStart(10)).join('')}`);
const lines = [];
for (const [what, { value, less }] of Object.entries(ours.rows)) {
  const ratios = others.map(({ rows }) => (less ? rows[what].value / value : value / rows[what].value));
  console.log(`${what.padEnd(48)}${results.map(({ rows }) => shown(rows[what].value).padStart(20)).join('')}${ratios.map((ratio) => `${shown(ratio)}x`.padStart(10)).join('')}`);
  lines.push(JSON.stringify({ bench: what, ...Object.fromEntries(results.map(({ name, rows }) => [name, Number(rows[what].value.toFixed(3))])), ratio: Number(ratios[0].toFixed(2)) }));
}
console.log(lines.join('\n'));
process.exit(0);
