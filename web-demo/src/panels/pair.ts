import { encode } from 'uqr';
import { clockText, h, s, type Child } from '../dom';
import type { Model } from '../recording/model';
import { kOwn, parsePlan } from '../world/actions';
import { Panel, prettyNumber } from './panel';

interface Stage { name: string; text: string; done: boolean }

export class PairPanel extends Panel {
  readonly name = 'pair';
  readonly label = 'Pair';
  private tab: 'qr' | 'code' = 'qr';
  private drawnFor = '';
  private drawnQr: SVGElement | null = null;

  override command(name: string, value: string): void {
    if (name === 'tour') {
      const query = `?seed=${this.app.seed}&scenario=tour`;
      history.replaceState(null, '', query + location.hash);
      void this.app.begin({ ...parsePlan(query), speed: this.app.speed });
    }
    if (name !== 'tab') return;
    this.tab = value === 'code' ? 'code' : 'qr';
    this.draw();
    this.querySelector<HTMLElement>(`[data-ui="tab"][data-value="${this.tab}"]`)?.focus();
  }

  view(model: Model): Child[] {
    const tab = (value: 'qr' | 'code', text: string): Child => h('button', {
      type: 'button', role: 'tab', id: `tab-${value}`, 'data-ui': 'tab', 'data-value': value, 'aria-selected': this.tab === value ? 'true' : 'false',
      'aria-controls': 'pair-way', tabindex: this.tab === value ? 0 : -1,
    }, text);
    return [
      h('div', { class: 'intro' },
        h('h2', {}, 'Link a device'),
        h('p', {}, 'The core makes its keys, shakes hands with the service and shows a code. The phone that scans it signs the new device into the account. '
          + 'This code pairs with the simulated phone beside it and with nothing else.'),
        !model.paired && this.app.live && h('p', {}, h('button', { type: 'button', 'data-ui': 'tour', 'data-value': '' }, 'Or watch the whole tour'))),
      h('div', { class: 'pair-grid' },
        h('section', { class: 'card pair-code', 'aria-label': 'Code' },
          h('div', { role: 'tablist', 'aria-label': 'Ways to link', class: 'tabs' }, tab('qr', 'QR code'), tab('code', '8-character code')),
          h('div', { id: 'pair-way', role: 'tabpanel', 'aria-labelledby': `tab-${this.tab}` }, this.tab === 'qr' ? this.qr(model) : this.code(model))),
        this.phone(model),
        this.stages(model)),
    ];
  }

  private qr(model: Model): Child {
    if (model.paired) return this.linked(model);
    const left = model.qr ? model.qr.expires - this.app.now : 0;
    if (!model.qr || left <= 0) {
      return h('div', { class: 'qr-empty' }, h('p', {}, model.qr ? 'This code has expired.' : 'No code yet.'),
        h('button', { type: 'button', class: 'primary', 'data-do': 'qr', disabled: !this.app.world }, 'Ask for a QR code'));
    }
    const whole = Math.max(1, model.qr.expires - model.qr.shown);
    return h('div', { class: 'qr-shown' },
      this.drawQr(model.qr.text),
      this.countdown(left, whole),
      h('details', { class: 'inside' }, h('summary', {}, 'What is in it'), this.parts(model.qr.text)));
  }

  private countdown(left: number, whole: number): Child {
    const seconds = Math.ceil(left / 1000), filled = Math.max(0, Math.min(1, left / whole));
    return h('div', { class: 'countdown' },
      s('svg', { viewBox: '0 0 100 2', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        s('rect', { class: 'track', width: 100, height: 2 }), s('rect', { class: 'left', width: (100 * filled).toFixed(1), height: 2 })),
      h('span', { 'data-countdown': seconds }, `valid for ${seconds} s more`));
  }

  private drawQr(text: string): Node {
    if (this.drawnFor !== text || !this.drawnQr) {
      const { size, data } = encode(text, { ecc: 'L', border: 3 });
      let path = '';
      data.forEach((row, y) => row.forEach((dark, x) => { if (dark) path += `M${x} ${y}h1v1h-1z`; }));
      this.drawnFor = text;
      this.drawnQr = s('svg', {
        class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': 'QR code for the simulated phone', 'shape-rendering': 'crispEdges',
        'data-size': size, 'data-text': text,
      }, s('rect', { width: size, height: size, class: 'paper' }), s('path', { d: path, class: 'ink' }));
    }
    return this.drawnQr.cloneNode(true);
  }

  private parts(text: string): Child {
    const names = ['reference of the service', 'Noise public key', 'identity public key', 'ADV secret', 'client type'];
    return h('dl', { class: 'facts' }, text.split(',').map((part, i) => [h('dt', {}, names[i] ?? `part ${i + 1}`), h('dd', {}, h('code', {}, part))]));
  }

  private code(model: Model): Child {
    if (model.paired) return this.linked(model);
    const left = model.code ? model.code.expires - this.app.now : 0;
    if (!model.code || left <= 0) {
      return h('div', { class: 'qr-empty' },
        h('p', {}, `Eight characters to type into the phone ${prettyNumber(kOwn)} instead of scanning.`),
        h('button', { type: 'button', class: 'primary', 'data-do': 'paircode', disabled: !this.app.world }, 'Ask for a code'));
    }
    const text = model.code.text.replace('-', '');
    return h('div', { class: 'qr-shown' },
      h('p', { class: 'eight', 'aria-label': `Code ${[...text].join(' ')}`, 'data-code': text },
        [...text].map((char, i) => [i === 4 && h('span', { class: 'dash' }, '–'), h('span', { class: 'char' }, char)])),
      this.countdown(left, Math.max(1, model.code.expires - model.code.shown)));
  }

  private linked(model: Model): Child {
    return h('div', { class: 'linked' },
      s('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, s('path', { d: 'M4 12.5l5.2 5.2L20 7' })),
      h('p', {}, h('strong', {}, 'Linked'), h('br'), h('code', {}, model.jid)));
  }

  private phone(model: Model): Child {
    const qrValid = model.qr !== undefined && model.qr.expires > this.app.now, codeValid = model.code !== undefined && model.code.expires > this.app.now;
    return h('section', { class: 'card phone', 'aria-label': 'The simulated phone' },
      h('header', {}, h('span', { class: 'phone-name' }, 'Simulated phone'), h('span', { class: 'phone-number' }, prettyNumber(kOwn))),
      h('div', { class: 'phone-body' },
        h('p', { class: 'phone-title' }, 'Linked devices'),
        model.paired
          ? h('p', { class: 'device-row' }, h('strong', {}, 'WUTS demo'), h('span', { class: 'muted' }, model.link === 'online' ? 'active now' : 'not connected'))
          : h('p', { class: 'muted' }, 'No devices. The phone holds the account’s identity key; only it can sign a new device in.'),
        this.tab === 'qr'
          ? h('button', { type: 'button', class: 'primary wide', 'data-do': 'scan', disabled: model.paired || !qrValid || !this.app.live }, 'Scan with the simulated phone')
          : h('button', { type: 'button', class: 'primary wide', 'data-do': 'entercode', disabled: model.paired || !codeValid || !this.app.live }, 'Type the code into the phone')));
  }

  private stages(model: Model): Child {
    const fact = (name: string): boolean => model.story.some((step) => step.kind === 'fact' && step.name === name);
    const stages: Stage[] = [
      { name: 'Noise handshake', text: 'three messages, keys for both directions', done: model.frames.some((frame) => frame.label === 'client finish') },
      { name: 'Code shown', text: 'references from the service, keys of the device', done: model.qr !== undefined || model.code !== undefined || model.paired },
      { name: 'Signed in', text: 'the phone signs the identity; the device checks and signs back', done: model.paired },
      { name: 'Logged in again', text: 'a new connection with the new identity', done: model.paired && model.frames.some((frame) => frame.label.startsWith('success')) },
      { name: 'Prekeys uploaded', text: 'so that others can write to it', done: fact('prekeys_uploaded') },
      { name: 'Keys and history', text: 'app-state keys and chats arrive encrypted', done: fact('keys_shared') },
    ];
    const first = stages.findIndex((stage) => !stage.done);
    return h('ol', { class: 'stages', 'aria-label': `How far linking is, at ${clockText(model.at)}` },
      stages.map((stage, i) => h('li', { class: stage.done ? 'done' : i === first ? 'next' : '', ...(i === first ? { 'aria-current': 'step' } : {}) },
        h('strong', {}, stage.name), h('span', {}, stage.text))));
  }
}
