// Is the account's app state well: the thing that, when it breaks, unlinks every device.
import { action, badge, h, patch, replace, table } from '../dom.js';

const kinds = { ok: 'good', blocked: 'warn', degraded: 'bad' };

const kLookMs = 15_000;  // for what no event tells

export async function appState({ api, device, body, signal, live }) {
  const card = h('div', { className: 'card' });
  replace(body, card);
  while (!signal.aborted) {
    const answer = await api.get('/appstate', { device, signal });
    patch(card, h('h2', {}, 'App state'),
      h('p', { className: 'hint' }, 'blocked: a key is missing and was asked for. degraded: a hash differs from the phone\'s; changes wait for a snapshot that matches.'),
      table(['Collection', 'State', 'Version', 'Waiting changes', 'Why'], answer.collections.map((one) => [
        h('code', {}, one.name), badge(one.state, kinds[one.state]), String(one.version), String(one.pending), one.last_error ?? (one.state === 'blocked' ? 'a key is missing' : null)]), 'Nothing is known yet: pair the device.'),
      h('div', { className: 'actions' }, action('Sync now', () => api.post('/appstate/sync', { device, body: {} }))));
    await live.next(kLookMs, signal);
  }
}
