// Statuses. Errors nest their code, as published.
import { choice, flag, integer, jid, list, messageId, object, text, time } from './schema.mjs';

const errors = [404, 429, 502, 503, 504];
const colour = (description, example) => ({ ...text(description, example, { pattern: '^#([0-9a-fA-F]{2})?[0-9a-fA-F]{6}$' }), omitFromExample: true });
const listed = list(jid('Who.', '5511888888888@s.whatsapp.net'), 'whitelist: who sees statuses; blacklist: who does not.');
const type = choice('Who sees statuses: the address book, those on the list, or the address book without those on the list.', ['contacts', 'whitelist', 'blacklist'], 'blacklist');

export const schemas = {
  StatusError: object({
    success: { type: 'boolean', const: false },
    error: object({ code: text('Stable: branch on it. invalid_request, invalid_media, upload_failed, upload_timeout, status_failed, status_timeout, privacy_fetch_failed, privacy_update_failed, privacy_update_timeout, device_error, device_disconnected, unauthorized, forbidden, rate_limited.', 'device_disconnected'), message: text('For people; may change.', 'the device is not connected') }),
    error_code: text('The code that every other endpoint would say.', 'DEVICE_NOT_READY'), timestamp: time('When.'),
    'validation?': { ...list(object({ field: text('Which field.', 'text'), message: text('What is wrong.', 'is required') }), 'Every bad field at once.'), omitFromExample: true },
    'upstream_code?': { ...integer('What the service answered.', 479), omitFromExample: true },
  }, 'Errors of /status/text, /status/media and /status/privacy.'),
};

export default [
  {
    method: 'post', path: '/status/text', id: 'sendTextStatus', tag: 'status', summary: 'Post a text as a status', nested: true,
    text: 'It goes to whoever the list of GET /status/privacy lets see it, and to the own phone; who has no LID is left out. Fewer reached are counted in `failed_devices`. Delete it by DELETE /messages/delete with chatJid status@broadcast.',
    query: { 'wait?': { ...integer('Seconds to wait for the service, then 202 with the id.', 10, { minimum: 0, maximum: 60 }), omitFromExample: true } },
    body: object({ text: text('1 to 700 characters.', 'Open until ten today', { minLength: 1, maxLength: 700 }), 'text_color?': colour('#RRGGBB or #AARRGGBB. An extension.', '#ffffff'), 'background_color?': colour('The same, of the background.', '#1e6e4f'), 'font?': { ...integer('0, 1, 2, 6, 7, 8, 9 or 10. An extension.', 1, { minimum: 0, maximum: 10 }), omitFromExample: true } }),
    ok: object({ message_id: messageId('Id of the status.'), timestamp: time('When the service took it.'), status_type: text('text.', 'text'), 'failed_devices?': { ...integer('Devices and people that it could not reach.', 1), omitFromExample: true } }), errors,
  },
  {
    method: 'post', path: '/status/media', id: 'sendMediaStatus', tag: 'status', summary: 'Post an image, a video or a voice note as a status', nested: true,
    text: 'As /status/text, with a file: looked into, sealed and uploaded first. What takes longer than the caller waits goes on as a job: 202 with `job_id`. `view_once` is ignored: there is no such status.',
    query: { 'wait?': { ...integer('Seconds to wait for the service, then 202 with the id.', 10, { minimum: 0, maximum: 60 }), omitFromExample: true } },
    body: object({ media_type: choice('What it is.', ['image', 'video', 'gif', 'audio', 'voice'], 'image'), 'mime_type?': text('Its type, if this server shall not find out.', 'image/jpeg'), 'data?': { ...text('Base64, with or without a data-URI prefix. Exactly one of this and url; or the part data of multipart/form-data; or the body itself, with the other members in the query.', '/9j/4AAQSkZJRg=='), omitFromExample: true }, 'url?': text('Where this server fetches it.', 'https://example.com/image'), 'caption?': text('Up to 1024 characters.', 'Open until ten', { maxLength: 1024 }), 'view_once?': { ...flag('Ignored.', false), omitFromExample: true } }),
    ok: object({ message_id: messageId('Id of the status.'), timestamp: time('When the service took it.'), status_type: text('media_type.', 'image'), mime_type: text('What was sent.', 'image/jpeg'), 'failed_devices?': { ...integer('Devices and people that it could not reach.', 1), omitFromExample: true } }),
    later: object({ success: flag(''), message_id: text('Not known yet.', ''), status: text('processing', 'processing'), chat_jid: jid('The chat.', 'status@broadcast'), job_id: text('For GET /jobs/{id}.', 'job_0123456789abcdef01234567') }), errors: [404, 413, 415, 429, 501, 502, 503, 504],
  },
  {
    method: 'get', path: '/status/privacy', id: 'getStatusPrivacy', tag: 'status', summary: 'Who sees statuses', nested: true,
    text: 'All lists that are stored; the one in force first. What was set here counts until the phone changes it.',
    ok: object({ lists: list(object({ type, default: flag('This one is in force.'), list: listed }), 'At least one.') }), errors: [502, 503, 504],
  },
  {
    method: 'put', path: '/status/privacy', id: 'updateStatusPrivacy', tag: 'status', summary: 'Set who sees statuses', nested: true,
    text: 'Kept in the app state: answers after the service accepted the patch.',
    body: object({ type, 'list?': listed }), ok: object({ type, count: integer('How many are on the list.', 1), list: listed }), errors: [404, 409, 429, 502, 503, 504],
  },
];
