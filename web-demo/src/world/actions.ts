// Everything a visitor can do, as plain data, and its short text in the URL. A link holds the seed, the weather and the actions
// with their virtual times, and so is a run: `?seed=7&do=0.qr~2300.scan~9100.ring-audio`.

export const kOwn = '5511999999999';
// Fictitious numbers; the first one calls, the second is where a scripted rival archives.
export const kPeople = ['5511988888888', '5511977777777', '5511966666666', '5511955555555'];

export type Action =
  | { do: 'qr' } | { do: 'scan' } | { do: 'paircode' } | { do: 'entercode' } | { do: 'people' }
  | { do: 'ring'; what: 'audio' | 'video' | 'group' | 'lid'; who: number }
  | { do: 'hangup' } | { do: 'reject' } | { do: 'release' }
  | { do: 'hold'; on: boolean } | { do: 'autoreject'; on: boolean }
  | { do: 'archive' | 'pin' | 'mute'; who: number; on: boolean }
  | { do: 'rival'; who: number; on: boolean }
  | { do: 'phone'; who: number; on: boolean }
  | { do: 'text'; who: number }
  | { do: 'send'; who: number }
  | { do: 'corrupt'; collection: string; byte: number }
  | { do: 'fault'; what: string; code: number }
  | { do: 'drop' }
  | { do: 'crash'; point: 'now' | 'before' | 'after' }
  | { do: 'weather'; delay: number; split: number; duplicate: number; cut: number };

export type Timed = { at: number } & Action;

type Part = 'word' | 'number' | 'flag';
const kShapes: Record<Action['do'], [string, Part][]> = {
  qr: [], scan: [], paircode: [], entercode: [], people: [], hangup: [], reject: [], release: [], drop: [],
  ring: [['what', 'word'], ['who', 'number']],
  hold: [['on', 'flag']], autoreject: [['on', 'flag']],
  archive: [['who', 'number'], ['on', 'flag']], pin: [['who', 'number'], ['on', 'flag']], mute: [['who', 'number'], ['on', 'flag']],
  rival: [['who', 'number'], ['on', 'flag']], phone: [['who', 'number'], ['on', 'flag']],
  text: [['who', 'number']], send: [['who', 'number']],
  corrupt: [['collection', 'word'], ['byte', 'number']],
  fault: [['what', 'word'], ['code', 'number']],
  crash: [['point', 'word']],
  weather: [['delay', 'number'], ['split', 'number'], ['duplicate', 'number'], ['cut', 'number']],
};

export function actionText(action: Action): string {
  const held = action as unknown as Record<string, string | number | boolean>;
  return [action.do, ...kShapes[action.do].map(([name, part]) => (part === 'flag' ? (held[name] ? 1 : 0) : held[name]))].join('-');
}

export function parseAction(text: string): Action | null {
  const [name, ...values] = text.split('-');
  if (!name || !Object.hasOwn(kShapes, name)) return null;
  const shape = kShapes[name as Action['do']];
  if (values.length !== shape.length) return null;
  const out: Record<string, unknown> = { do: name };
  for (const [i, [field, part]] of shape.entries()) {
    const value = values[i]!;
    if (part === 'word') {
      if (!/^[a-z_]{1,32}$/.test(value)) return null;
      out[field] = value;
    } else {
      if (!/^\d{1,6}$/.test(value)) return null;
      out[field] = part === 'flag' ? value === '1' : Number(value);
    }
  }
  if (typeof out.who === 'number' && out.who >= kPeople.length) return null;
  return out as Action;
}

export interface Plan {
  seed: number;
  scenario: string;        // a name of scenarios.ts, or '' for the list
  actions: Timed[];
  speed: number | null;    // virtual milliseconds a millisecond; Infinity: as fast as it goes
}

export const kSeedMax = 2 ** 32 - 1;
const kActionsMax = 500;

export function parsePlan(query: string): Plan {
  const params = new URLSearchParams(query);
  const seedText = params.get('seed') ?? '';
  const seed = /^\d{1,10}$/.test(seedText) ? Math.min(Number(seedText), kSeedMax) : 7;
  const actions: Timed[] = [];
  for (const part of (params.get('do') ?? '').split('~').slice(0, kActionsMax)) {
    const dot = part.indexOf('.');
    const at = /^\d{1,9}$/.test(part.slice(0, Math.max(dot, 0))) ? Number(part.slice(0, dot)) : NaN;
    const action = parseAction(part.slice(dot + 1));
    if (action && !Number.isNaN(at)) actions.push({ at, ...action });
  }
  actions.sort((a, b) => a.at - b.at);
  const scenario = params.get('scenario') ?? '';
  const speed = params.get('speed');
  return {
    seed,
    scenario: /^[a-z]{1,20}$/.test(scenario) ? scenario : '',
    actions,
    speed: speed === 'max' ? Infinity : speed !== null && /^\d{1,3}$/.test(speed) ? Math.max(1, Number(speed)) : null,
  };
}

// The query that makes this run again.
export function planQuery(seed: number, scenario: string, actions: Timed[]): string {
  const parts = [`seed=${seed}`];
  if (scenario) parts.push(`scenario=${scenario}`);
  if (actions.length > 0) parts.push('do=' + actions.map(({ at, ...action }) => `${at}.${actionText(action as Action)}`).join('~'));
  return '?' + parts.join('&');
}
