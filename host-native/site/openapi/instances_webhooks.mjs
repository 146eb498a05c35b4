// Devices, sessions and webhooks.
import { choice, flag, id, integer, list, map, nullable, object, pageNext, pageQuery, ref, text, time, uuid } from './schema.mjs';

const device = { 'device_id?': { ...id('Default: the only device of the user.'), omitFromExample: true } };
const said = (message) => object({ data: object({ message: text('For people.', message), device_id: id('The device.') }) });

export default [
  {
    method: 'post', path: '/devices', id: 'createDevice', tag: 'instances', summary: 'Create a device', status: 201, body: object({ name: text('For people.', 'Front desk') }),
    ok: object({ message: text('For people.', 'Device created successfully'), device: ref('Device'), data: object({ device_id: id('Its id.'), name: text('Its name.', 'Front desk') }) }), errors: [409, 429],
  },
  { method: 'get', path: '/devices', id: 'listDevices', tag: 'instances', summary: 'List the devices of the tenant', query: pageQuery, ok: object({ devices: list(ref('Device'), 'The devices.'), ...pageNext }), errors: [] },
  {
    method: 'delete', path: '/devices/{id}', id: 'disconnectDevice', tag: 'instances', summary: 'Delete a device', text: 'Logs the device out, connecting it once more for that if need be, then erases everything about it.', path_params: { id: id('The device.') },
    ok: object({ message: text('For people.', 'Device disconnected'), logged_out: flag('false: the service could not be told in time; unlink it on the phone.', true) }), errors: [404, 504],
  },
  {
    method: 'get', path: '/user/devices', id: 'getMyDevices', tag: 'instances', summary: 'List own devices', query: pageQuery,
    ok: object({ data: object({ devices: list(object({ id: id('Its id.'), name: text('Its name.', 'Front desk'), connected: flag('Online.', false), last_seen: nullable(time('Last online.')), created_at: time('Created.') }), 'Own devices.'), count: integer('How many, in this page.', 1), user_id: id('The user.') }), ...pageNext }), errors: [],
  },
  {
    method: 'get', path: '/status', id: 'checkSessionStatus', tag: 'instances', summary: 'State of the session', query: device,
    ok: object({ data: object({ connected: flag('Online.', false), status: choice('More exactly.', ['connected', 'connecting', 'pairing', 'reconnecting', 'disconnected', 'passkey_required'], 'disconnected'), device_id: id('The device.'), jid: text('Own JID; empty when not paired.', ''), phone_number: text('Own number.', ''), is_logged_in: flag('Paired.', false), last_seen: nullable(time('Last online.')) }) }), errors: [],
  },
  { method: 'post', path: '/connect', id: 'connectSession', tag: 'instances', summary: 'Connect with the stored credentials', query: device, body: object(device), body_optional: true,
    ok: object({ data: object({ status: text('connected or disconnected.', 'disconnected'), device_id: id('The device.'), needs_qr: flag('Pair it first.') }) }), errors: [404, 429, 502, 503, 504] },
  { method: 'post', path: '/disconnect', id: 'disconnectSession', tag: 'instances', summary: 'Close the connection, keep the credentials', body: object(device), body_optional: true, ok: said('Disconnected'), errors: [404] },
  { method: 'post', path: '/logout', id: 'logoutInstance', tag: 'instances', summary: 'Unlink the device', text: 'Whatever the connection is: it is brought up once more when it is down, and what is stored is forgotten in any case.', body: object(device), body_optional: true,
    ok: object({ data: object({ message: text('For people.', 'Logged out'), device_id: id('The device.'), service_told: flag('false: the service did not confirm it; remove the device on the phone if it still shows it.') }) }), errors: [404, 429, 503] },
  {
    method: 'get', path: '/qr', id: 'generateSessionQrCode', tag: 'instances', summary: 'QR code for pairing',
    query: { ...device, 'reuse_cache?': { ...flag('false: always a new code. Aliases: reuse, use_cache, cached.'), omitFromExample: true }, 'refresh?': { ...flag('A new code; a device that is linked and disconnected is forgotten and starts over. Aliases: force_refresh, force_new.', false), omitFromExample: true } },
    ok: object({ data: object({ qr_code: text('Text of the code. A secret while it lives.', '2@…'), 'image?': text('The code as a data: URI (PNG).', 'data:image/png;base64,…'), cached: flag('Shown before.', false), expires_at: time('When it ends.'), ttl: integer('Seconds left.', 60) }) }), errors: [409, 429, 502, 504],
  },
  { method: 'get', path: '/qr/status', id: 'getSessionQrStatus', tag: 'instances', summary: 'Is there a QR code', query: { device_id: id('The device.') }, ok: object({ data: object({ exists: flag('There is one.', false), generated_at: nullable(time('Since.')) }) }), errors: [404] },
  {
    method: 'post', path: '/paircode', id: 'generateSessionPairCode', tag: 'instances', summary: 'Eight-character code for pairing', query: { 'refresh?': { ...flag('A new code; a device that is linked and disconnected is forgotten and starts over.', false), omitFromExample: true } },
    body: object({ phone: text('The account\'s number.', '5511999999999'), ...device, 'reuse_cache?': { ...flag('false: always a new code.'), omitFromExample: true } }),
    ok: object({ data: object({ code: text('To be typed on the phone.', 'ABCD-1234'), phone: text('The number.', '5511999999999'), expires_in: integer('Seconds.', 160), cached: flag('Shown before.', false), instructions: text('What to do on the phone.', 'No WhatsApp do celular: Aparelhos conectados > Conectar um aparelho') }) }), errors: [409, 429, 502, 504],
  },
  {
    method: 'get', path: '/privacy', id: 'getPrivacySettings', tag: 'instances', summary: 'Privacy settings of the account',
    ok: object({ data: map({ type: 'string' }, 'all, contacts, contact_blacklist, match_last_seen, none …', { GroupAdd: 'all', LastSeen: 'contacts', Status: 'contacts', Profile: 'all', ReadReceipts: 'all', CallAdd: 'all', Online: 'all', Messages: 'all', Defense: 'off', Stickers: 'contacts' }) }), errors: [503, 504],
  },
  { method: 'post', path: '/profile/picture', id: 'setProfilePicture', tag: 'instances', summary: 'Set the account\'s picture', body: object({ image_base64: text('A JPEG, base64, with or without data: prefix.', '/9j/4AAQSkZJRg==') }), ok: object({ picture_id: text('Id of the new picture.', '1781531102') }), errors: [502, 503, 504] },

  {
    method: 'post', path: '/webhook', id: 'configureWebhook', tag: 'webhooks', summary: 'Configure the device\'s webhook', text: 'Over a webhook that is there, a member that is absent keeps its value (webhook_url and enabled_events, too), and null takes it away; so do the members of headers. Secret and header values are never shown again: a header value of *** keeps the one that is set. A webhook that its receiver had disabled (410) is enabled again when webhook_url is named.',
    body: object({ webhook_url: text('http or https, of a public host unless the operator allows others.', 'https://example.com/hook'), enabled_events: list(text('An event name.', 'call.offer'), 'At least one; see GET /webhook/events.', { minItems: 1 }), 'enabled?': flag('Deliver.'),
      'retry_attempts?': integer('0 to 20.', 3, { minimum: 0, maximum: 20 }), 'timeout?': integer('Seconds, 1 to 60.', 30, { minimum: 1, maximum: 60 }), 'secret?': text('Signs every delivery.', 'a-long-random-secret'), 'headers?': map({ type: 'string' }, 'Sent with every delivery.', { 'X-Tenant-Id': 'acme' }) }),
    ok: object({ message: text('For people.', 'Webhook configured successfully'), webhook: ref('Webhook'), 'warnings?': { ...list(text('A text.', 'media.retry does not occur yet'), 'Events that were asked for and do not occur yet.'), omitFromExample: true } }), errors: [],
  },
  { method: 'get', path: '/webhook', id: 'getWebhook', tag: 'webhooks', summary: 'Show the webhook', ok: object({ webhook: ref('Webhook') }), errors: [404] },
  { method: 'delete', path: '/webhook', id: 'deleteWebhook', tag: 'webhooks', summary: 'Stop delivery', ok: object({ message: text('For people.', 'Webhook deleted successfully') }), errors: [404] },
  { method: 'get', path: '/webhook/events', id: 'getAvailableWebhookEvents', tag: 'webhooks', summary: 'Event names', ok: object({ events: list(text('A name.', 'message.received'), 'Published names.'), extensions: list(text('A name.', 'call.auto_reply'), 'Our own.'), produced: list(text('A name.', 'message.received'), 'Of both: those that occur.'), not_produced: list(text('A name.', 'media.retry'), 'Those that do not occur yet.') }), errors: [] },
  {
    method: 'get', path: '/events', id: 'listEvents', tag: 'webhooks', summary: 'Watch events as they happen', extension: true,
    text: 'Long polling, for dashboards and for trying things out. Not a record: what must not be lost goes to the webhook.',
    query: { 'after?': { ...integer('The `next` of an earlier answer.', 1781531102000000), omitFromExample: true }, 'wait?': integer('Seconds to wait when there is nothing, 0 to 30.', 20, { minimum: 0, maximum: 30 }) },
    ok: object({ events: list(object({ number: integer('Grows.', 1781531102000001), event: text('Its name.', 'call.offer'), timestamp: time('When.'), data: { type: 'object', description: 'As in the webhook.', examples: [{}] } }), 'Oldest first.'), next: integer('For `after` of the next question.', 1781531102000002) }), errors: [429],
  },
  {
    method: 'post', path: '/webhook/secret/rotate', id: 'rotateWebhookSecret', tag: 'webhooks', summary: 'Rotate the secret', extension: true,
    text: 'For overlap_seconds both secrets count: webhook-signature carries a signature by each, the new one first; the signature in the envelope stays the previous secret\'s until then.',
    body: object({ 'secret?': { ...text('Absent: one is made and returned, once.', 'another-long-random-secret'), omitFromExample: true }, 'overlap_seconds?': integer('0: the old secret ends at once.', 86400, { minimum: 0, maximum: 86400 }) }), body_optional: true,
    ok: object({ message: text('For people.', 'Webhook secret rotated'), webhook: ref('Webhook'), 'secret?': text('The one that was made; shown only now.', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') }), errors: [404, 409],
  },
  {
    method: 'get', path: '/webhook/failed', id: 'listFailedDeliveries', tag: 'webhooks', summary: 'Deliveries that were given up', extension: true, text: 'Newest first. Kept for seven days, at most 1000 of a device. A page holds at most 512 KiB of events, or one.',
    query: { 'limit?': { ...integer('1 to 200.', 50, { minimum: 1, maximum: 200 }), omitFromExample: true }, 'before?': { ...text('The `next` of the page before.', '41'), omitFromExample: true } },
    ok: object({ failed: list(ref('FailedDelivery'), 'The deliveries.'), count: integer('How many are kept.', 1), next: nullable(text('For `before` of the next page; null at the end.', '41')) }), errors: [],
  },
  {
    method: 'post', path: '/webhook/failed/{id}/replay', id: 'replayFailedDelivery', tag: 'webhooks', summary: 'Send one again', extension: true, text: 'The same event with the same id.', path_params: { id: id('The event.') },
    ok: object({ message: text('For people.', 'Delivery queued again'), id: id('The event.'), replayed: integer('1.', 1) }), errors: [404, 409, 429],
  },
  {
    method: 'post', path: '/webhook/failed/replay', id: 'replayFailedDeliveries', tag: 'webhooks', summary: 'Send a range again', extension: true, text: 'By the time they were given up, both ends included; oldest first. Without a body: all.',
    body: object({ 'from?': time('RFC 3339 or unix seconds.'), 'to?': { ...time('RFC 3339 or unix seconds.'), omitFromExample: true }, 'events?': { ...list(text('An event name.', 'call.offer'), 'Only these.', { minItems: 1 }), omitFromExample: true } }), body_optional: true,
    ok: object({ message: text('For people.', 'Deliveries queued again'), replayed: integer('How many.', 3), remaining: integer('Matched, but the queue is full.', 0) }), errors: [409],
  },
  { method: 'post', path: '/user/webhook', id: 'setUserWebhookURL', tag: 'webhooks', summary: 'Webhook for devices to come', text: 'Kept as pending, applied with all events to devices created afterwards.', body: object({ webhook_url: text('The URL.', 'https://example.com/hook') }),
    ok: object({ message: text('For people.', 'Webhook URL saved'), data: object({ webhook_url: text('The URL.', 'https://example.com/hook'), available_events: list(text('A name.', 'message.received'), 'All names.'), events_count: integer('How many.', 58) }) }), errors: [] },
];

export const schemas = {
  Device: object({ id: id('Its id.'), user_id: id('Its user.'), name: text('Its name.', 'Front desk'), whatsapp_jid: nullable(text('Own JID.', '5511999999999:1@s.whatsapp.net')), connected: flag('Online.', false), last_seen: nullable(time('Last online.')), webhook_url: nullable(text('Its webhook.', 'https://example.com/hook')), created_at: time('Created.'), updated_at: time('Changed.') }),
  Webhook: object({ id: id('Its id.'), webhook_url: text('Where.', 'https://example.com/hook'), enabled_events: list(text('A name.', 'call.offer'), 'What.'), enabled: flag('Delivering.'), retry_attempts: integer('After the first.', 3), timeout: integer('Seconds.', 30), headers: map({ type: 'string' }, 'Sent with every delivery. Values are masked.', { 'X-Tenant-Id': '***' }), created_at: time('Created.'), updated_at: time('Changed.'), 'previous_secret_valid_until?': { ...time('While a rotation overlaps.'), omitFromExample: true }, 'disabled_reason?': { ...text('Why it was disabled by itself.', 'the receiver answered 410 Gone'), omitFromExample: true } }),
  FailedDelivery: object({ id: id('Of the event; the webhook-id of every attempt.'), event: text('Its name.', 'call.offer'), timestamp: time('When it happened.'), failed_at: time('When it was given up.'), attempts: integer('How often it was tried.', 4), last_status: nullable(integer('The last HTTP status; null: no answer.', 500)), data: { type: 'object', description: 'As in the webhook.', examples: [{}] } }),
};
