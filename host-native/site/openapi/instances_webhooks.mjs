// Devices, sessions and webhooks.
import { choice, flag, id, integer, list, map, nullable, object, pageNext, pageQuery, ref, text, time, uuid } from './schema.mjs';

const device = { 'device_id?': { ...id('Default: the only device of the user.'), omitFromExample: true } };
const said = (message) => object({ data: object({ message: text('For people.', message), device_id: id('The device.') }) });

const webhookMembers = {
  webhook_url: text('http or https, of a public host unless the operator allows others (--webhook-allow).', 'https://example.com/hook'), enabled_events: list(text('An event name.', 'call.offer'), 'At least one; see GET /webhook/events.', { minItems: 1 }),
  'enabled?': flag('Deliver. While false, events are dropped and counted.'),
  'retry_attempts?': integer('0 to 20 after the first. Chosen, it counts; else the age of an event does.', 3, { minimum: 0, maximum: 20 }),
  'retry_for_seconds?': { ...integer('How old an event may get before it is given up, 1 to 604800; 86400 where neither is chosen. Counts before retry_attempts.', 86400, { minimum: 1, maximum: 604800 }), omitFromExample: true },
  'timeout?': integer('Seconds, 1 to 60.', 30, { minimum: 1, maximum: 60 }), 'secret?': text('Signs every delivery.', 'a-long-random-secret'), 'headers?': map({ type: 'string' }, 'Sent with every delivery.', { 'X-Tenant-Id': 'acme' }),
  'filters?': { ...ref('WebhookFilters'), omitFromExample: true },
};
const webhookBody = object(webhookMembers), webhookChange = object({ ...Object.fromEntries(Object.entries(webhookMembers).map(([name, schema]) => [name.replace(/\??$/, '?'), schema])) });
const errorMembers = { reason: choice('Why.', ['refused', 'dns', 'tls', 'timeout', 'closed', 'address_not_allowed', 'status'], 'status'), status: nullable(integer('The HTTP status; null: no answer.', 500)), message: text('What to look at.', 'the receiver answered, but not with 2xx') };
const disabledNote = { 'note?': { ...text('While it is disabled: what becomes of events.', 'disabled: events are dropped, and counted in missed_while_disabled'), omitFromExample: true } };
const webhookAnswer = (message) => object({ message: text('For people.', message), webhook: ref('Webhook'), ...disabledNote, 'warnings?': { ...list(text('A text.', 'media.retry does not occur yet'), 'Events that were asked for and do not occur yet.'), omitFromExample: true } });
const testAnswer = object({ webhook_id: id('Of the webhook.'), delivered: flag('The receiver answered 2xx.'), status: nullable(integer('What it answered; null: nothing.', 204)), last_error: { ...nullable(object(errorMembers)), examples: [null] }, took_ms: integer('How long it took.', 41) });
const hook = { id: id('Of the webhook.') };
const failedQuery = { 'limit?': { ...integer('1 to 200.', 50, { minimum: 1, maximum: 200 }), omitFromExample: true }, 'before?': { ...text('The `next` of the page before.', '41'), omitFromExample: true } };
const failedPage = object({ failed: list(ref('FailedDelivery'), 'The deliveries.'), count: integer('How many are kept.', 1), next: nullable(text('For `before` of the next page; null at the end.', '41')) });
const replayBody = object({ 'from?': time('RFC 3339 or unix seconds.'), 'to?': { ...time('RFC 3339 or unix seconds.'), omitFromExample: true }, 'events?': { ...list(text('An event name.', 'call.offer'), 'Only these.', { minItems: 1 }), omitFromExample: true } });
const replayedMany = object({ message: text('For people.', 'Deliveries queued again'), replayed: integer('How many.', 3), remaining: integer('Matched, but the queue is full.', 0) });
const replayedOne = object({ message: text('For people.', 'Delivery queued again'), id: id('The event.'), replayed: integer('1.', 1) });
const rotateBody = object({ 'secret?': { ...text('Absent: one is made and returned, once.', 'another-long-random-secret'), omitFromExample: true }, 'overlap_seconds?': integer('0: the old secret ends at once.', 86400, { minimum: 0, maximum: 86400 }) });
const rotated = object({ message: text('For people.', 'Webhook secret rotated'), webhook: ref('Webhook'), 'secret?': text('The one that was made; shown only now.', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw') });

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
    body: webhookBody, ok: webhookAnswer('Webhook configured successfully'), errors: [],
  },
  { method: 'get', path: '/webhook', id: 'getWebhook', tag: 'webhooks', summary: 'Show the webhook, and how it does', ok: object({ webhook: ref('Webhook'), ...disabledNote }), errors: [404] },
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
    body: rotateBody, body_optional: true, ok: rotated, errors: [404, 409],
  },
  {
    method: 'get', path: '/webhook/failed', id: 'listFailedDeliveries', tag: 'webhooks', summary: 'Deliveries that were given up', extension: true, text: 'Newest first. Kept for seven days, at most 1000 of a device. A page holds at most 512 KiB of events, or one.',
    query: failedQuery, ok: failedPage, errors: [],
  },
  {
    method: 'post', path: '/webhook/failed/{id}/replay', id: 'replayFailedDelivery', tag: 'webhooks', summary: 'Send one again', extension: true, text: 'The same event with the same id.', path_params: { id: id('The event.') },
    ok: replayedOne, errors: [404, 409, 429],
  },
  {
    method: 'post', path: '/webhook/failed/replay', id: 'replayFailedDeliveries', tag: 'webhooks', summary: 'Send a range again', extension: true, text: 'By the time they were given up, both ends included; oldest first. Without a body: all.',
    body: replayBody, body_optional: true, ok: replayedMany, errors: [409],
  },
  {
    method: 'post', path: '/webhook/test', id: 'testWebhook', tag: 'webhooks', summary: 'Send a test event', extension: true,
    text: 'Posts one event named webhook.test, signed and with the headers of the webhook, beside the queue and also while it is disabled; answers when the receiver has, or why it has not.', ok: testAnswer, errors: [404, 429, 504],
  },
  { method: 'get', path: '/webhooks', id: 'listWebhooks', tag: 'webhooks', summary: 'All webhooks of the device', extension: true, text: 'The first is the one of /webhook.', ok: object({ webhooks: list(ref('Webhook'), 'In the order of their places.'), count: integer('How many.', 1) }), errors: [] },
  { method: 'post', path: '/webhooks', id: 'addWebhook', tag: 'webhooks', summary: 'Add a webhook', extension: true, text: 'At most eight. Each has a queue of its own: one that fails does not hold up the others. Without a webhook this makes the one of /webhook.', body: webhookBody, ok: webhookAnswer('Webhook configured successfully'), errors: [409] },
  { method: 'get', path: '/webhooks/{id}', id: 'getWebhookById', tag: 'webhooks', summary: 'Show one webhook', extension: true, path_params: hook, ok: object({ webhook: ref('Webhook'), ...disabledNote }), errors: [404] },
  { method: 'patch', path: '/webhooks/{id}', id: 'changeWebhook', tag: 'webhooks', summary: 'Change one webhook', extension: true, text: 'What is absent stays, null takes away.', path_params: hook, body: webhookChange, ok: webhookAnswer('Webhook updated successfully'), errors: [404] },
  { method: 'delete', path: '/webhooks/{id}', id: 'deleteWebhookById', tag: 'webhooks', summary: 'Delete one webhook', extension: true, text: 'With what waits for it, and, but for the first, with its failed deliveries.', path_params: hook, ok: object({ message: text('For people.', 'Webhook deleted successfully') }), errors: [404] },
  { method: 'post', path: '/webhooks/{id}/secret/rotate', id: 'rotateSecretOfWebhook', tag: 'webhooks', summary: 'Rotate the secret of one', extension: true, path_params: hook, body: rotateBody, body_optional: true, ok: rotated, errors: [404, 409] },
  { method: 'post', path: '/webhooks/{id}/test', id: 'testWebhookById', tag: 'webhooks', summary: 'Send a test event to one', extension: true, path_params: hook, ok: testAnswer, errors: [404, 429, 504] },
  { method: 'get', path: '/webhooks/{id}/failed', id: 'listFailedOfWebhook', tag: 'webhooks', summary: 'What one gave up', extension: true, path_params: hook, query: failedQuery, ok: failedPage, errors: [404] },
  { method: 'post', path: '/webhooks/{id}/failed/replay', id: 'replayFailedOfWebhook', tag: 'webhooks', summary: 'Send a range again to one', extension: true, path_params: hook, body: replayBody, body_optional: true, ok: replayedMany, errors: [404, 409] },
  { method: 'post', path: '/webhooks/{id}/failed/{delivery}/replay', id: 'replayOneOfWebhook', tag: 'webhooks', summary: 'Send one again to one', extension: true, path_params: { ...hook, delivery: id('The event.') }, ok: replayedOne, errors: [404, 409, 429] },
  { method: 'post', path: '/user/webhook', id: 'setUserWebhookURL', tag: 'webhooks', summary: 'Webhook for devices to come', text: 'Kept as pending, applied with all events to devices created afterwards.', body: object({ webhook_url: text('The URL.', 'https://example.com/hook') }),
    ok: object({ message: text('For people.', 'Webhook URL saved'), data: object({ webhook_url: text('The URL.', 'https://example.com/hook'), available_events: list(text('A name.', 'message.received'), 'All names.'), events_count: integer('How many.', 58) }) }), errors: [] },
];

export const schemas = {
  Device: object({ id: id('Its id.'), user_id: id('Its user.'), name: text('Its name.', 'Front desk'), whatsapp_jid: nullable(text('Own JID.', '5511999999999:1@s.whatsapp.net')), connected: flag('Online.', false), last_seen: nullable(time('Last online.')), webhook_url: nullable(text('Its webhook.', 'https://example.com/hook')), created_at: time('Created.'), updated_at: time('Changed.') }),
  Webhook: object({ id: id('Its id.'), webhook_url: text('Where.', 'https://example.com/hook'), enabled_events: list(text('A name.', 'call.offer'), 'What.'), enabled: flag('Delivering.'), retry_attempts: integer('After the first.', 3), timeout: integer('Seconds.', 30), headers: map({ type: 'string' }, 'Sent with every delivery. Values are masked.', { 'X-Tenant-Id': '***' }), created_at: time('Created.'), updated_at: time('Changed.'), retry_for_seconds: nullable(integer('How old an event may get; null: attempts count.', 86400)), filters: ref('WebhookFilters'), queued: integer('Events that wait.', 0), oldest_at: { ...nullable(time('When the oldest of them was told.')), examples: [null] }, last_success_at: nullable(time('The last 2xx.')), last_error: { ...nullable(object({ ...errorMembers, at: time('When.') })), examples: [null] }, suspended: flag('The receiver does not answer, and is asked with one post at a time.', false), dropped: integer('The queue was full.', 0), given_up: integer('Moved to the failed deliveries.', 0), missed_while_disabled: integer('Told while it was disabled.', 0), failed: integer('Failed deliveries that are kept.', 0), failed_forgotten: integer('Failed deliveries of the device that were forgotten: too many, too old.', 0), 'previous_secret_valid_until?': { ...time('While a rotation overlaps.'), omitFromExample: true }, 'disabled_reason?': { ...text('Why it was disabled by itself.', 'the receiver answered 410 Gone'), omitFromExample: true } }),
  WebhookFilters: object({ 'chats?': object({ 'kinds?': list(choice('A kind.', ['direct', 'group', 'status', 'newsletter']), 'None: all.'), 'include?': list(text('A JID or number.', '5511888888888@s.whatsapp.net'), 'None: all.'), 'exclude?': list(text('A JID or number.', '120363000000000001@g.us'), 'Never these.') }, 'What is of no chat passes.'), 'from_me?': nullable(flag('Own messages, or those of others; null: both.', false)) }, 'Which of the events are told. `chats` and `from_me` may stand in the body itself, too.'),
  FailedDelivery: object({ id: id('Of the event; the webhook-id of every attempt.'), event: text('Its name.', 'call.offer'), timestamp: time('When it happened.'), failed_at: time('When it was given up.'), attempts: integer('How often it was tried.', 4), last_status: nullable(integer('The last HTTP status; null: no answer.', 500)), last_error: object(errorMembers), data: { type: 'object', description: 'As in the webhook.', examples: [{}] } }),
};
