// Pairing and connection, and what the device waits for.
import { action, badge, field, h, patch, replace, when } from '../dom.js';

const kinds = { connected: 'good', reconnecting: 'warn', connecting: 'warn', pairing: 'warn', passkey_required: 'bad' };

const kLookMs = 5000;  // for what no event tells

export async function session({ api, device, body, signal, fail, refresh, live }) {
  const state = h('div', { className: 'card' }), waits = h('div', { className: 'card' }), pairing = h('div', { className: 'card' });
  const picture = h('div', { className: 'qr' }), code = h('div', {});
  replace(body, state, waits, pairing);
  let paired = null;

  async function drawState() {
    const { data } = await api.get('/status', { device, signal });
    patch(state, h('h2', {}, 'Session'),
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
    await drawWaits(data);
    if (data.is_logged_in === paired) return;
    paired = data.is_logged_in;
    pairing.hidden = paired;
    if (!paired) drawPairing();
  }

  async function drawWaits(data) {
    const [{ collections }, { webhooks }] = await Promise.all([api.get('/appstate', { device, signal }), api.get('/webhooks', { device, signal })]);
    const list = [
      !data.is_logged_in && ['a phone', 'that scans the QR code or takes the eight characters'],
      data.is_logged_in && !data.connected && ['the service', data.retry_in_seconds !== undefined ? `next attempt in ${data.retry_in_seconds} s` : data.reason ?? 'somebody must connect it'],
      ...collections.filter((one) => data.is_logged_in && (one.state !== 'ok' || one.pending > 0)).map((one) => [`app state ${one.name}`,
        [one.state !== 'ok' && one.state, one.last_error, one.pending > 0 && `${one.pending} of our changes wait`].filter(Boolean).join('; ')]),
      ...webhooks.filter((one) => one.queued > 0).map((one) => ['a receiver', [`${one.queued} events for ${one.webhook_url}`,
        !one.enabled && 'disabled', one.suspended && one.last_error && one.last_error.message].filter(Boolean).join('; ')]),
    ].filter(Boolean);
    patch(waits, h('h2', {}, 'Waits for'), list.length ? h('dl', {}, list.map(([what, why]) => [h('dt', {}, what), h('dd', {}, why)])) : h('p', { className: 'empty' }, 'Nothing.'));
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
    await live.next(kLookMs, signal);
  }
}
