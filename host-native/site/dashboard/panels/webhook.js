// Where events go, and those that did not arrive.
import { action, field, h, replace, table, toggle, when } from '../dom.js';

export async function webhook({ api, device, body, signal }) {
  const config = h('div', { className: 'card' }), failed = h('div', { className: 'card' });
  replace(body, config, failed);
  const names = await api.get('/webhook/events', { signal });

  async function drawConfig() {
    let now = null;
    try {
      now = (await api.get('/webhook', { device, signal })).webhook;
    } catch (error) {
      if (error.status !== 404) throw error;
    }
    const url = h('input', { type: 'url', value: now?.webhook_url ?? '', placeholder: 'https://example.com/hook' });
    const chosen = h('textarea', { rows: 6, spellcheck: false, value: (now?.enabled_events ?? [...names.events, ...names.extensions]).join('\n') });
    const secret = h('input', { type: 'password', autocomplete: 'new-password', placeholder: now ? 'unchanged' : '' });
    const enabled = toggle('Deliver', now?.enabled ?? true);
    replace(config, h('h2', {}, 'Webhook'), enabled.row, field('URL', url), field('Events', chosen, 'One a line.'), field('Secret', secret, 'Signs every delivery; never shown again.'),
      h('div', { className: 'actions' },
        action('Save', async () => {
          await api.post('/webhook', { device, body: { webhook_url: url.value.trim(), enabled_events: chosen.value.split('\n').map((line) => line.trim()).filter(Boolean), enabled: enabled.input.checked,
            ...(secret.value && { secret: secret.value }) } });
          await drawConfig();
        }, { kind: 'primary' }),
        now && action('Delete', () => api.delete('/webhook', { device }).then(drawConfig), { kind: 'danger', confirm: 'Stop delivery and drop what is queued?' })));
  }

  async function drawFailed() {
    const answer = await api.get('/webhook/failed', { device, signal });
    replace(failed, h('h2', {}, 'Failed deliveries'),
      h('p', { className: 'hint' }, 'What the receiver did not take after all attempts. A replay sends the same event with the same id.'),
      table(['Event', 'When', 'Last answer', ''], answer.failed.map((item) => [
        h('code', {}, item.event), when(item.failed_at ?? item.timestamp), item.last_status ? String(item.last_status) : 'no answer',
        action('Replay', () => api.post(`/webhook/failed/${encodeURIComponent(item.id)}/replay`, { device }).then(drawFailed))]), 'Everything was delivered.'));
  }

  await drawConfig();
  while (!signal.aborted) {
    await drawFailed();
    await new Promise((done) => setTimeout(done, 5000));
  }
}
