// Messages that arrive while one looks, newest first, with their files: fetched, verified and shown when asked for.
import { action, badge, empty, h, replace } from '../dom.js';

const kRowsMax = 100;

const kilo = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`);
const facts = (media) => [
  media.mimetype, media.file_size !== undefined && kilo(media.file_size), media.width && `${media.width} × ${media.height}`,
  media.seconds && `${media.seconds} s`, media.pages && `${media.pages} pages`,
].filter(Boolean).join(', ');

// The file as an element. What may run scripts is only offered for saving: the page trusts no sender.
function shown(blob, media, kind) {
  const url = URL.createObjectURL(blob);
  const name = media.file_name || `${kind}.${(media.mimetype || '').split(/[/;]/)[1] || 'bin'}`;
  const save = h('a', { href: url, download: name }, `Save ${name}`);
  const type = (media.mimetype || '').split(';')[0];
  if (/^image\/(jpeg|png|webp|gif)$/.test(type)) return h('figure', {}, h('img', { src: url, alt: `The ${kind} of this message` }), save);
  if (type.startsWith('audio/')) return h('figure', {}, h('audio', { src: url, controls: true }), save);
  if (type.startsWith('video/')) return h('figure', {}, h('video', { src: url, controls: true }), save);
  return save;
}

export async function messages({ api, device, body, signal, live }) {
  const rows = h('div', { className: 'messages', role: 'log', ariaLive: 'polite' });
  const none = empty('No message has arrived since this page was opened.');
  replace(body, h('div', { className: 'card' }, h('h2', {}, 'Incoming messages'), none, rows));
  const asked = new Map();   // message id -> what is done when the phone has sent its file again

  const row = ({ data, timestamp }) => {
    const media = data.media;
    const place = h('div', { className: 'file' });
    if (media) {
      const small = media.thumbnail && h('img', { className: 'thumbnail', alt: '', src: `data:image/jpeg;base64,${media.thumbnail}` });
      const load = async () => {
        const answer = await api.file(`/messages/${encodeURIComponent(data.message_id)}/media`, { device, signal, query: { chat_jid: data.chat_jid ?? data.from } });
        if (answer instanceof Blob) return replace(place, shown(answer, media, data.message_type));
        asked.set(data.message_id, load);
        replace(place, h('span', { className: 'hint' }, 'The servers no longer have this file: the phone was asked to send it again.'));
      };
      replace(place, small, h('span', { className: 'hint' }, facts(media)), action('Show', load));
    }
    return h('article', {},
      h('header', {}, h('time', { dateTime: timestamp }, new Date(timestamp).toLocaleTimeString()), badge(data.message_type, 'message'),
        h('strong', {}, data.push_name || data.from_pn || data.from || ''), h('span', { className: 'hint' }, data.chat_jid ?? data.from ?? '')),
      data.content && h('p', {}, data.content), place);
  };

  live.each((item) => {
    if (item.event === 'media.retry') {
      const again = asked.get(item.data.message_id);
      asked.delete(item.data.message_id);
      again?.().catch(() => {});
    }
    if (item.event !== 'message.received' && item.event !== 'status.received') return;
    rows.prepend(row(item));
    while (rows.children.length > kRowsMax) rows.lastChild.remove();
    none.hidden = true;
  }, signal);
}
