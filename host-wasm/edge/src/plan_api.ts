// GET|PUT /edge: how this device is kept, which the core knows nothing of.
import { type Answer, type BadField, failure, invalid, success } from './answers.js';
import { pollSecondsMax, windowSecondsMax, windowSecondsMin } from './limits.js';
import type { Plan, Reason } from './plan.js';

export interface Standing {
  link: 'online' | 'connecting' | 'asleep';
  reason: Reason | undefined;
  alarmAt: number | null;
}

const time = (ms: number | null): string | null => (ms ? new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z') : null);

export function showPlan(method: string, plan: Plan, standing: Standing): Answer {
  if (method !== 'GET' && method !== 'PUT') {
    const refused = failure(405, 'METHOD_NOT_ALLOWED', 'the method is not allowed here');
    return { ...refused, headers: { ...refused.headers, Allow: 'GET, PUT' } };
  }
  return success({
    mode: plan.mode, window_seconds: plan.windowSeconds, poll_seconds: plan.pollSeconds, off: plan.off,
    link: standing.link, held_for: standing.reason ?? null, next_alarm: time(standing.alarmAt),
  });
}

export function changePlan(text: string, plan: Plan, now: number, pollSecondsMin: number): Partial<Plan> | Answer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return failure(400, 'INVALID_REQUEST', 'the body is not valid JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return failure(400, 'INVALID_REQUEST', 'the body must be a JSON object');
  }
  const { mode, window_seconds: windowSeconds, poll_seconds: pollSeconds } = body as Record<string, unknown>;
  const bad: BadField[] = [];
  if (mode !== undefined && mode !== 'oneshot' && mode !== 'window' && mode !== 'held') {
    bad.push({ field: 'mode', message: 'must be oneshot, window or held' });
  }
  const whole = (value: unknown, low: number, high: number): boolean =>
    Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
  if (windowSeconds !== undefined && !whole(windowSeconds, windowSecondsMin, windowSecondsMax)) {
    bad.push({ field: 'window_seconds', message: `must be ${windowSecondsMin} to ${windowSecondsMax}` });
  }
  if (pollSeconds !== undefined && pollSeconds !== 0 && !whole(pollSeconds, pollSecondsMin, pollSecondsMax)) {
    bad.push({ field: 'poll_seconds', message: `must be 0 (never) or ${pollSecondsMin} to ${pollSecondsMax}` });
  }
  if (bad.length > 0) return invalid(bad);
  const changed: Plan = { ...plan, mode: (mode as Plan['mode']) ?? plan.mode };
  if (windowSeconds !== undefined) changed.windowSeconds = windowSeconds as number;
  if (pollSeconds !== undefined) {
    changed.pollSeconds = pollSeconds as number;
    changed.pollAt = changed.pollSeconds > 0 ? now + changed.pollSeconds * 1000 : 0;
  }
  changed.windowUntil = changed.mode === 'window' ? now + changed.windowSeconds * 1000 : 0;
  return changed;
}
