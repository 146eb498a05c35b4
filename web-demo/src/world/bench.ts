// Measurements beside the run: a world of its own with the same parts, as fast as it goes, not recorded. Numbers are of this
// machine, this browser and this moment; nothing of them enters a recording.

import { Tape } from '../recording/recording';
import type { Action } from './actions';
import { Engine } from './engine';
import { kScenarios } from './scenarios';
import { World } from './world';

async function idle(world: World, done: () => boolean, events: number): Promise<void> {
  for (let i = 0; i < events && !done(); ++i) if (!(await world.advanceToNext(world.now + 120_000))) break;
}

async function linkedWorld(): Promise<{ world: World; handshakeMs: number }> {
  const tape = new Tape(), world = new World(new Engine(), 1, tape);
  await world.start();
  const began = performance.now();
  let handshakeMs = 0;
  const pair = kScenarios.find((one) => one.name === 'pair')!;
  await world.run(pair.script(world));
  await idle(world, () => {
    if (handshakeMs === 0 && tape.steps.some((step) => step.kind === 'frame' && step.label === 'client finish')) handshakeMs = performance.now() - began;
    return !world.scriptRuns;
  }, 5000);
  if (world.scriptRuns || world.scriptFailed) {
    await world.stop();
    throw new Error('the device could not be linked for the measurement');
  }
  tape.frozen = world.observer.quiet = true;
  return { world, handshakeMs };
}

export interface Patches { count: number; perSecond: number; handshakeMs: number }

// Archive and unarchive, one after the other: request, patch, seal, the service checks and stores, answer.
export async function measurePatches(count: number, progress: (done: number) => void): Promise<Patches> {
  const { world, handshakeMs } = await linkedWorld();
  try {
    const answered = (): number => world.observer.times('patch_applied');
    const began = performance.now();
    for (let i = 0; i < count; ++i) {
      const before = answered();
      await world.act({ do: 'archive', who: i % 4, on: Math.floor(i / 4) % 2 === 0 });
      await idle(world, () => answered() > before, 200);
      if (answered() === before) throw new Error(`patch ${i + 1} was not taken`);
      if (i % 50 === 49) {
        progress(i + 1);
        await new Promise((resolve) => { setTimeout(resolve, 0); });
      }
    }
    return { count, perSecond: Math.round(1000 * count / (performance.now() - began)), handshakeMs };
  } finally {
    await world.stop();
  }
}

export interface Rejects { count: number; medianUs: number; p95Us: number; meanUs: number }

// From the bytes of the offer to the bytes of the reject, with reject-by-itself on.
export async function measureRejects(count: number, progress: (done: number) => void): Promise<Rejects> {
  const { world } = await linkedWorld();
  try {
    await world.act({ do: 'autoreject', on: true } satisfies Action);
    await idle(world, () => world.observer.times('reply:/calls/settings') >= 2, 200);
    const times: number[] = [];
    world.observer.onReject = (us) => times.push(us);
    for (let i = 0; i < count; ++i) {
      const before = world.observer.times('reject_seen');
      await world.act({ do: 'ring', what: 'audio', who: i % 4 });
      await idle(world, () => world.observer.times('reject_seen') > before, 400);
      if (world.observer.times('reject_seen') === before) throw new Error(`call ${i + 1} was not rejected`);
      if (i % 20 === 19) {
        progress(i + 1);
        await new Promise((resolve) => { setTimeout(resolve, 0); });
      }
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0);
    return { count: times.length, medianUs: at(0.5), p95Us: at(0.95), meanUs: Math.round(times.reduce((sum, one) => sum + one, 0) / Math.max(1, times.length)) };
  } finally {
    await world.stop();
  }
}
