// Pairing and connection.
import { action, badge, field, h, replace, when } from '../dom.js';

const kinds = { connected: 'good', reconnecting: 'warn', connecting: 'warn', pairing: 'warn', passkey_required: 'bad' };

export async function session({ api, device, body, signal, fail, refresh }) {
  const state = h('div', { className: 'card' }), pairing = h('div', { className: 'card' });
  const picture = h('div', { className: 'qr' }), code = h('div', {});
  replace(body, state, pairing);
  let paired = null;

  async function drawState() {
    const { data } = await api.get('/status', { device, signal });
    replace(state, h('h2', {}, 'Session'),
      h('dl', {},
        h('dt', {}, 'State'), h('dd', {}, badge(data.status.replace('_', ' '), kinds[data.status]), data.reason && h('span', { className: 'hint' }, data.reason)),
        h('dt', {}, 'Number'), h('dd', {}, data.phone_number || '–'),
        h('dt', {}, 'JID'), h('dd', {}, data.jid ? h('code', {}, data.jid) : '–'),
        h('dt', {}, 'Last online'), h('dd', {}, when(data.last_seen)),
        data.retry_in_seconds !== undefined && [h('dt', {}, 'Tries again'), h('dd', {}, `in ${data.retry_in_seconds} s`)]),
      h('div', { className: 'actions' },
        action('Connect', () => api.post('/connect', { device }).then(drawState), { kind: data.connected ? '' : 'primary' }),
        action('Disconnect', () => api.post('/disconnect', { device }).then(drawState)),
        data.is_logged_in && action('Log out', () => api.post('/logout', { device }).then(drawState), { kind: 'danger', confirm: 'Unlink this device from the account?' }),
        action('Delete', () => api.delete(`/devices/${device}`).then(refresh), { kind: 'danger', confirm: 'Delete this device and everything stored about it?' })));
    if (data.is_logged_in === paired) return;
    paired = data.is_logged_in;
    pairing.hidden = paired;
    if (!paired) drawPairing();
  }

  function drawPairing() {
    const phone = h('input', { type: 'tel', placeholder: '5511999999999', autocomplete: 'off' });
    replace(picture);
    replace(code);
    replace(pairing, h('h2', {}, 'Pair with a phone'),
      h('p', { className: 'hint' }, 'On the phone: Linked devices, Link a device. The code is a secret while it lives.'),
      h('div', { className: 'columns' },
        h('div', {}, picture, action('Show the QR code', () => showQr())),
        h('div', {}, field('Or by number', phone), action('Get a code', async () => {
          const { data } = await api.post('/paircode', { body: { phone: phone.value, device_id: device } });
          replace(code, h('output', { className: 'pair-code' }, data.code), h('p', { className: 'hint' }, `For ${data.expires_in} s.`));
        }), code)));
  }

  // Codes rotate: the next one is asked for when the shown one ends, until the device is paired or the panel is left.
  async function showQr() {
    const { data } = await api.get('/qr', { device, signal });
    if (!data.image) return replace(picture, h('code', {}, data.qr_code));
    const left = h('span', {}, data.ttl);
    replace(picture, h('img', { src: data.image, alt: 'QR code for pairing', width: 264, height: 264 }), h('p', { className: 'hint' }, 'Ends in ', left, ' s.'));
    const ends = Date.now() + data.ttl * 1000;
    const tick = () => {
      if (signal.aborted || paired || !picture.contains(left)) return;
      const seconds = Math.ceil((ends - Date.now()) / 1000);
      left.textContent = Math.max(0, seconds);
      if (seconds > 0) setTimeout(tick, 1000);
      else showQr().catch(fail);
    };
    tick();
  }

  while (!signal.aborted) {
    await drawState();
    await new Promise((done) => setTimeout(done, 2500));
  }
}
