// When a device is linked and woken (plan.ts), which requests need the link (routes.ts), and the clock that sleeps (clock.ts).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { bundleEntry, here, sleep, until } from './support.mjs';

const load = async (name) => import(join(await bundleEntry(name, here(`../../host-wasm/edge/src/${name}.ts`)), `${name}.js`));
let plan, routes, clock;
before(async () => ([plan, routes, clock] = [await load('plan'), await load('routes'), await load('clock')]));

const now = 1_900_000_000_000;
const made = (change) => ({ ...plan.firstPlan, ...change });

describe('the plan', () => {
  test('why a device is linked', () => {
    const table = [
      [{}, undefined],
      [{ mode: 'held' }, 'held'],
      [{ mode: 'held', off: true }, undefined],
      [{ mode: 'window', windowUntil: now + 1 }, 'window'],
      [{ mode: 'window', windowUntil: now }, undefined],
      [{ mode: 'oneshot', windowUntil: now + 1 }, undefined],
      [{ holdUntil: now + 1 }, 'paired'],
      [{ pollAt: now }, 'poll'],
      [{ pollAt: now + 1 }, undefined],
      [{ retryAt: now - 1 }, 'owed'],
      [{ retryAt: now - 1, off: true }, undefined],
    ];
    for (const [change, reason] of table) {
      assert.equal(plan.reasonToLink(made(change), true, now), reason, JSON.stringify(change));
      assert.equal(plan.reasonToLink(made(change), false, now), undefined, 'not paired');
    }
  });

  test('when it is woken', () => {
    const idle = { underWay: false, paired: true, coreWakeAt: undefined, guardMs: 30_000 };
    const table = [
      [{}, idle, undefined],
      [{}, { ...idle, underWay: true }, now + 30_000],
      [{}, { ...idle, underWay: true, coreWakeAt: now + 5 }, now + 30_000],  // timers run while it is awake
      [{}, { ...idle, coreWakeAt: now + 600_000 }, now + 600_000],
      [{ mode: 'held' }, idle, now + 30_000],
      [{ mode: 'held', off: true }, idle, undefined],
      [{ mode: 'held' }, { ...idle, paired: false }, undefined],
      [{ pollAt: now + 60_000, retryAt: now + 90_000 }, idle, now + 60_000],
      [{ pollAt: now - 60_000 }, idle, now],
      [{ pollAt: now + 60_000, off: true }, idle, undefined],
    ];
    for (const [change, doing, at] of table) {
      assert.equal(plan.nextAlarm(made(change), doing, now), at, JSON.stringify([change, doing]));
    }
  });

  test('what is owed is tried again, ever more rarely, and never given up', () => {
    const waits = Array.from({ length: 12 }, (_, i) => plan.backoffMs(i));
    assert.deepEqual(waits.slice(0, 3), [60_000, 120_000, 240_000]);
    assert.equal(waits[11], 3_600_000);
  });
});

test('which requests need the link', () => {
  for (const request of ['GET /status', 'GET /qr', 'GET /qr/status', 'POST /paircode', 'GET /chats', 'GET /calls/settings', 'PUT /calls/settings',
                         'GET /webhook', 'POST /webhook', 'DELETE /webhook', 'POST /disconnect']) {
    assert.equal(routes.needsLink(...request.split(' ')), false, request);
  }
  for (const request of ['POST /calls/reject', 'POST /chats/1@s.whatsapp.net/archive', 'POST /connect', 'POST /send/text', 'POST /logout',
                         'GET /not/known/yet', 'POST /chats']) {
    assert.equal(routes.needsLink(...request.split(' ')), true, request);
  }
});

describe('the clock', () => {
  test('asleep it sets no timer, awake it makes up for it', async () => {
    const it = new clock.SleepingClock();
    const rung = [];
    it.after(20, () => rung.push('early'));
    const cancel = it.after(30, () => rung.push('cancelled'));
    const never = it.after(60_000, () => rung.push('late'));
    it.sleep();
    it.after(20, () => rung.push('set asleep'));
    cancel();
    await sleep(100);
    assert.deepEqual(rung, []);
    it.wake();
    it.wake();
    await until('both rang', () => rung.length >= 2);
    await sleep(50);
    assert.deepEqual(rung.sort(), ['early', 'set asleep']);
    never();
  });
});
