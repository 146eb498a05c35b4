// When a device shall be linked and when it shall be woken: pure functions of what is stored and the time, so that an alarm
// that comes late, twice, or after a crash makes it so instead of assuming it.
import { heartbeatMs, retryMaxMs, retryMinMs } from './limits.js';

export type Mode = 'oneshot' | 'window' | 'held';

// Stored with the device. Times are on the wall clock, 0 is never.
export interface Plan {
  mode: Mode;
  windowSeconds: number;
  pollSeconds: number;   // 0: no visits without a request
  off: boolean;          // POST /disconnect: until POST /connect
  windowUntil: number;
  holdUntil: number;     // after pairing: the first sync
  pollAt: number;
  retryAt: number;       // something is owed that could not be done: try again then
  retries: number;
}

export const firstPlan: Plan = {
  mode: 'oneshot', windowSeconds: 300, pollSeconds: 0, off: false, windowUntil: 0, holdUntil: 0, pollAt: 0, retryAt: 0, retries: 0,
};

export type Reason = 'held' | 'window' | 'paired' | 'poll' | 'owed';

// Why the device is to be linked at `now` without a request that needs it.
export function reasonToLink(plan: Plan, paired: boolean, now: number): Reason | undefined {
  if (!paired || plan.off) return undefined;
  if (plan.mode === 'held') return 'held';
  if (plan.mode === 'window' && now < plan.windowUntil) return 'window';
  if (now < plan.holdUntil) return 'paired';
  if (plan.pollAt > 0 && plan.pollAt <= now) return 'poll';
  if (plan.retryAt > 0 && plan.retryAt <= now) return 'owed';
  return undefined;
}

// `stays`: reasons that hold a link that is up, beyond the work in hand.
export function stays(reason: Reason | undefined): boolean {
  return reason === 'held' || reason === 'window' || reason === 'paired';
}

export interface Doing {
  underWay: boolean;               // linked, connecting, or a webhook in flight
  paired: boolean;
  coreWakeAt: number | undefined;  // what the core wants to be woken for
  guardMs: number;                 // an alarm no further away than this while something is under way
}

// When the object must run next, whatever happens to it meanwhile; undefined: only when asked.
export function nextAlarm(plan: Plan, doing: Doing, now: number): number | undefined {
  const times: number[] = [];
  if (doing.underWay) times.push(now + doing.guardMs);
  else if (doing.coreWakeAt !== undefined) times.push(doing.coreWakeAt);
  if (doing.paired && !plan.off) {
    if (plan.mode === 'held') times.push(now + Math.min(heartbeatMs, doing.guardMs));
    for (const at of [plan.pollAt, plan.retryAt]) if (at > 0) times.push(at);
  }
  return times.length === 0 ? undefined : Math.max(now, Math.min(...times));
}

export function backoffMs(retries: number): number {
  return Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(retries, 10));
}
