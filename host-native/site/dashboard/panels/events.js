// Events as they happen, newest first.
import { badge, empty, h, replace } from '../dom.js';

const kRowsMax = 300;
const families = { call: 'call', message: 'message', chat: 'chat', app_state: 'chat', device: 'device', connection: 'device', qr: 'device', pair: 'device' };

export async function events({ body, signal, live }) {
  const filter = h('input', { type: 'search', placeholder: 'Filter, as in call.offer', ariaLabel: 'Filter', oninput: () => {
    for (const row of rows.children) row.hidden = !row.dataset.text?.includes(filter.value.trim());
  } });
  const rows = h('div', { className: 'events', role: 'log', ariaLive: 'polite' });
  const none = empty('Waiting for something to happen.');
  replace(body, h('div', { className: 'card' }, h('h2', {}, 'Live events'), filter, none, rows));
  live.each((item) => {
    const text = JSON.stringify(item.data, null, 2);
    const row = h('details', {}, h('summary', {}, h('time', { dateTime: item.timestamp }, new Date(item.timestamp).toLocaleTimeString()), badge(item.event, families[item.event.split('.')[0]] ?? ''),
      h('span', { className: 'hint' }, item.data.chat_jid ?? item.data.from_pn ?? item.data.from ?? '')), h('pre', {}, text));
    row.dataset.text = `${item.event} ${text}`;
    row.hidden = !row.dataset.text.includes(filter.value.trim());
    rows.prepend(row);
    while (rows.children.length > kRowsMax) rows.lastChild.remove();
    none.hidden = true;
  }, signal);
}
