// Call settings and the calls of the last day.
import { badge, action, field, h, patch, replace, table, toggle, when } from '../dom.js';

const outcomes = { confirmed: 'good', delivered: 'good', sent: 'good', unconfirmed: 'warn', refused: 'bad' };
const mark = (text) => (text ? badge(text.replace('_', ' '), outcomes[text]) : '–');

const kLookMs = 20_000;  // for what no event tells

export async function calls({ api, device, body, signal, live }) {
  const recent = h('div', { className: 'card' });
  const settings = await api.get('/calls/settings', { device, signal });
  const reject = toggle('Reject calls', settings.auto_reject, 'One-to-one calls are rejected as they ring.');
  const groups = toggle('Reject group calls', settings.auto_reject_groups);
  const reply = toggle('Answer with a message', settings.auto_reply.enabled, 'Only after a reject, never in groups, never for calls that came late.');
  const message = h('textarea', { rows: 3, maxLength: 4096, value: settings.auto_reply.message });
  const cooldown = h('input', { type: 'number', min: 0, value: settings.auto_reply.cooldown_seconds });
  const allow = h('textarea', { rows: 3, value: settings.allow.join('\n'), spellcheck: false });
  const saved = h('span', { className: 'hint', role: 'status' });
  replace(body,
    h('div', { className: 'card' }, h('h2', {}, 'Incoming calls'), reject.row, groups.row, reply.row,
      field('Message', message), field('At most one reply per caller in (seconds)', cooldown), field('Never reject', allow, 'One number or JID a line.'),
      h('div', { className: 'actions' }, action('Save', async () => {
        saved.textContent = '';
        await api.put('/calls/settings', { device, body: {
          auto_reject: reject.input.checked, auto_reject_groups: groups.input.checked,
          auto_reply: { enabled: reply.input.checked, message: message.value, cooldown_seconds: Number(cooldown.value) },
          allow: allow.value.split('\n').map((line) => line.trim()).filter(Boolean),
        } });
        saved.textContent = 'Saved.';
      }, { kind: 'primary' }), saved)),
    recent);
  while (!signal.aborted) {
    const answer = await api.get('/calls', { device, signal });
    patch(recent, h('h2', {}, 'Last 24 hours'),
      table(['Time', 'Caller', 'Kind', 'State', 'Reject', 'Reply'], answer.calls.map((call) => [
        when(call.timestamp), h('code', {}, call.from_pn ?? call.from_lid ?? '–'), [call.kind, call.is_group && ' (group)', call.offline && ' (late)'],
        call.state, mark(call.reject), mark(call.reply)]), 'Nobody called.'));
    await live.next(kLookMs, signal);
  }
}
