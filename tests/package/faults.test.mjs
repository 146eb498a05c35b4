// What goes wrong around a device: stores that fail, links that break at any byte, timers that come late. Always: a clear
// error, every request answered, and in the end what was asked for is done and nothing was lost.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Device, MemoryStore } from 'wuts-core';
import { caller, chat, paired, phone } from './support.mjs';

// A MemoryStore that can be told to fail; `slow` commits take a while, as those of IndexedDB do.
class FaultyStore extends MemoryStore {
  commits = 0;
  reads = 0;
  failCommit = () => undefined;   // what to throw, by the number of the commit
  failRead = () => undefined;
  slow = false;
  committing = false;
  reloads = 0;

  get(table, id) {
    this.read();
    return super.get(table, id);
  }
  scan(table, from, limit) {
    this.read();
    return super.scan(table, from, limit);
  }
  read() {
    const problem = this.failRead(++this.reads);
    if (problem) throw problem;
  }
  reload() { ++this.reloads; }
  commit(writes) {
    const problem = this.failCommit(++this.commits);
    if (!this.slow) {
      if (problem) throw problem;
      return super.commit(writes);
    }
    assert.equal(this.committing, false, 'one commit at a time');
    this.committing = true;
    return new Promise((resolve, reject) => setImmediate(() => {
      this.committing = false;
      if (problem) return reject(problem);
      super.commit(writes);
      resolve();
    }));
  }
}

// Online, then one chat archived however often it must be asked, then a text received.
async function live(rig) {
  const device = await rig.open();
  for (let tries = 0; rig.sim.archived(phone, chat) !== true; ++tries) {
    assert.ok(tries < 50, 'the chat is never archived');
    await rig.clock.finish(device.request({ method: 'POST', path: `/chats/${caller}/archive`, body: { archived: true } }).then((answer) => {
      const body = JSON.parse(answer.body);
      assert.ok(body.success === true || (answer.status >= 500 && body.error_code), answer.body);
    }));
    await rig.clock.run(1000);
  }
  rig.sim.sendText(caller, phone, 'still there?');
  await rig.clock.runUntil(() => rig.seen('message.received').some(({ data }) => data.content === 'still there?'), 300_000);
  assert.deepEqual(rig.sim.violations(), []);
  await device.close();
}

test('nothing leaves before its writes are stored', async (t) => {
  const intents = 16;
  const store = new FaultyStore();
  const rig = await paired(t, { store });
  const settings = () => store.rows().some((row) => row.table === 21 && row.id === 'calls');
  const rows = (table) => store.rows().filter((row) => row.table === table).length;
  store.slow = true;
  let atSend;
  const transport = {
    connect(events) {
      const link = rig.sim.transport().connect(events);
      return { ...link, send: (bytes) => {
        assert.equal(store.committing, false);
        atSend ??= rows(intents);
        link.send(bytes);
      } };
    },
  };
  const device = await rig.open({ transport });
  await rig.clock.runUntil(() => rig.seen('device.connected').length > 0);
  await rig.clock.run(60_000);
  assert.equal(settings(), false);
  const stored = device.request({ method: 'PUT', path: '/calls/settings', body: { auto_reject: true } }).then(settings);
  assert.equal(await rig.clock.finish(stored), true, 'answered after the row');
  await rig.clock.finish(device.archiveChat(chat, false));  // looks the number up, once
  atSend = undefined;
  await rig.clock.finish(device.archiveChat(chat, true));
  assert.equal(atSend, 1, 'sent after the intent');
});

for (const slow of [false, true]) {
  test(`each commit fails once (${slow ? 'rejects' : 'throws'}): reopened, answered, done`, async (t) => {
    let failed = true, n = 0;
    for (n = 1; failed; ++n) {
      failed = false;
      const store = new FaultyStore();
      const rig = await paired(t, { store });
      store.slow = slow;
      const first = store.commits;
      store.failCommit = (number) => {
        if (number !== first + n) return undefined;
        failed = true;
        return new Error('disk on fire');
      };
      await live(rig);
      const problems = rig.seen('problem');
      assert.equal(problems.length, failed ? 1 : 0);
      if (failed) assert.deepEqual([problems[0].error.code, problems[0].final, store.reloads], ['STORE_FAILED', false, 1]);
    }
    assert.ok(n > 6, `only ${n} commits`);
  });
}

test('each read fails once: no conclusion is drawn from it', async (t) => {
  let failed = true, n = 0;
  for (n = 1; failed; n += 1 + (n >> 3)) {
    failed = false;
    const store = new FaultyStore();
    const rig = await paired(t, { store });
    const first = store.reads;
    store.failRead = (number) => {
      if (number !== first + n) return undefined;
      failed = true;
      return new Error('unreadable');
    };
    try {
      await live(rig);
    } catch (problem) {
      assert.equal(problem.code, 'STORE_FAILED');  // during Device.open: it says so, and may be called again
      await live(rig);
    }
  }
  assert.ok(n > 20, `only ${n} reads`);
});

test('a full store: STORE_FULL, and everything goes on when there is room', async (t) => {
  const store = new FaultyStore();
  const rig = await paired(t, { store });
  const device = await rig.open();
  await rig.clock.runUntil(() => rig.seen('device.connected').length > 0);
  store.failCommit = () => Object.assign(new Error('no room'), { name: 'QuotaExceededError' });
  rig.sim.sendText(caller, phone, 'while full');
  await rig.clock.run(60_000);
  assert.ok(rig.seen('problem').length > 1);
  for (const { error, final } of rig.seen('problem')) assert.deepEqual([error.code, final], ['STORE_FULL', false]);
  assert.equal(rig.seen('message.received').length, 0);
  const answer = await device.request({ method: 'GET', path: '/status' });
  assert.ok([200, 500, 503].includes(answer.status));
  store.failCommit = () => undefined;
  await rig.clock.runUntil(() => rig.seen('message.received').some(({ data }) => data.content === 'while full'));
  assert.deepEqual(rig.sim.violations(), []);
});

test('a store that is lost for good ends the device and says why', async (t) => {
  const store = new FaultyStore();
  const rig = await paired(t, { store });
  const device = await rig.open();
  await rig.clock.runUntil(() => rig.seen('device.connected').length > 0);
  const { WutsError } = await import('wuts-core');
  store.failCommit = () => new WutsError('STORE_LOST', 'taken over');
  const answer = await rig.clock.finish(device.request({ method: 'PUT', path: '/calls/settings', body: { auto_reject: true } }));
  assert.equal(answer.status, 500);
  assert.deepEqual(rig.seen('problem').map(({ error, final }) => [error.code, final]), [['STORE_LOST', true]]);
  await assert.rejects(device.request({ method: 'GET', path: '/status' }), { code: 'STORE_LOST' });
  await rig.clock.runUntil(() => rig.sim.do({ do: 'online', pn: phone }).online === false);
});

test('a store that does not open', async () => {
  const store = Object.assign(new MemoryStore(), { open: () => Promise.reject(new Error('locked by root')) });
  await assert.rejects(Device.open({ store }), { code: 'STORE_FAILED', message: /locked by root/ });
});

test('damaged rows are STORE_CORRUPT', async (t) => {
  const rig = await paired(t);
  rig.store.restore(rig.store.rows().map((row) => (row.id === 'creds' ? { ...row, value: row.value.slice(0, 9) } : row)));
  await assert.rejects(rig.open(), { code: 'STORE_CORRUPT' });
});

// A transport that breaks its connections: each `cut` is the number of bytes (both ways) after which one is closed.
function breaking(inner, cuts, spent) {
  return {
    connect(events) {
      let left = cuts.shift() ?? Infinity, over = false;
      const count = (bytes) => {
        spent.bytes += bytes.length;
        const part = bytes.subarray(0, Math.min(left, bytes.length));
        left -= part.length;
        return part;
      };
      const end = () => {
        if (over) return;
        over = true;
        link.close();
        events.closed();
      };
      const link = inner.connect({
        opened: () => (left <= 0 ? end() : !over && events.opened()),
        received: (bytes) => {
          if (over) return;
          const part = count(bytes);
          if (part.length > 0) events.received(part);
          if (left <= 0) end();
        },
        closed: end,
      });
      return {
        send: (bytes) => {
          if (over) return;
          const part = count(bytes);
          if (part.length > 0) link.send(part);
          if (left <= 0) queueMicrotask(end);
        },
        close: () => link.close(),
      };
    },
  };
}

test('a link that closes at any byte', async (t) => {
  const spent = { bytes: 0 };
  const whole = await paired(t);
  await live({ ...whole, open: () => whole.open({ transport: breaking(whole.sim.transport(), [], spent) }) });
  const total = spent.bytes;
  assert.ok(total > 2000, `${total} bytes`);
  let runs = 0;
  // Every byte of the handshake's first messages, then ever coarser.
  for (let cut = 0; cut < total; cut += cut < 64 ? 1 : cut < 2000 ? 97 : 401) {
    const rig = await paired(t, { seed: cut + 1 });
    await live({ ...rig, open: () => rig.open({ transport: breaking(rig.sim.transport(), [cut, cut + 500], spent) }) });
    assert.deepEqual(rig.seen('problem'), []);
    ++runs;
  }
  t.diagnostic(`${runs} cuts in ${total} bytes`);
});

test('messages cut into single bytes arrive whole', async (t) => {
  const rig = await paired(t);
  const transport = {
    connect: (events) => rig.sim.transport().connect({ ...events, received: (bytes) => bytes.forEach((_, i) => events.received(bytes.subarray(i, i + 1))) }),
  };
  await live({ ...rig, open: () => rig.open({ transport }) });
});

test('a transport that throws is a connection that failed', async (t) => {
  const rig = await paired(t);
  let tries = 0;
  const transport = {
    connect: (events) => {
      if (++tries < 3) throw new Error('no network');
      return rig.sim.transport().connect(events);
    },
  };
  await live({ ...rig, open: () => rig.open({ transport }) });
  assert.ok(rig.seen('log').some(({ text }) => text.includes('no network')));
});

test('timers of a background tab: a minute late', async (t) => {
  const rig = await paired(t);
  rig.clock.late = 60_000;
  await live(rig);
  const device = await rig.open();
  await rig.clock.run(3_600_000);
  assert.deepEqual(rig.seen('problem'), []);
  rig.sim.sendText(caller, phone, 'an hour later');
  await rig.clock.runUntil(() => rig.seen('message.received').some(({ data }) => data.content === 'an hour later'), 600_000);
  assert.deepEqual(rig.sim.violations(), []);
  await device.close();
});

test('close answers what waits, and is silent afterwards', async (t) => {
  const rig = await paired(t, { fresh: true });
  const device = await rig.open({ transport: { connect: () => ({ send() {}, close() {} }) } });
  const waiting = device.request({ method: 'GET', path: '/qr' });
  await device.close();
  const answer = await waiting;
  assert.deepEqual([answer.status, JSON.parse(answer.body).error_code], [503, 'DEVICE_NOT_READY']);
  const events = rig.events.length;
  await rig.clock.run(60_000);
  assert.equal(rig.events.length, events);
  await device.close();
});

test('two devices at once do not meet', async (t) => {
  const one = await paired(t), two = await paired(t, { fresh: true, seed: 2 });
  const [first, second] = [await one.open(), await two.open()];
  await one.clock.runUntil(() => one.seen('device.connected').length > 0);
  await first.changeCallSettings({ auto_reject: true });
  assert.equal((await first.callSettings()).auto_reject, true);
  assert.equal((await second.callSettings()).auto_reject, false);
  assert.equal((await second.status()).connected, false);
  await first.close();
  assert.equal((await second.callSettings()).auto_reject, false);
});

test('a trap of the instance: CRASHED, and the device goes on in a new one', async (t) => {
  const rig = await paired(t);
  const device = await rig.open();
  await rig.clock.runUntil(() => rig.seen('device.connected').length > 0);
  const { liveCore } = await import(new URL('../../host-wasm/dist/init.js', import.meta.url));
  const before = liveCore();
  before.calls = { ...before.calls, wa_handle() { throw new WebAssembly.RuntimeError('unreachable'); } };
  const answer = await device.request({ method: 'GET', path: '/status' });
  assert.equal(answer.status, 500);
  assert.deepEqual(rig.seen('problem').map(({ error, final }) => [error.code, final]), [['CRASHED', false]]);
  await rig.clock.runUntil(() => rig.seen('device.connected').length > 1);
  assert.notEqual(liveCore(), before);
  assert.equal((await device.status()).connected, true);
});
