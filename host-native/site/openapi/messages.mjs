// Messages.
import { choice, flag, id, integer, jid, list, messageId, number, object, phone, text, time, uuid } from './schema.mjs';

const to = phone();
const metadata = { type: 'object', description: 'What was done on the way.', examples: [{ device_id: uuid, user_id: uuid, processing_time_ms: 120, sent_at: '2026-06-15T13:45:02Z' }] };
const sent = (more = {}) => object({ message_id: messageId('Id of the new message.'), timestamp: time('When the service took it.'), status: text('`sent`: the service acknowledged it.', 'sent'), chat_jid: jid('The chat.'), ...more, metadata });
const flat = (more = {}) => object({ message_id: messageId('Id of the new message.'), timestamp: time('When the service took it.'), message: text('For people.', 'Message sent successfully'), ...more });
const unverified = { 'outcome?': { ...text('unverified: no message of this id is known to have been sent from here; unchanged: there was nothing to do.', 'unverified'), omitFromExample: true }, 'warning?': { ...text('What that means.', ''), omitFromExample: true } };
const errors = [404, 429, 502, 503, 504];
const contact = object({ display_name: text('Name shown.', 'Maria Silva'), phone: text('Number.', '5511999999999'), 'first_name?': text('First name.', 'Maria'), 'last_name?': text('Last name.', 'Silva'), 'company?': text('Company.', 'Acme'), 'email?': text('E-mail.', 'maria@example.com') });

const later = object({ success: flag(''), message_id: text('Not known yet.', ''), status: text('processing', 'processing'), chat_jid: jid('The chat.'), job_id: text('For GET /jobs/{id}.', 'job_0123456789abcdef01234567') });
const fileErrors = [404, 413, 415, 429, 501, 502, 503, 504];
// A file: base64, a URL, or a part of a form.
const fileOf = (name, what) => ({
  [`${name}?`]: { ...text(`${what}: base64, with or without a data-URI prefix. Exactly one of this and ${name}_url; or the part ${name} of multipart/form-data; or the body itself, with the other members in the query.`, '/9j/4AAQSkZJRg=='), omitFromExample: true },
  [`${name}_url?`]: text(`${what}: where this server fetches it.`, `https://example.com/${name}`),
});
const caption = { 'caption?': text('Up to 1024 characters.', 'Look', { maxLength: 1024 }) };
const viewOnce = { 'viewOnce?': { ...flag('Can be seen once.', false), omitFromExample: true } };
const jobs = 'The file is looked into, sealed, uploaded and sent; what could not be done stands in `warnings`. What takes longer than the caller waits goes on as a job: 202 with `job_id`.';
// What every message may be asked beside its content.
const quoted = { ...object({ key: object({ id: messageId('Quoted message.'), 'fromMe?': flag('It was ours.', false), 'participant?': jid('Its sender, in a group.') }), 'message?': object({ 'conversation?': text('Its text.', 'Good morning') }), 'type?': text('What it is: text, image, video, audio, document, poll, list, ... An extension.', 'text') }), omitFromExample: true };
const answered = { ...object({ message_id: messageId('Quoted message.'), 'participant?': jid('Its sender, in a group.'), 'fromMe?': flag('It was ours.', false), 'body?': text('Its text.', 'Yes or no?'), 'type?': { ...text('What it is: buttons, list, ... An extension.', 'buttons'), omitFromExample: true } }) };
const extras = {
  'delay?': { ...integer('Seconds to wait first.', 0), omitFromExample: true },
  'mentioned?': { ...list(jid('Who.'), 'People of a group who are mentioned.'), omitFromExample: true },
  'forwarded?': { ...flag('Shown as forwarded. An extension.', false), omitFromExample: true },
  'forwarding_score?': { ...integer('How often it was forwarded, this time included; from 5 on "many times". An extension.', 1), omitFromExample: true },
};
const around = { 'quoted?': quoted, ...extras };
const warned = { 'warnings?': { ...list(text('For people.', 'phones show buttons; WhatsApp Web and Desktop say that the message cannot be loaded'), 'What is known of how clients show it.'), omitFromExample: true } };
const asText = { 'as_text?': { ...flag('Sent as numbered lines instead, which everybody can read. An extension.', false), omitFromExample: true } };
const footer = { 'footer?': text('Small, below.', 'Aurora') };
const requestKey = { anyOf: [{ type: 'string' }, { type: 'object', properties: { id: { type: 'string' }, fromMe: { type: 'boolean' }, remoteJid: { type: 'string' }, participant: { type: 'string' } }, required: ['id'] }], description: 'Id of the request, or its key; in a group with its participant.', examples: ['3EB0A9253FA64269E11C9D'] };

export default [
  {
    method: 'post', path: '/send/image', id: 'sendImageMessage', tag: 'messages', summary: 'Send an image', text: jobs,
    body: object({ number: to, ...fileOf('image', 'The image'), ...caption, ...around, ...viewOnce }), ok: sent(), later, errors: fileErrors,
  },
  {
    method: 'post', path: '/send/video', id: 'sendVideoMessage', tag: 'messages', summary: 'Send a video', text: jobs,
    body: object({ number: to, ...fileOf('video', 'The video'), ...caption, ...around, ...viewOnce, 'seconds?': { ...integer('How long it is, if this server cannot tell.', 7), omitFromExample: true }, 'generateThumbnail?': { ...flag('Make a preview; default true.'), omitFromExample: true }, 'convertToMP4?': { ...flag('Convert what phones do not play; default true.'), omitFromExample: true }, 'gif?': { ...flag('Plays by itself, without sound. An extension.', false), omitFromExample: true }, 'ptv?': { ...flag('A round video note. An extension.', false), omitFromExample: true } }), ok: sent(), later, errors: fileErrors,
  },
  {
    method: 'post', path: '/send/audio', id: 'sendAudioMessage', tag: 'messages', summary: 'Send an audio or a voice note', text: jobs,
    body: object({ number: to, ...fileOf('audio', 'The audio'), 'ptt?': flag('A voice note.', true), ...around, ...viewOnce }), ok: sent(), later, errors: fileErrors,
  },
  {
    method: 'post', path: '/send/document', id: 'sendDocumentMessage', tag: 'messages', summary: 'Send a document', text: jobs,
    body: object({ number: to, ...fileOf('document', 'The document'), 'file_name?': text('With its extension. Needed with document_url.', 'bill.pdf', { maxLength: 255 }), 'mime_type?': { ...text('What it is, if this server shall not find out.', 'application/pdf'), omitFromExample: true }, ...caption, ...around }), ok: sent(), later, errors: fileErrors,
  },
  {
    method: 'post', path: '/send/sticker', id: 'sendStickerMessage', tag: 'messages', summary: 'Send a sticker', text: `${jobs} WebP, at most 500 KB.`,
    body: object({ to, ...fileOf('sticker', 'The sticker'), 'is_animated?': { ...flag('It moves, if this server cannot tell.', false), omitFromExample: true }, ...around }), ok: flat({ is_animated: flag('It moves.', false) }), later, errors: fileErrors,
  },
  {
    method: 'get', path: '/jobs/{id}', id: 'getJob', tag: 'messages', summary: 'What became of a file that was to be sent', extension: true, path_params: { id: text('Of an answer 202.', 'job_0123456789abcdef01234567') },
    text: 'For seven days after it ended. A job with a URL begins anew after a restart; one whose bytes came with the request ends as failed, with the reason `restarted`.',
    ok: object({ job_id: text('The job.', 'job_0123456789abcdef01234567'), status: choice('How far its message came.', ['processing', 'sent', 'failed'], 'sent'), stage: choice('What is done with the file.', ['waiting', 'fetching', 'inspecting', 'sealing', 'uploading', 'uploaded', 'failed'], 'uploaded'), message_id: messageId('Of its message, for GET /messages/{id}.'), chat_jid: jid('The chat.'), kind: text('What it is sent as.', 'image'), created_at: time('When it was begun.'), updated_at: time('When it came to this stage.'),
      'reason?': { ...text('Why it failed: restarted, not_fetched, not_allowed, timeout, too_large, wrong_type, no_room, refused, unreachable, throttled, unsupported, lost, unpaired, or that of its message.', 'wrong_type'), omitFromExample: true }, 'error?': { ...text('The same for people.', ''), omitFromExample: true }, 'upstream_code?': { ...integer('What was answered.', 404), omitFromExample: true }, 'warnings?': { ...list(text('What could not be done.', ''), 'What could not be done.'), omitFromExample: true } }), errors: [404],
  },
  {
    method: 'get', path: '/messages/{id}/media', id: 'getMessageMedia', tag: 'messages', summary: 'The file of a message', path_params: { id: messageId('The message.') }, status: 202,
    text: 'Of messages of the last 30 days, sent or received. The file is verified before a byte of it is shown. A single range and If-None-Match are understood. When the service has lost it, the own phone is asked to upload it again: 202 with `retry_requested`, then the event media.retry.',
    file: 'The file, with Content-Type, Content-Disposition and ETag; 206 with a part of it.', ok: object({ status: text('retry_requested', 'retry_requested') }), errors: [404, 410, 416, 429, 502, 503, 504],
  },
  {
    method: 'head', path: '/messages/{id}/media', id: 'headMessageMedia', tag: 'messages', summary: 'The file of a message, without its bytes', extension: true, path_params: { id: messageId('The message.') }, status: 202,
    file: 'The headers of GET.', ok: object({ status: text('retry_requested', 'retry_requested') }), errors: [404, 410, 429, 502, 503, 504],
  },
  {
    method: 'post', path: '/send/text', id: 'sendText', tag: 'messages', summary: 'Send a text',
    text: 'The message is stored before it is sent and survives a restart. Success means the service acknowledged it.',
    body: object({ number: to, text: text('1 to 4096 characters.', 'Hello', { minLength: 1, maxLength: 4096 }),
      'typingDuration?': { ...integer('Seconds for which typing is shown before the message leaves.', 2), omitFromExample: true },
      ...around,
      'link_preview?': { ...object({ title: text('Title.', 'Example'), 'description?': text('Description.', 'A page'), 'video?': flag('With a play mark.', false), 'thumbnail?': text('JPEG in base64, up to 64 KiB.', '/9j/') }, 'What is shown of the first link of the text. Nothing is fetched. An extension.'), omitFromExample: true } }),
    ok: sent(), errors,
  },
  {
    method: 'post', path: '/send/text/mentions', id: 'sendTextMentions', tag: 'messages', summary: 'Send a text that mentions people',
    text: 'Groups only. Positions are [start, end) in characters of the text as given: what stands there becomes @number, unless it says so already. Without a position, and with silent, the text stays as it is. Everybody: those who are in the group when the message leaves. The event mention.sent follows message.sent.',
    body: object({ number: jid('The group.', '120363000000000000@g.us'), text: text('The text.', 'Hello @5511999999999'),
      mentions: object({ 'mentionAll?': flag('Everybody.', false), 'mentionAllPosition?': { ...list(integer('Offset.', 0), 'Start and end.'), omitFromExample: true }, 'silent?': flag('Without the names in the text.', false),
        'specificUsers?': list(object({ jid: jid('Who.'), 'name?': text('Name.', 'Maria'), 'position?': list(integer('Offset.', 6), 'Start and end.') }), 'Who is mentioned.') }), 'typingDuration?': { ...integer('Seconds.', 2), omitFromExample: true } }),
    ok: sent(), errors,
  },
  {
    method: 'post', path: '/send/reaction', id: 'sendReaction', tag: 'messages', summary: 'React to a message',
    body: object({ number: to, messageId: messageId('The message reacted to.'), reaction: text('An emoji; empty removes the reaction.', '👍'), 'fromMe?': flag('The message was ours.', false), 'participant?': { ...jid('Its sender, in a group.'), omitFromExample: true } }),
    ok: sent(), errors,
  },
  {
    method: 'post', path: '/send/location', id: 'sendLocation', tag: 'messages', summary: 'Send a location',
    body: object({ to, latitude: number('Degrees.', -23.55052), longitude: number('Degrees.', -46.633308), 'name?': text('Name of the place.', 'Office'), 'address?': text('Address.', 'Rua Exemplo 1'), 'url?': { ...text('Link.', 'https://example.com'), omitFromExample: true }, 'comment?': { ...text('Comment.', 'Here'), omitFromExample: true }, ...around }),
    ok: flat(), errors,
  },
  { method: 'post', path: '/send/contact', id: 'sendContact', tag: 'messages', summary: 'Send a contact card', body: object({ to, contact, ...around }), ok: flat(), errors },
  {
    method: 'post', path: '/send/contacts', id: 'sendContacts', tag: 'messages', summary: 'Send contact cards',
    body: object({ to, contacts: list(contact, 'At least one.', { minItems: 1 }), ...around }), ok: flat({ contact_count: integer('How many.', 1) }), errors,
  },
  {
    method: 'post', path: '/send/poll', id: 'sendPollMessage', tag: 'messages', summary: 'Send a poll',
    body: object({ to, question: text('The question.', 'Lunch?'), options: list(object({ option_name: text('An answer.', 'Pizza') }), '2 to 12.', { minItems: 2, maxItems: 12, examples: [[{ option_name: 'Pizza' }, { option_name: 'Salad' }]] }), 'allow_multiple_answers?': flag('More than one answer.', false), ...around }),
    ok: flat({ options_count: integer('How many answers.', 2), multiple_choice: flag('More than one answer.', false) }), errors,
  },
  {
    method: 'post', path: '/send/live-location', id: 'sendLiveLocation', tag: 'messages', summary: 'Send a live location',
    text: 'Only where it is at first: how such a location moves on and ends is not known, and `duration_in_seconds` does not stand in the message.',
    body: object({ to, latitude: number('Degrees.', -22.9068), longitude: number('Degrees.', -43.1729), 'accuracy_in_meters?': integer('Metres.', 12), 'speed_in_mps?': number('Metres a second.', 3.5), 'degrees_clockwise_from_magnetic_north?': integer('0 to 359.', 90), 'caption?': text('Text.', 'On my way'),
      'sequence_number?': { ...integer('Grows; default: the time.', 1), omitFromExample: true }, 'time_offset?': { ...integer('Seconds.', 0), omitFromExample: true }, 'duration_in_seconds?': { ...integer('Not sent.', 3600), omitFromExample: true }, ...around }),
    ok: flat(warned), errors,
  },
  {
    method: 'post', path: '/send/buttons', id: 'sendButtonsMessage', tag: 'messages', summary: 'Send buttons',
    text: 'Phones show them; WhatsApp Web and Desktop cannot load such a message. The answers carry `warnings`.',
    body: object({ to, message: text('The text.', 'Shall we deliver today?'), ...footer, buttons: list(object({ id: text('Comes back when it is pressed.', 'yes'), display_text: text('On the button.', 'Yes') }), '1 to 3.', { minItems: 1, maxItems: 3 }), ...asText, ...around }),
    ok: flat(warned), errors,
  },
  {
    method: 'post', path: '/send/buttons-response', id: 'sendButtonsResponseMessage', tag: 'messages', summary: 'Press a button of a message',
    body: object({ to, selected_button_id: text('Its id.', 'yes'), selected_display_text: text('Its text.', 'Yes'), 'quoted?': answered, ...extras }),
    ok: flat(), errors,
  },
  {
    method: 'post', path: '/send/interactive', id: 'sendInteractiveListMessage', tag: 'messages', summary: 'Send a list to choose from',
    text: 'Phones show it. The answers carry `warnings`.',
    body: object({ to, 'title?': text('Title.', 'Aurora'), body: text('The text.', 'What would you like?'), ...footer, button_text: text('Opens the list.', 'See options'),
      sections: list(object({ 'title?': text('Title.', 'Pizzas'), rows: list(object({ id: text('Comes back when it is chosen.', 'r1'), title: text('Title.', 'Calabresa'), 'description?': text('More.', 'medium') }), '1 to 30.', { minItems: 1, maxItems: 30 }) }), '1 to 10, at most 100 rows together.', { minItems: 1, maxItems: 10 }), ...asText, ...around }),
    ok: flat(warned), errors,
  },
  {
    method: 'post', path: '/send/list-response', id: 'sendListResponseMessage', tag: 'messages', summary: 'Choose a row of a list',
    body: object({ to, selected_row_id: text('Its id.', 'r1'), title: text('Its title.', 'Calabresa'), 'description?': text('Its description.', 'medium'), 'quoted?': answered, ...extras }),
    ok: flat(), errors,
  },
  {
    method: 'post', path: '/send/template', id: 'sendTemplateMessage', tag: 'messages', summary: 'Send a text with buttons that open something',
    text: 'Sent as a native flow, which phones show; templates of the old form are shown by hardly anybody. A picture as header is refused.',
    body: object({ number: to, body: text('The text.', 'Your order is on its way'), ...footer, 'header?': object({ type: choice('Of the header.', ['text']), text: text('Title.', 'Aurora') }),
      buttons: list(object({ type: choice('What it does.', ['quick_reply', 'url', 'call', 'copy'], 'url'), text: text('On the button.', 'Track'), 'id?': { ...text('Of a quick reply.', 'yes'), omitFromExample: true }, 'url?': text('Of a link.', 'https://example.com/1'), 'phone_number?': { ...text('Of a call.', '+5511999999999'), omitFromExample: true }, 'code?': { ...text('To copy. An extension.', 'SAVE10'), omitFromExample: true } }), '1 to 3.', { minItems: 1, maxItems: 3 }), ...around }),
    ok: sent(warned), errors,
  },
  {
    method: 'post', path: '/send/product', id: 'sendProduct', tag: 'messages', summary: 'Send a product of a catalog',
    text: 'The picture is not fetched yet: `warnings` says so.',
    body: object({ number: to, business_owner_jid: jid('The business.'), product: object({ product_id: text('In its catalog.', '7435668229560565'), title: text('Title.', 'T-shirt'), 'description?': text('Description.', 'Cotton'), 'currency_code?': text('ISO 4217.', 'BRL'), 'price_amount_1000?': integer('Thousandths.', 59900), 'sale_price_amount_1000?': integer('Thousandths.', 49900), 'retailer_id?': text('Of the business.', 'SKU-1'), 'url?': text('Link.', 'https://example.com/p'), 'product_image_url?': { ...text('Picture.', 'https://example.com/p.jpg'), omitFromExample: true }, 'product_image_count?': integer('How many pictures.', 1) }), 'body?': text('Text.', 'New'), ...footer, ...around }),
    ok: sent(warned), errors,
  },
  {
    method: 'post', path: '/send/catalog', id: 'sendCatalog', tag: 'messages', summary: 'Send products of a catalog as a list',
    text: 'What clients show of it is not known: `warnings` says so.',
    body: object({ number: to, business_owner_jid: jid('The business.'), 'title?': text('Title.', 'Aurora'), 'description?': text('Text.', 'Our best'), ...footer, button_text: text('Opens the list.', 'See catalog'),
      sections: list(object({ 'title?': text('Title.', 'Best'), product_ids: list(text('In the catalog.', '9454730090855751'), '1 to 30.', { minItems: 1, maxItems: 30 }) }), '1 to 10, at most 100 products together.', { minItems: 1, maxItems: 10 }), 'header_product_id?': text('Shown above.', '9691003002724596'), ...around }),
    ok: sent(warned), errors,
  },
  {
    method: 'post', path: '/payment/request', id: 'sendPaymentRequest', tag: 'payments', summary: 'Ask for a payment',
    text: 'A message that phones in some countries show as a request. It moves no money.',
    body: object({ to, amount: integer('In the smallest part of the currency.', 15000), currency: text('ISO 4217.', 'BRL'), 'note_message?': text('Note.', 'First part'), 'expiry_timestamp?': { ...integer('Unix seconds; default: in seven days.', 1791834567), omitFromExample: true } }),
    ok: flat({ amount: text('As people write it.', '150.00 BRL'), ...warned }), errors,
  },
  {
    method: 'post', path: '/payment/send', id: 'sendPaymentNotification', tag: 'payments', summary: 'Mark a payment request as paid',
    text: 'Moves no money: `warnings` says so.',
    body: object({ to, request_message_key: requestKey, 'currency?': text('ISO 4217.', 'BRL'), 'amount?': integer('In the smallest part of the currency.', 15000), 'note_message?': text('Note.', 'Paid') }),
    ok: flat({ 'amount?': text('As people write it.', '150.00 BRL'), ...warned }), errors,
  },
  { method: 'post', path: '/payment/decline', id: 'declinePaymentRequest', tag: 'payments', summary: 'Decline a payment request', body: object({ to, request_message_key: requestKey }), ok: flat(), errors },
  { method: 'post', path: '/payment/cancel', id: 'cancelPaymentRequest', tag: 'payments', summary: 'Cancel a payment request of ours', body: object({ to, request_message_key: requestKey }), ok: flat(), errors },
  {
    method: 'post', path: '/messages/history/request', id: 'requestMessageHistory', tag: 'messages', summary: 'Ask the phone for older messages of a chat',
    text: 'Answered at once. What the phone sends comes by the event history.sync, under the same `request_id`, in parts of up to 25 messages. A phone that is off says nothing.',
    body: object({ chat_jid: jid('The chat.'), last_message_id: messageId('Messages before this one.'), 'last_message_from_me?': flag('It was ours.', false), last_message_timestamp: integer('Unix seconds of that message.', 1791234567), 'count?': integer('1 to 500.', 50) }),
    ok: object({ message: text('For people.', 'History requested: it comes by the event history.sync'), chat_jid: jid('The chat.'), requested_count: integer('How many.', 50), request_id: messageId('Of the request, in history.sync.'), ...warned }), errors: [503],
  },
  {
    method: 'get', path: '/messages/{id}/poll', id: 'getPollVotes', tag: 'messages', summary: 'How a poll was voted', extension: true, path_params: { id: messageId('The poll.') },
    query: { 'participant?': { ...jid('Who sent the poll; default: this account.'), omitFromExample: true } },
    text: 'Polls of the last 31 days. The newest vote of each voter counts; up to 2048 voters.',
    ok: object({ message_id: messageId(), chat_jid: jid('The chat.'), question: text('The question.', 'Lunch?'), multiple_choice: flag('More than one answer.', false), options: list(object({ option_name: text('An answer.', 'Pizza'), votes: integer('How many.', 1), voters: list(jid('Who.'), 'Who.') }), 'In their order.'), voters_count: integer('Who has voted and not taken it back.', 1), timestamp: time('Since when it is known.'), 'updated_at?': time('Of the last vote.') }), errors: [404],
  },
  {
    method: 'get', path: '/messages/{id}', id: 'getMessage', tag: 'messages', summary: 'What became of a message', extension: true, path_params: { id: messageId('The message.') },
    text: 'Of messages sent from here in the last 30 days, the newest 10000.',
    ok: object({ message_id: messageId(), chat_jid: jid('The chat.'), status: choice('How far it came.', ['queued', 'sent', 'delivered', 'read', 'failed'], 'delivered'), timestamp: time('Since when.'), queued_at: time('When it was taken.'), 'sent_at?': time('When the service took it.'),
      'reason?': { ...text('Why it failed: refused, unknown_recipient, no_devices, timeout, expired.', 'refused'), omitFromExample: true }, 'upstream_code?': { ...integer('What the service answered.', 479), omitFromExample: true } }), errors: [404],
  },
  {
    method: 'put', path: '/messages/{id}', id: 'editMessage', tag: 'messages', summary: 'Edit a message of ours', path_params: { id: messageId('The message.') },
    text: 'Phones ignore an edit that names no message of ours: `outcome` is then `unverified`, and 404 with validateOwnership.',
    body: object({ to, message: text('The new text.', 'Hello again'), 'validateOwnership?': { ...flag('Refuse messages that are not known to be ours.'), omitFromExample: true } }), ok: flat(unverified), errors,
  },
  {
    method: 'delete', path: '/messages/delete', id: 'deleteMessage', tag: 'messages', summary: 'Delete a message',
    body: object({ messageId: messageId('The message.'), chatJid: jid('The chat; status@broadcast for a status.'), deleteType: choice('For whom.', ['for_everyone', 'for_me']), 'reason?': { ...text('Kept in the answer.', 'typo'), omitFromExample: true }, 'validateOwnership?': { ...flag('Refuse messages that are not ours.'), omitFromExample: true } }),
    ok: object({ message_id: messageId(), deleted_at: time('When.'), delete_type: text('For whom.', 'for_everyone'), chat_jid: jid('The chat.'), metadata, ...unverified }), errors,
  },
  {
    method: 'post', path: '/messages/{id}/star', id: 'starMessage', tag: 'messages', summary: 'Star a message, or take the star away', extension: true, path_params: { id: messageId('The message.') },
    text: 'Kept in the app state: answers after the service accepted the patch.',
    body: object({ chat_jid: jid('The chat.'), 'starred?': flag('false takes it away.'), 'fromMe?': flag('We sent it.', false), 'participant?': { ...jid('Who wrote it: needed in groups unless `fromMe`.'), omitFromExample: true } }),
    ok: object({ chat_jid: jid('The chat.'), message_id: messageId(), starred: flag('The new state.'), outcome: choice('Always applied.', ['applied']), version: integer('Version of the collection the service confirmed.', 42) }), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/messages/{id}/read', id: 'markMessageRead', tag: 'messages', summary: 'Send a read receipt', path_params: { id: messageId('The message.') },
    body: object({ chat_jid: jid('The chat; status@broadcast for a status.'), sender_jid: jid('Who wrote it.'), 'message_ids?': { ...list(messageId(), 'Several at once; default: the id of the path.'), omitFromExample: true }, 'timestamp?': { ...time('When it was read.'), omitFromExample: true } }),
    ok: object({ chat_jid: jid('The chat.'), sender_jid: jid('Who wrote it.'), message_ids: list(messageId(), 'Which.'), receipt_type: text('read; read-self when the account hides what it reads: then only its own devices are told.', 'read'), timestamp: time('When.') }), errors: [503],
  },
];
