// The frame: token, list of devices, and the panels of the chosen device.
import { Api } from './api.js';
import { action, badge, empty, field, h, patch, replace, said } from './dom.js';
import { Live } from './live.js';
import { appState } from './panels/appstate.js';
import { calls } from './panels/calls.js';
import { events } from './panels/events.js';
import { messages } from './panels/messages.js';
import { session } from './panels/session.js';
import { webhooks } from './panels/webhooks.js';

const panels = { session, calls, messages, events, webhooks, 'app state': appState };
const root = document.getElementById('app');
const kRefreshMs = 15_000;  // of the list; what happens to the chosen device is told

// What somebody typed behind the # may be no text.
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return ''; }
}

function signIn(problem = '') {
  const input = h('input', { type: 'password', autocomplete: 'off', spellcheck: false, required: true, name: 'token' });
  const alert = h('p', { className: 'problem', role: 'alert' }, problem);
  const form = h('form', { className: 'card sign-in', onsubmit: async (event) => {
    event.preventDefault();
    alert.textContent = '';
    const token = input.value.trim();
    try {
      await new Api(token).get('/devices');
      sessionStorage.setItem('token', token);
      open(token);
    } catch (error) {
      alert.textContent = error.status === 401 ? 'This token is not known.' : said(error);
    }
  } },
  h('img', { src: 'icon.svg', alt: '', width: 48, height: 48 }), h('h1', {}, 'WUTS'),
  h('p', { className: 'hint' }, 'The token of a user. It stays in this tab and goes to this server only.'),
  field('Token', input), alert, h('button', { type: 'submit', className: 'primary' }, 'Open the dashboard'),
  h('p', { className: 'hint' }, 'An unofficial client: not affiliated with WhatsApp; misuse risks the account.'));
  replace(root, h('main', { className: 'center' }, form));
  input.focus();
}

function open(token) {
  const api = new Api(token);
  let devices = [], chosen = null, panel = null, stop = () => {}, timer = 0;
  let live = null, leaveDevice = () => {};
  const list = h('nav', { className: 'devices', ariaLabel: 'Devices' });
  const main = h('main', { className: 'panel' });

  function address() {
    const [id, name] = decoded(location.hash.slice(1)).split('/');
    return { id, name: Object.hasOwn(panels, name ?? '') ? name : 'session' };
  }
  function leave(problem) {
    clearTimeout(timer);
    stop();
    leaveDevice();
    sessionStorage.removeItem('token');
    removeEventListener('hashchange', show);
    history.replaceState(null, '', location.pathname);
    signIn(problem);
  }
  const fail = (error) => {
    if (error.status === 401) leave('The token is no longer known.');
    else if (error.name !== 'AbortError') replace(notice, h('span', { className: 'problem' }, said(error)));
  };
  const heading = { name: h('h1', {}) };
  const notice = h('p', { className: 'notice', role: 'status' });

  async function refresh() {
    try {
      const answer = await api.get('/devices');
      replace(notice);
      if (JSON.stringify(answer.devices) !== JSON.stringify(devices)) {
        devices = answer.devices;
        drawList();
        show();
      }
    } catch (error) { fail(error); }
    clearTimeout(timer);
    if (root.contains(list)) timer = setTimeout(refresh, document.hidden ? 4 * kRefreshMs : kRefreshMs);
  }

  // Made once: what one types stays while the list is drawn again.
  const name = h('input', { placeholder: 'Name', ariaLabel: 'Name of a new device', maxLength: 100 });
  const newDevice = h('form', { className: 'new-device', onsubmit: (event) => event.preventDefault() }, name, action('Add', async () => {
    const made = await api.post('/devices', { body: { name: name.value.trim() } });
    name.value = '';
    location.hash = `${made.device.id}/session`;
    await refresh();
  }));

  function drawList() {
    patch(list,
      h('h2', {}, 'Devices'),
      devices.length ? h('ul', {}, devices.map((device) => h('li', { key: device.id },
        h('a', { href: `#${device.id}/session`, ariaCurrent: device.id === chosen ? 'page' : undefined },
          h('span', { className: 'name' }, device.name), badge(device.connected ? 'online' : 'offline', device.connected ? 'good' : ''),
          h('span', { className: 'hint' }, device.whatsapp_jid ? device.whatsapp_jid.split(/[:@]/)[0] : 'not paired'))))) : empty('No device yet.'),
      newDevice);
  }

  function watch(device) {
    leaveDevice();
    const ending = new AbortController();
    leaveDevice = () => ending.abort();
    live = new Live(api, device, ending.signal, fail);
    live.each((item) => { if (/^(device|connection|pair)\./.test(item.event)) refresh(); }, ending.signal);
  }

  function show() {
    const { id, name } = address();
    const device = devices.find((one) => one.id === id) ?? devices[0];
    if (!device) {
      chosen = panel = null;
      stop();
      leaveDevice();
      replace(main, empty('Add a device, then pair it with the phone.'));
      return;
    }
    if (device.id === chosen && name === panel) return heading.name.textContent = device.name;
    if (device.id !== chosen) watch(device.id);
    chosen = device.id;
    panel = name;
    stop();
    drawList();
    replace(notice);
    heading.name.textContent = device.name;
    const body = h('section', { ariaLabel: name });
    replace(main,
      h('header', {}, heading.name, h('code', {}, device.id)),
      h('div', { className: 'tabs', role: 'tablist' }, Object.keys(panels).map((key) =>
        h('a', { href: `#${device.id}/${encodeURIComponent(key)}`, role: 'tab', ariaSelected: String(key === name) }, key))),
      notice, body);
    const ending = new AbortController();
    stop = () => ending.abort();
    // A panel draws into `body`, again when `live` tells something, until `signal` ends.
    panels[name]({ api, device: device.id, body, signal: ending.signal, fail, refresh, live }).catch(fail);
  }

  addEventListener('hashchange', show);
  replace(root, h('div', { className: 'frame' },
    h('aside', {}, h('div', { className: 'brand' }, h('img', { src: 'icon.svg', alt: '', width: 28, height: 28 }), h('strong', {}, 'WUTS')), list,
      h('footer', {}, h('a', { href: '../docs/' }, 'API'), h('button', { type: 'button', className: 'link', onclick: () => leave('') }, 'Sign out'))),
    main));
  drawList();
  refresh();
}

const token = sessionStorage.getItem('token');
if (token) open(token);
else signIn();
