// What happened, newest first, in words. A click moves the cursor to that step.

import { clockText, h, morphChildren, type Child } from '../dom';
import type { App } from '../app';
import { outcomeOf, type Model } from '../recording/model';
import type { Step } from '../recording/steps';

const kShown = 80;

// Numbers of the demo as people call them.
function plain(text: string): string {
  return text.replaceAll('5511999999999', 'own').replace(/5511(\d{5})(\d{4})(@s\.whatsapp\.net)?/g, '…$2').replaceAll('@s.whatsapp.net', '');
}

export function stepText(step: Step): { who: string; kind: string; text: string } {
  const told = words(step);
  return { ...told, text: plain(told.text) };
}

function words(step: Step): { who: string; kind: string; text: string } {
  switch (step.kind) {
    case 'frame': return { who: 'wire', kind: `frame ${step.dir}`, text: `${step.dir === 'out' ? '→' : '←'} ${step.label}` };
    case 'action': return { who: 'you', kind: 'action', text: step.text };
    case 'link': return { who: 'wire', kind: 'link', text: step.text };
    case 'fact': return { who: 'service', kind: 'fact', text: step.text };
    case 'request': return { who: 'API', kind: 'api', text: `${step.method} ${step.path}` };
    case 'reply': return { who: 'API', kind: 'api', text: `${step.status} ${step.method} ${step.path}${step.path.startsWith('/chats/') || step.path === '/calls/reject' ? ` · ${outcomeOf(step.body)}` : ''}` };
    case 'webhook': return { who: 'webhook', kind: 'webhook', text: step.event };
    case 'qr': return { who: 'device', kind: 'note', text: 'a QR code is shown' };
    case 'code': return { who: 'device', kind: 'note', text: `the code ${step.text} is shown` };
    case 'chats': return { who: 'API', kind: 'api', text: `GET /chats: ${step.list.length}` };
    case 'patch': return { who: 'service', kind: 'patch', text: `${step.collection} ${step.from} → ${step.to}` };
    case 'hash': return { who: 'device', kind: step.corrupted ? 'bad' : 'patch', text: step.corrupted ? `${step.collection}: a byte of the stored hash is flipped` : `${step.collection}: hash at version ${step.version}` };
    case 'hold': return { who: 'wire', kind: 'note', text: step.text };
    case 'release': return { who: 'wire', kind: 'note', text: 'the held stanza goes' };
    case 'weather': return { who: 'wire', kind: 'bad', text: step.text };
    case 'crash': return { who: 'device', kind: 'bad', text: step.text };
    case 'reopen': return { who: 'device', kind: 'note', text: step.text };
    case 'violation': return { who: 'service', kind: 'bad', text: `breach: ${step.text}` };
    case 'note': return { who: 'page', kind: 'note', text: step.text };
  }
}

export function drawStory(element: HTMLElement, app: App, model: Model): void {
  const steps = model.story.slice(-kShown).reverse();
  const rows: Child[] = steps.map((step) => {
    const { who, kind, text } = stepText(step);
    return h('li', { 'data-key': String(step.n), class: `story-${kind}` },
      h('button', { type: 'button', class: 'story-step', 'data-jump': step.n, title: `Go to step ${step.n}` },
        h('span', { class: 's-who' }, who), h('span', { class: 's-text' }, text), h('span', { class: 's-time' }, clockText(step.at))));
  });
  morphChildren(element, rows.length ? rows : [h('li', { class: 'muted' }, app.problem || 'Nothing yet.')]);
}
