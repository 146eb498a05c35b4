import { copyText, h, plural, type Child } from '../dom';
import type { Model } from '../recording/model';
import { parsePlan, type Action } from '../world/actions';
import { kScenarios } from '../world/scenarios';
import { Panel } from './panel';

interface Fault { text: string; about: string; action: string }

const kWire: Fault[] = [
  { text: 'Cut the connection', about: 'the account’s connections are dropped', action: 'drop' },
  { text: 'Cut at the next stanza', about: 'the service closes instead of answering', action: 'fault-drop_connection-0' },
  { text: 'Deliver the next stanza twice', about: 'it must be acknowledged again and acted on once', action: 'fault-deliver_twice-0' },
  { text: 'Silence', about: 'connected, but nothing is answered: only the keepalive notices', action: 'fault-silence-0' },
];
const kService: Fault[] = [
  { text: '409 on the next patch', about: 'somebody was first: rebase and upload again', action: 'fault-patch_conflict-0' },
  { text: '503 on the stream', about: 'the service is unwell: back off and come back', action: 'fault-stream_error-503' },
  { text: '515 on the stream', about: 'restart required', action: 'fault-stream_error-515' },
  { text: 'Lose the answer to a patch', about: 'accepted or not? ask before sending again', action: 'fault-patch_ack_lost-0' },
  { text: 'Lose the answer to a reject', about: 'the API says “unconfirmed”', action: 'fault-reject_ack_lost-0' },
  { text: 'The peer cannot decrypt', about: 'a retry receipt, and the message again', action: 'fault-peer_cannot_decrypt-0' },
];
const kCrashes: Fault[] = [
  { text: 'kill -9, now', about: 'open again from the rows', action: 'crash-now' },
  { text: 'Die before the next commit', about: 'as if nothing had happened', action: 'crash-before' },
  { text: 'Die after the next commit', about: 'stored, but nothing of it was sent', action: 'crash-after' },
];

export class FaultsPanel extends Panel {
  readonly name = 'faults';
  readonly label = 'Fault lab';
  private weather = { delay: 12, split: 0, duplicate: 0, cut: 0 };
  private said = '';

  view(model: Model): Child[] {
    const live = this.app.live;
    const set = (title: string, faults: Fault[]): Child => h('section', { class: 'card', 'aria-label': title }, h('h3', {}, title),
      h('div', { class: 'faults' }, faults.map((fault) => h('button', { type: 'button', class: 'fault', 'data-do': fault.action, disabled: !live },
        h('strong', {}, fault.text), h('span', {}, fault.about)))));
    return [
      h('div', { class: 'intro' },
        h('h2', {}, 'Break it'),
        h('p', {}, 'The run follows from its seed and from what you do, at which virtual millisecond. So a bug is a link: it makes the same run again, step by step.')),
      h('section', { class: 'card', 'aria-label': 'Scenarios' },
        h('h3', {}, 'Scenarios'),
        h('div', { class: 'toolbar' },
          h('label', { class: 'field' }, h('span', {}, 'Seed'), h('input', { type: 'text', inputmode: 'numeric', pattern: '\\d*', maxlength: 10, 'data-input': 'seed', value: this.app.seed })),
          h('button', { type: 'button', 'data-ui': 'dice', 'data-value': '' }, 'Another seed'),
          h('label', { class: 'check' }, h('input', { type: 'checkbox', 'data-ui': 'fast', 'data-value': '', checked: this.app.speed === Infinity }), 'As fast as it goes')),
        h('div', { class: 'scenarios' }, kScenarios.map((one) => h('button', { type: 'button', class: 'fault', 'data-ui': 'scenario', 'data-value': one.name, 'aria-pressed': this.app.scenario === one.name ? 'true' : 'false' },
          h('strong', {}, one.title), h('span', {}, one.text)))),
        h('p', { class: 'link-line' },
          h('code', { class: 'link', 'data-link': '', tabindex: 0 }, this.app.link),
          h('button', { type: 'button', 'data-ui': 'copy', 'data-value': '' }, 'Copy link'),
          h('button', { type: 'button', 'data-ui': 'again', 'data-value': '' }, 'Run it again')),
        h('p', { class: 'said small', role: 'status' }, this.said)),
      h('div', { class: 'fault-grid' },
        set('The wire', kWire), set('The service', kService), set('The process', kCrashes),
        h('section', { class: 'card', 'aria-label': 'Weather' }, h('h3', {}, 'Weather'),
          this.slider('delay', 'late by up to', 'ms', 2000, 10), this.slider('split', 'in pieces', '%', 100, 5), this.slider('duplicate', 'twice', '%', 20, 1), this.slider('cut', 'cut in the middle', '%', 20, 1),
          h('div', { class: 'toolbar' },
            h('button', { type: 'button', class: 'primary', 'data-ui': 'weather', 'data-value': '', disabled: !live }, 'Apply'),
            h('button', { type: 'button', 'data-ui': 'calm', 'data-value': '', disabled: !live }, 'Calm')),
          h('p', { class: 'muted small' }, 'Bytes that arrive twice do not fit the Noise counter: the link is dropped and made anew. TCP never does this; an attacker might.'))),
      this.verdict(model),
    ];
  }

  private slider(name: keyof FaultsPanel['weather'], text: string, unit: string, max: number, step: number): Child {
    return h('label', { class: 'slider' }, h('span', {}, text), h('input', { type: 'range', min: 0, max, step, value: this.weather[name], 'data-input': name }), h('output', {}, `${this.weather[name]} ${unit}`));
  }

  private verdict(model: Model): Child {
    const rejectsTwice = model.calls.filter((call) => call.seen > 1).length, repeated = model.bubbles.filter((bubble) => bubble.repeated).length;
    const row = (name: string, value: Child, good: boolean | null): Child => h('tr', {}, h('th', { scope: 'row' }, name), h('td', { class: good === null ? '' : good ? 'good' : 'bad' }, value));
    return h('section', { class: 'card', 'aria-label': 'What the service says' }, h('h3', {}, 'How it went'),
      h('table', { class: 'verdicts' }, h('tbody', {},
        row('breaches of the protocol seen by the service', String(model.violations.length), model.violations.length === 0),
        row('calls rejected more than once', String(rejectsTwice), rejectsTwice === 0),
        row('texts shown to a person twice', String(repeated), null),
        row('connections made', String(model.connects), null), row('crashes', String(model.crashes), null), row('patches refused', String(model.refusals.length), null), row('troubles on the wire', String(model.troubles), null))),
      model.violations.length > 0 && h('ul', {}, model.violations.slice(0, 5).map((text) => h('li', {}, text))),
      h('p', { class: 'muted small' }, `Trace of ${plural(this.app.tape.steps.length, 'step')}: `, h('code', { 'data-hash': '' }, this.app.tape.hash),
        this.app.scriptHash && [' · scenario: ', h('code', { 'data-script-hash': this.app.scriptHash }, this.app.scriptHash)]));
  }

  override command(name: string, value: string, element: HTMLElement): void {
    if (name in this.weather) {
      this.weather[name as keyof FaultsPanel['weather']] = Number(value);
    } else if (name === 'seed') {
      const seed = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
      if (Number.isNaN(seed)) this.said = 'A seed is a whole number of up to ten digits.';
      else if (element.matches('input')) this.nextSeed = seed;
    } else if (name === 'dice') {
      this.nextSeed = this.app.randomSeed();
      const input = this.querySelector<HTMLInputElement>('[data-input="seed"]');
      if (input) input.value = String(this.nextSeed);
    } else if (name === 'fast') {
      this.app.speed = this.app.speed === Infinity ? 1 : Infinity;
      this.app.changed();
    } else if (name === 'scenario') {
      void this.begin(`?seed=${this.nextSeed ?? this.app.seed}&scenario=${value}`);
    } else if (name === 'again') {
      void this.begin(this.app.link);
    } else if (name === 'copy') {
      void copyText(new URL(this.app.link + '#faults', location.href).href).then((done) => {
        this.said = done ? 'Copied: whoever opens it sees the same run.' : 'The browser refused the clipboard; the link is above.';
        this.draw();
      });
    } else if (name === 'weather' || name === 'calm') {
      if (name === 'calm') this.weather = { delay: 12, split: 0, duplicate: 0, cut: 0 };
      void this.app.act({ do: 'weather', ...this.weather } as Action);
    }
    this.draw();
  }

  private nextSeed: number | null = null;

  private async begin(query: string): Promise<void> {
    this.nextSeed = null;
    this.said = '';
    history.replaceState(null, '', query + location.hash);
    await this.app.begin({ ...parsePlan(query), speed: this.app.speed });
    this.draw();
  }
}
