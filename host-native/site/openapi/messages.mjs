// Messages.
import { choice, flag, id, integer, jid, list, messageId, number, object, phone, text, time, uuid } from './schema.mjs';

const to = phone();
const metadata = { type: 'object', description: 'What was done on the way.', examples: [{ device_id: uuid, user_id: uuid, processing_time_ms: 120, sent_at: '2026-06-15T13:45:02Z' }] };
const sent = (more = {}) => object({ message_id: messageId('Id of the new message.'), timestamp: time('When the service took it.'), status: text('`sent`: the service acknowledged it.', 'sent'), chat_jid: jid('The chat.'), ...more, metadata });
const flat = (more = {}) => object({ message_id: messageId('Id of the new message.'), timestamp: time('When the service took it.'), message: text('For people.', 'Message sent successfully'), ...more });
const unverified = { 'outcome?': { ...text('unverified: no message of this id is known to have been sent from here; unchanged: there was nothing to do.', 'unverified'), omitFromExample: true }, 'warning?': { ...text('What that means.', ''), omitFromExample: true } };
const errors = [404, 429, 502, 503, 504];
const contact = object({ display_name: text('Name shown.', 'Maria Silva'), phone: text('Number.', '5511999999999'), 'first_name?': text('First name.', 'Maria'), 'last_name?': text('Last name.', 'Silva'), 'company?': text('Company.', 'Acme'), 'email?': text('E-mail.', 'maria@example.com') });

export default [
  {
    method: 'post', path: '/send/text', id: 'sendText', tag: 'messages', summary: 'Send a text',
    text: 'The message is stored before it is sent and survives a restart. Success means the service acknowledged it.',
    body: object({ number: to, text: text('1 to 4096 characters.', 'Hello', { minLength: 1, maxLength: 4096 }), 'delay?': { ...integer('Seconds to wait first.', 0), omitFromExample: true },
      'typingDuration?': { ...integer('Seconds for which typing is shown before the message leaves.', 2), omitFromExample: true },
      'quoted?': { ...object({ key: object({ id: messageId('Quoted message.'), 'fromMe?': flag('It was ours.', false), 'participant?': jid('Its sender, in a group.') }), 'message?': object({ 'conversation?': text('Its text.', 'Good morning') }) }), omitFromExample: true } }),
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
    body: object({ to, latitude: number('Degrees.', -23.55052), longitude: number('Degrees.', -46.633308), 'name?': text('Name of the place.', 'Office'), 'address?': text('Address.', 'Rua Exemplo 1'), 'url?': { ...text('Link.', 'https://example.com'), omitFromExample: true }, 'comment?': { ...text('Comment.', 'Here'), omitFromExample: true } }),
    ok: flat(), errors,
  },
  { method: 'post', path: '/send/contact', id: 'sendContact', tag: 'messages', summary: 'Send a contact card', body: object({ to, contact }), ok: flat(), errors },
  {
    method: 'post', path: '/send/contacts', id: 'sendContacts', tag: 'messages', summary: 'Send contact cards',
    body: object({ to, contacts: list(contact, 'At least one.', { minItems: 1 }) }), ok: flat({ contact_count: integer('How many.', 1) }), errors,
  },
  {
    method: 'post', path: '/send/poll', id: 'sendPollMessage', tag: 'messages', summary: 'Send a poll',
    body: object({ to, question: text('The question.', 'Lunch?'), options: list(object({ option_name: text('An answer.', 'Pizza') }), '2 to 12.', { minItems: 2, maxItems: 12, examples: [[{ option_name: 'Pizza' }, { option_name: 'Salad' }]] }), 'allow_multiple_answers?': flag('More than one answer.', false) }),
    ok: flat({ options_count: integer('How many answers.', 2), multiple_choice: flag('More than one answer.', false) }), errors,
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
