// Where events go, how that goes, and those that did not arrive.
import { action, badge, empty, field, h, patch, table, toggle, untouch, when } from '../dom.js';

const kLookMs = 5000;  // deliveries are told by no event
const reasons = {
  refused: 'connection refused', dns: 'host not found', tls: 'TLS failed', timeout: 'no answer in time', closed: 'connection closed',
  address_not_allowed: 'address not allowed', status: 'refused',
};
const said = (error) => (error ? [reasons[error.reason] ?? error.reason, error.status ? ` (${error.status})` : ''].join('') : 'none');
const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

export async function webhooks({ api, device, body, signal, live }) {
  const names = await api.get('/webhook/events', { signal });
  const everything = [...names.events, ...names.extensions];
  const failed = new Map();  // by webhook: what was fetched, and for which counts
  let adding = false;

  // What stands in the form around a button is sent; the form shows what is stored then.
  async function save(button, send) {
    const card = button.closest('form');
    const { url, events, secret, enabled } = card.elements;
    await send({ webhook_url: url.value.trim(), enabled_events: lines(events.value), enabled: enabled.checked, ...(secret.value && { secret: secret.value }) });
    secret.value = '';
    untouch(card);
    adding = false;
    await draw();
  }
  function fields(hook) {
    const enabled = toggle('Deliver', hook?.enabled ?? true, 'Else events are dropped, and counted.');
    enabled.input.name = 'enabled';
    return [enabled.row,
      field('URL', h('input', { type: 'url', name: 'url', value: hook?.webhook_url ?? '', placeholder: 'https://example.com/hook' })),
      field('Events', h('textarea', { name: 'events', rows: 6, spellcheck: false, value: (hook?.enabled_events ?? everything).join('\n') }), 'One a line.'),
      field('Secret', h('input', { type: 'password', name: 'secret', autocomplete: 'new-password', placeholder: hook ? 'unchanged' : '' }), 'Signs every delivery; never shown again.')];
  }

  function state(hook) {
    if (!hook.enabled) return badge('disabled', 'warn');
    if (hook.suspended) return badge('receiver away', 'bad');
    return hook.queued > 0 ? badge('behind', 'warn') : badge('well', 'good');
  }
  const health = (hook) => h('dl', {},
    h('dt', {}, 'State'), h('dd', {}, state(hook), hook.disabled_reason && h('span', { className: 'hint' }, hook.disabled_reason)),
    h('dt', {}, 'Waiting'), h('dd', {}, String(hook.queued), hook.oldest_at && h('span', { className: 'hint' }, 'oldest ', when(hook.oldest_at))),
    h('dt', {}, 'Last success'), h('dd', {}, when(hook.last_success_at)),
    h('dt', {}, 'Last error'), h('dd', {}, said(hook.last_error), hook.last_error && h('span', { className: 'hint' }, when(hook.last_error.at), ' ', hook.last_error.message)),
    h('dt', {}, 'Lost'), h('dd', {}, `${hook.dropped} dropped, ${hook.given_up} given up, ${hook.missed_while_disabled} while disabled`));

  function failures(hook, path) {
    const { list } = failed.get(hook.id) ?? { list: [] };
    return h('div', { className: 'card', key: `failed ${hook.id}` }, h('h2', {}, 'Failed deliveries'),
      h('p', { className: 'hint' }, 'What the receiver did not take in time. A replay sends the same event with the same id, before what waits in its chat.'),
      table(['Event', 'When', 'Tries', 'Why', ''], list.map((item) => [
        h('code', {}, item.event), when(item.failed_at ?? item.timestamp), String(item.attempts), h('span', { title: item.last_error?.message ?? '' }, said(item.last_error)),
        action('Replay', () => api.post(`${path}/failed/${encodeURIComponent(item.id)}/replay`, { device }).then(draw))]), 'Everything was delivered.'),
      hook.failed > list.length && h('p', { className: 'hint' }, `The newest ${list.length} of ${hook.failed}.`),
      list.length > 0 && h('div', { className: 'actions' }, action('Replay all', () => api.post(`${path}/failed/replay`, { device }).then(draw))));
  }

  function result() {
    const out = h('output', { className: 'hint' });
    out.kept = true;
    return out;
  }
  async function tryOut(button, path) {
    const out = button.closest('form').querySelector('output');
    out.textContent = 'Asking…';
    try {
      const done = await api.post(`${path}/test`, { device });
      out.textContent = done.delivered ? `Delivered in ${done.took_ms} ms.` : `Not delivered: ${said(done.last_error)}; ${done.last_error.message}.`;
    } catch (error) {
      out.textContent = '';
      throw error;
    }
  }

  function card(hook) {
    const path = `/webhooks/${encodeURIComponent(hook.id)}`;
    return [
      h('form', { className: 'card', key: hook.id, onsubmit: (event) => event.preventDefault() },
        h('h2', {}, hook.webhook_url), health(hook),
        h('details', { open: true }, h('summary', {}, 'Settings'), fields(hook)),
        h('div', { className: 'actions' },
          action('Save', (button) => save(button, (wanted) => api.patch(path, { device, body: wanted })), { kind: 'primary' }),
          action('Test', (button) => tryOut(button, path)),
          action('Delete', () => api.delete(path, { device }).then(draw), { kind: 'danger', confirm: 'Stop delivery and drop what is queued?' }), result())),
      failures(hook, path),
    ];
  }
  const addition = () => h('form', { className: 'card', key: 'new', onsubmit: (event) => event.preventDefault() }, h('h2', {}, 'New webhook'), fields(null),
    h('div', { className: 'actions' }, action('Add', (button) => save(button, (wanted) => api.post('/webhooks', { device, body: wanted })), { kind: 'primary' })));

  async function draw() {
    const { webhooks: hooks } = await api.get('/webhooks', { device, signal });
    for (const hook of hooks) {
      const counts = `${hook.failed} ${hook.given_up}`;
      if (failed.get(hook.id)?.counts === counts) continue;
      const list = hook.failed > 0 ? (await api.get(`/webhooks/${encodeURIComponent(hook.id)}/failed`, { device, signal })).failed : [];
      failed.set(hook.id, { counts, list });
    }
    patch(body, hooks.map(card), !hooks.length && !adding && empty('Events go nowhere yet.'), adding && addition(),
      !adding && hooks.length < 8 && h('div', { key: 'add' }, action('Add a webhook', async () => {
        adding = true;
        await draw();
      })));
  }

  while (!signal.aborted) {
    await draw();
    await live.next(kLookMs, signal);
  }
}
