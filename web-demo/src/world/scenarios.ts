// Runs that write themselves. Each is a script: what to do, and what to wait for. With a seed they are the same every time.

import type { Action } from './actions';
import type { Order, Script, World } from './world';

const kPatience = 90_000;

export interface Scenario { name: string; title: string; text: string; script: (world: World) => Script }

const act = (action: Action): Order => ({ act: action });
const until = (what: string, condition: () => boolean, ms = kPatience): Order => ({ until: condition, what, ms });
const wait = (ms: number): Order => ({ wait: ms });

function* linked(world: World): Script {
  const seen = world.observer;
  yield act({ do: 'qr' });
  yield until('a QR code', () => seen.lastQr !== '');
  for (let tries = 0; tries < 5 && !seen.online; ++tries) {   // in bad weather a scan may be lost with its connection
    yield wait(600);
    yield act({ do: 'scan' });
    yield { until: () => seen.online, what: 'the device is online', ms: 20_000, mild: true };
  }
  yield until('the device is online', () => seen.online);
  yield until('the first synchronisation', () => seen.times('webhook:app_state.sync_complete') >= 2);
  yield wait(300);
  yield act({ do: 'people' });
  yield until('four messages', () => seen.times('webhook:message.received') >= 4);
  yield wait(400);
}

function* rejected(world: World, what: 'audio' | 'video' = 'audio'): Script {
  const seen = world.observer, rejects = seen.times('reject_seen'), offers = seen.times('webhook:call.offer');
  yield act({ do: 'ring', what, who: 0 });
  yield until('the offer reaches the webhook', () => seen.times('webhook:call.offer') > offers);
  yield wait(500);
  yield act({ do: 'reject' });
  yield until('the service sees the reject', () => seen.times('reject_seen') > rejects);
  const texts = seen.times('text_decrypted');
  yield until('the caller reads the automatic reply', () => seen.times('text_decrypted') > texts, 20_000);
}

function* archived(world: World, who: number, on = true): Script {
  const seen = world.observer, before = seen.times('reply:/chats/' + chat(who) + '/archive');
  yield act({ do: 'archive', who, on });
  yield until('the archive is answered', () => seen.times('reply:/chats/' + chat(who) + '/archive') > before);
  yield wait(200);
}

const people = ['5511988888888', '5511977777777', '5511966666666', '5511955555555'];
const chat = (who: number): string => `${people[who]}@s.whatsapp.net`;

export const kScenarios: Scenario[] = [
  {
    name: 'pair', title: 'Link', text: 'A QR code, the simulated phone scans it, keys and history arrive.',
    script: function* (world) { yield* linked(world); },
  },
  {
    name: 'call', title: 'A call is rejected', text: 'Somebody rings, the API rejects, the caller gets the automatic reply.',
    script: function* (world) {
      yield* linked(world);
      yield* rejected(world);
      yield wait(300);
    },
  },
  {
    name: 'tour', title: 'The whole tour', text: 'Link, reject, archive, a conflict with a second device, pin and mute.',
    script: function* (world) {
      yield* linked(world);
      yield* rejected(world);
      yield* archived(world, 0);
      yield act({ do: 'rival', who: 1, on: true });
      yield* archived(world, 2);
      yield act({ do: 'pin', who: 3, on: true });
      yield until('the pin is answered', () => world.observer.times(`reply:/chats/${chat(3)}/pin`) > 0);
      yield act({ do: 'mute', who: 1, on: true });
      yield until('the mute is answered', () => world.observer.times(`reply:/chats/${chat(1)}/mute`) > 0);
      yield wait(500);
    },
  },
  {
    name: 'conflict', title: 'Two archive at once', text: 'A second device gets in first: 409, rebase, second try.',
    script: function* (world) {
      yield* linked(world);
      yield act({ do: 'rival', who: 1, on: true });
      yield* archived(world, 0);
      yield wait(500);
    },
  },
  {
    name: 'drift', title: 'A byte of the hash flips', text: 'The stored LTHash is damaged; the next patch shows it, a snapshot heals it.',
    script: function* (world) {
      yield* linked(world);
      yield* archived(world, 0);
      yield act({ do: 'corrupt', collection: 'regular_low', byte: 42 });
      yield wait(600);
      yield act({ do: 'phone', who: 1, on: true });
      yield until('the device has the hash of the service again', () => world.observer.healed('regular_low'));
      yield wait(500);
    },
  },
  {
    name: 'crash', title: 'Crash in the middle', text: 'The process dies between commit and send of an archive; it opens again and finishes.',
    script: function* (world) {
      yield* linked(world);
      yield act({ do: 'crash', point: 'after' });
      yield act({ do: 'archive', who: 0, on: true });
      yield until('the device is back online', () => world.observer.times('device_online') >= 2);
      yield until('the phone shows the chat archived', () => world.observer.times('chat_archived') > 0);
      yield wait(800);
    },
  },
  {
    name: 'storm', title: 'Bad weather', text: 'Late, split and cut messages while everything above goes on.',
    script: function* (world) {
      yield act({ do: 'weather', delay: 120, split: 40, duplicate: 0, cut: 1 });
      yield* linked(world);
      yield* archived(world, 0);
      yield act({ do: 'send', who: 0 });
      yield until('the text arrives', () => world.observer.times('text_decrypted') > 0);
      yield* archived(world, 0, false);
      yield act({ do: 'weather', delay: 12, split: 0, duplicate: 0, cut: 0 });
      yield wait(1000);
    },
  },
];
