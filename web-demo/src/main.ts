import './style/fonts.css';
import './style/base.css';
import './style/shell.css';
import './style/panels.css';

import { App } from './app';
import { clockText, h, morphChildren, s } from './dom';
import { CallPanel } from './panels/call';
import { ChatsPanel } from './panels/chats';
import { FaultsPanel } from './panels/faults';
import { LtHashPanel } from './panels/lthash';
import { PairPanel } from './panels/pair';
import type { Panel } from './panels/panel';
import { SpeedPanel } from './panels/speed';
import { WirePanel } from './panels/wire';
import { dockView } from './parts/dock';
import { drawStory } from './parts/story';
import { parseAction, parsePlan } from './world/actions';

const kPanels: [string, new () => Panel][] = [
  ['wuts-pair', PairPanel], ['wuts-wire', WirePanel], ['wuts-call', CallPanel], ['wuts-chats', ChatsPanel], ['wuts-lthash', LtHashPanel],
  ['wuts-faults', FaultsPanel], ['wuts-speed', SpeedPanel],
];

const app = new App();
const panels = kPanels.map(([tag, constructor]) => {
  customElements.define(tag, constructor);
  const panel = new constructor();
  panel.app = app;
  panel.id = `panel-${panel.name}`;
  panel.hidden = true;
  panel.className = 'panel';
  return panel;
});

const header = h('header', { class: 'top' });
const nav = h('nav', { class: 'nav', 'aria-label': 'Panels' });
const main = h('main', { id: 'panel', tabindex: -1 }, panels);
const storyList = h('ol', { class: 'story-list' });
const stage = h('div', { class: 'stage' });
const story = h('aside', { class: 'story', 'aria-label': 'What happened' }, h('h2', {}, 'What happened'), storyList);
const dock = h('footer', { class: 'dock', 'aria-label': 'Timeline' });
const foot = h('div', { class: 'foot' },
  h('p', {}, 'Both ends run in this tab: the core and a simulated service, each a WebAssembly module. No WhatsApp server is contacted, nothing is sent anywhere, and no real account can be entered.'),
  h('p', {}, 'Keys: ', h('kbd', {}, '1'), ' to ', h('kbd', {}, '7'), ' for the panels, ', h('kbd', {}, '['), ' and ', h('kbd', {}, ']'), ' to step, ', h('kbd', {}, 'p'), ' to pause.'),
  h('p', {}, 'An unofficial, independent project. Not affiliated with, authorised or endorsed by WhatsApp or Meta.'));
document.getElementById('app')!.replaceChildren(header, nav, stage, foot, dock);
stage.append(main, story);

function shownPanel(): Panel {
  const name = location.hash.slice(1);
  return panels.find((panel) => panel.name === name) ?? panels[0]!;
}

function drawShell(): void {
  const { model } = app, panel = shownPanel();
  morphChildren(header, [
    h('a', { class: 'brand', href: '#pair' },
      s('svg', { viewBox: '0 0 32 32', 'aria-hidden': 'true' }, s('path', { d: 'M2 17h6l3-10 5 19 4-13 2 4h8' })),
      h('span', {}, h('strong', {}, 'WUTS'), h('span', { class: 'tag' }, 'the protocol, alive in a tab'))),
    h('h1', { class: 'offscreen' }, 'WUTS: a WhatsApp gateway core and a simulated service in one page'),
    h('div', { class: 'badges' },
      h('span', { class: `badge link-${model.link}`, role: 'status', 'data-link-state': model.link }, h('i', { 'aria-hidden': 'true' }), { off: 'not connected', connecting: 'connecting', pairing: 'waiting for a phone', online: 'online' }[model.link]),
      app.loadedFrom && h('span', { class: 'badge warn' }, 'a recording'),
      !app.live && !app.loadedFrom && app.world && h('span', { class: 'badge warn' }, 'looking back'),
      h('a', { class: 'badge', href: '#faults', title: 'Seed and fingerprint of the run' }, `seed ${app.seed} · `, h('code', {}, app.tape.hash.slice(0, 8))),
      h('span', { class: 'badge sim' }, 'simulated · unofficial')),
  ]);
  const notes: Record<string, string> = {
    pair: model.paired ? 'linked' : '', wire: model.frames.length ? String(model.frames.length) : '', call: model.calls.some((call) => call.state === 'ringing') ? 'ringing' : '',
    chats: model.patches.length ? String(model.patches.length) : '', lthash: '', faults: model.violations.length ? String(model.violations.length) : '', speed: '',
  };
  morphChildren(nav, [h('ol', {}, panels.map((one, i) => h('li', {}, h('a', { href: `#${one.name}`, 'aria-current': one === panel ? 'page' : null, 'aria-keyshortcuts': String(i + 1) },
    h('span', { class: 'n-number', 'aria-hidden': 'true' }, String(i + 1)), h('span', { class: 'n-label' }, one.label), notes[one.name] && h('span', { class: `n-note ${one.name === 'call' ? 'ringing' : ''}` }, notes[one.name])))))]);
  for (const one of panels) one.hidden = one !== panel;
  stage.classList.toggle('wide', panel.name === 'wire');
  panel.draw();
  drawStory(storyList, app, model);
  morphChildren(dock, dockView(app));
  document.body.dataset.ready = app.world || app.loadedFrom ? 'yes' : app.problem ? 'failed' : 'no';
  document.body.dataset.hash = app.tape.hash;
  document.body.dataset.script = app.world?.scriptRuns ? 'runs' : app.scriptHash ? 'done' : 'none';
  document.body.dataset.scriptHash = app.scriptHash;
  document.body.dataset.scriptFailed = app.world?.scriptFailed ?? '';
  document.title = `${panel.label} · WUTS, alive in a tab`;
}

let wanted = false;
function soon(): void {
  if (wanted) return;
  wanted = true;
  const draw = (): void => {
    if (!wanted) return;
    wanted = false;
    drawShell();
  };
  requestAnimationFrame(draw);
  setTimeout(draw, 100);      // a hidden tab draws no frames, but its title and data stay true
}

app.addEventListener('change', soon);
window.addEventListener('hashchange', () => {
  drawShell();
  nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  main.focus({ preventScroll: true });
  scrollTo({ top: 0 });
});
setInterval(() => { if (app.live && app.playing) soon(); }, 250);   // countdowns

function jump(step: number): void { app.tape.cursor = step; }

function time(what: string): void {
  if (what === 'back') jump(app.tape.cursor - 1);
  else if (what === 'forward') jump(app.tape.cursor + 1);
  else if (what === 'live') {
    jump(app.tape.steps.length);
    app.playing = true;
  } else if (what === 'play') {
    if (app.live) app.playing = !app.playing;
    else {
      jump(app.tape.steps.length);
      app.playing = true;
    }
  } else if (what === 'new') {
    history.replaceState(null, '', location.pathname + `?seed=${app.randomSeed()}` + location.hash);
    void app.begin({ ...parsePlan(location.search), speed: app.speed });
  }
  app.changed();
}

document.addEventListener('click', (event) => {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-do],[data-ui],[data-jump],[data-time],[data-speed]') : null;
  if (!element || element.matches(':disabled')) return;
  const { dataset } = element;
  if (dataset.do !== undefined) {
    const action = parseAction(dataset.do);
    if (action) void app.act(action);
  } else if (dataset.ui !== undefined) {
    element.closest<Panel>('.panel')?.command(dataset.ui, dataset.value ?? '', element);
  } else if (dataset.jump !== undefined) {
    jump(Number(dataset.jump));
  } else if (dataset.time !== undefined) {
    time(dataset.time);
  } else if (dataset.speed !== undefined) {
    app.speed = Number(dataset.speed);
    app.changed();
  }
});

document.addEventListener('change', (event) => {
  const element = event.target;
  if (!(element instanceof HTMLInputElement)) return;
  if (element.dataset.toggle === 'hold' || element.dataset.toggle === 'autoreject') void app.act({ do: element.dataset.toggle, on: element.checked });
  const file = element.files?.[0];
  if (element.dataset.file && file) {
    void panels.find((panel): panel is WirePanel => panel instanceof WirePanel)!.load(file).then(() => { element.value = ''; });
  }
});

document.addEventListener('input', (event) => {
  const element = event.target;
  if (!(element instanceof HTMLInputElement)) return;
  if (element.dataset.scrub !== undefined) jump(Number(element.value));
  else if (element.dataset.input !== undefined) element.closest<Panel>('.panel')?.command(element.dataset.input, element.value, element);
});

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target as HTMLElement;
  if (target.matches('[role="tab"]') && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')) {
    const tabs = [...target.parentElement!.querySelectorAll<HTMLElement>('[role="tab"]')];
    const next = tabs[(tabs.indexOf(target) + (event.key === 'ArrowRight' ? 1 : tabs.length - 1)) % tabs.length]!;
    next.click();
    document.getElementById(next.id)?.focus();
    event.preventDefault();
    return;
  }
  if (target.matches('input:not([type="range"]):not([type="checkbox"]), textarea, select')) return;
  if (/^[1-7]$/.test(event.key)) location.hash = panels[Number(event.key) - 1]!.name;
  else if (event.key === '[') time('back');
  else if (event.key === ']') time('forward');
  else if (event.key === 'p') time('play');
  else return;
  event.preventDefault();
});

// For the tests and the curious: the run as plain data.
Object.defineProperty(window, 'wuts', { value: { recording: () => app.recording, clock: () => clockText(app.now) } });

drawShell();
void app.start().then(soon);
