// Webhook events: the envelope, and the payloads of those that occur. Names and shapes: GET /webhook/events tells the names,
// the payloads are made in core/gateway/webhooks/published/<family>.cpp.
import { choice, flag, id, integer, jid, list, messageId, nullable, object, text, time } from './schema.mjs';

const call = { call_id: text('Id of the call.', 'ABCDEF0123456789ABCDEF0123456789'), from: jid('As received.', '100000012345678@lid'), 'from_pn?': jid('The caller\'s number.'), 'from_lid?': jid('The caller\'s LID.', '100000012345678@lid'),
  call_creator: jid('As received.', '100000012345678@lid'), 'chat_jid?': jid('The chat.'), 'group_jid?': { ...jid('Of a group call.', '120363000000000000@g.us'), omitFromExample: true }, is_group: flag('Group call.', false), is_video: flag('Video.', false), offline: flag('Delivered late: missed.', false), timestamp: time('When it rang.') };
const ringing = { ...flag('Only when true: it speaks for one device or one participant, and the call rings on.', true), omitFromExample: true };
const origin = { timestamp: time('When it was done.'), from_full_sync: flag('Learnt from a snapshot.', false), by: choice('Who did it.', ['us', 'other_device'], 'other_device') };
const setting = (members) => object({ chat_jid: jid('The chat.'), ...members, ...origin });
const label = { label_id: text('The label.', '5') };
const rarely = (schema) => ({ ...schema, omitFromExample: true });
const truncated = rarely(flag('Texts were longer than 64 KiB together and end there.'));
const source = choice('Who sent it.', ['api', 'other_device'], 'api');
const target = object({ id: messageId(), from_me: flag('The message is ours.', true), 'participant?': jid('Its author.') });
const message = { message_id: messageId(), from: jid('The sender.'), to: jid('The receiver.'), content: text('The text, the caption, the emoji, the question: what can be read of it.', 'Hello'), message_type: text('text, image, video, audio, document, sticker, location, contact, poll, reaction, list_response, buttons_response ...; unknown: newer than this program.', 'text'), timestamp: time('When it was sent.'), chat_jid: jid('The chat.'), is_group: flag('In a group.', false),
  'target?': rarely({ ...target, description: 'What a reaction, a comment or a change is about.' }),
  'reaction?': rarely(object({ emoji: text('Empty: taken back.', '👍'), target })),
  'quoted?': rarely(object({ id: messageId(), 'participant?': jid('Its author.'), content: text('Its text.', 'Hi'), 'message_type?': text('Its kind.', 'text'), 'chat_jid?': jid('Of another chat.') })),
  'mentions?': rarely(list(jid('Who.'), 'Who is mentioned.')), 'mention_all?': rarely(flag('Everybody.')),
  'caption?': rarely(text('Of a file.', 'The prices')),
  'media?': rarely(object({ mimetype: text('What it is.', 'image/jpeg'), 'file_name?': text('Of a document.', 'bill.pdf'), file_size: integer('Bytes.', 1000), 'sha256?': text('Of the file.', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'), 'seconds?': integer('How long.', 7), 'width?': integer('Pixels.', 1280), 'height?': integer('Pixels.', 720), 'pages?': integer('Of a document.', 3), 'voice?': flag('Spoken.'), 'animated?': flag('It moves by itself.'), 'enc_sha256?': text('Of the file as the service has it.', '60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752'), 'thumbnail?': text('A small JPEG, base64.', '/9j/4AAQSkZJRg=='), 'path?': text('Where this server gives the file.', '/messages/3EB0C767D26A1D8E4A1F/media') })),
  'location?': rarely(object({ latitude: { type: 'number', examples: [-23.5] }, longitude: { type: 'number', examples: [-46.6] }, 'name?': text('Name.', 'Office'), 'address?': text('Address.', 'Street 1'), 'url?': text('Link.', 'https://example.com'), 'comment?': text('Comment.', 'Second floor'), live: flag('It moves; this is where it began.', false) })),
  'contacts?': rarely(list(object({ name: text('Name.', 'Maria'), vcard: text('vCard 3.0.', 'BEGIN:VCARD') }), 'Contact cards.')),
  'poll?': rarely(object({ question: text('The question.', 'Lunch?'), options: list(text('One.', 'Pizza'), 'To choose from.'), multiple: flag('More than one may be chosen.', false) })),
  'response?': rarely(object({ id: text('Of the button or row that was chosen.', 'row-1'), text: text('What it shows.', 'Blue') })),
  'forwarded?': rarely(flag('Forwarded.')), 'view_once?': rarely(flag('To be seen once.')), 'unreadable?': rarely(flag('Sealed under the secret of a message that this device does not have.')) };
const changing = (type) => ({ ...message, message_type: text('Which change.', type), 'target?': target, is_from_me: flag('We did it.', false) });
const change = (type) => object(changing(type));
const receipt = object({ message_ids: list(messageId(), 'Which.'), chat_jid: jid('The chat.'), by: jid('Who.'), device: integer('Which device of that person; 0: the phone. Each tells for itself.', 0), timestamp: time('When.') });

export const events = {
  'call.offer': { text: 'A call rings.', data: object(call) },
  'call.reject': { text: 'A call was rejected, or (with `ringing`) one device cannot take it.', data: object({ ...call, 'ringing?': ringing, by: choice('By whom.', ['us', 'other_device', 'peer']), 'reason?': { ...text('Why, of one device.', 'busy'), omitFromExample: true } }) },
  'call.terminate': { text: 'A call is over, or (with `ringing`) over for one device.', data: object({ ...call, 'ringing?': ringing, reason: text('Why.', 'timeout'), 'duration?': { ...integer('Seconds.', 12), omitFromExample: true } }) },
  'call.auto_reply': { text: 'What became of the auto-reply.', data: object({ call_id: text('Id of the call.', 'ABCDEF0123456789ABCDEF0123456789'), outcome: choice('Outcome.', ['sent', 'delivered', 'refused', 'expired', 'limited']), timestamp: time('When.') }) },
  'message.received': { text: 'A message arrived. `message_type` says what stands beside `content`.', data: object({ ...message, is_from_me: flag('Ours.', false), push_name: text('Name they chose.', 'Maria'), 'broadcast?': rarely(flag('Sent to a list of people, of whom we are one.')), 'truncated?': truncated }) },
  'message.sent': { text: 'A message of ours was sent: by a request, or from another device of ours.', data: object({ ...message, is_from_me: flag('Ours.', true), source, from_other_device: flag('The same as a flag.', false), 'unverified?': rarely(flag('Only when true: from another device that did not prove to be ours.')), 'truncated?': truncated }) },
  'status.received': { text: 'Somebody posted a status, or another device of ours did. Its deletion is told as message.revoked with chat_jid status@broadcast.', data: object({ ...message, chat_jid: text('status@broadcast.', 'status@broadcast'), is_from_me: flag('Ours.', false), push_name: text('Name they chose.', 'Maria'), 'muted?': rarely(flag('The account does not want to see those of this person.')), 'background_color?': rarely(text('Of a text, #AARRGGBB.', '#ff1e6e4f')), 'truncated?': truncated }) },
  'message.edited': { text: 'The author has edited a message: `target` is the original, `content` its new text.', data: change('edit') },
  'message.revoked': { text: 'A message was deleted for everyone: `target`.', data: change('revoke') },
  'message.pinned': { text: 'A message was pinned in its chat, or is so no more.', data: change('pin') },
  'message.kept': { text: 'A message was kept in a chat whose messages disappear, or is so no more.', data: change('keep') },
  'poll.vote': { text: 'Somebody voted: all the options that person stands for now.', data: object({ ...changing('poll_vote'), 'vote?': object({ options: list(text('An option; one that we do not know by its SHA-256.', 'Pizza'), 'None: taken back.') }) }) },
  'chat.timer': { text: 'How long messages of a chat live was changed.', data: object({ message_id: messageId(), chat_jid: jid('The chat.'), from: jid('Who did it.'), is_from_me: flag('We did.', false), seconds: integer('0: for ever.', 604800), timestamp: time('When.') }) },
  'message.undecryptable': { text: 'A message arrived that cannot be read, or came without its content. It is asked for again where that may help.', data: object({ message_id: messageId(), chat_jid: jid('The chat.'), from: jid('The sender.'), reason: integer('Code of the retry receipt.', 7), 'unavailable?': rarely(text('It came without its content: unavailable, view_once ...', 'view_once')), timestamp: time('When it was sent.') }) },
  'media.retry': { text: 'The phone answered for a file that the service had lost: with `available` GET /messages/{id}/media works again.', data: object({ message_id: messageId(), chat_jid: jid('The chat.'), from: jid('Who sent it.'), is_from_me: flag('We did.', false), available: flag('It can be fetched.', true), result: choice('In the words of the phone.', ['success', 'not_found', 'general_error', 'decryption_error'], 'success'), timestamp: time('When.') }) },
  'message.delivered': { text: 'A message of ours reached a device.', data: receipt },
  'message.read': { text: 'A message of ours was read.', data: receipt },
  'chat.archive': { text: 'A chat was archived or unarchived.', data: setting({ archived: flag('The new state.') }) },
  'chat.pin': { text: 'A chat was pinned or unpinned.', data: setting({ pinned: flag('The new state.') }) },
  'chat.mute': { text: 'A chat was muted or unmuted.', data: setting({ muted: flag('The new state.'), 'muted_until?': { ...time('Absent: for ever.'), omitFromExample: true } }) },
  'chat.mark_as_read': { text: 'A chat was marked read or unread.', data: setting({ read: flag('The new state.') }) },
  'chat.lock': { text: 'A chat was locked or unlocked.', data: setting({ locked: flag('The new state.') }) },
  'chat.clear': { text: 'The messages of a chat were removed.', data: setting({}) },
  'chat.delete': { text: 'A chat was deleted.', data: setting({}) },
  'message.delete_for_me': { text: 'A message was deleted on this account only.', data: setting({ message_id: messageId() }) },
  'settings.user_status_mute': { text: 'The account does not want to see the statuses of a person any more, or wants to again.', data: setting({ muted: flag('The new state.') }) },
  'contact.picture': { text: 'The picture of a person or group was changed or removed.', data: object({ jid: jid('Whose.'), picture_id: nullable(text('The new one; null: none.', '1234567890')), removed: flag('There is none now.', false), 'by?': jid('Who did it, of a group.'), timestamp: time('When.') }) },
  'contact.about': { text: 'A person changed the about text.', data: object({ jid: jid('Whose.'), about: text('The new text; may be empty.', 'At work'), timestamp: time('When.') }) },
  'label.edit': { text: 'A label was made, changed or deleted.', data: object({ ...label, name: text('Name.', 'Customers'), color: integer('Colour index.', 3), deleted: flag('Removed.', false), ...origin }) },
  'label.association_chat': { text: 'A chat got or lost a label.', data: setting({ ...label, labeled: flag('The new state.') }) },
  'label.association_message': { text: 'A message got or lost a label.', data: setting({ message_id: messageId(), ...label, labeled: flag('The new state.') }) },
  'history.sync': { text: 'The phone sent history. With `request_id`: what POST /messages/history/request asked for, messages newest first, in parts; then once without messages, when all of it was read.', data: object({ sync_type: text('Which.', 'on_demand'), 'request_id?': messageId('Of the request.'), 'chat_jid?': jid('The chat.'), 'count?': integer('Messages in this part.', 1), 'messages?': list({ type: 'object', description: 'As in message.received.' , examples: [{ message_id: '3EB0A9253FA64269E11C9D', message_type: 'text', content: 'Good morning' }] }, 'Newest first.'), 'progress?': rarely(integer('Percent.', 100)), 'chunk?': rarely(integer('Which part of a history.', 1)), 'conversations?': rarely(integer('How many chats were read.', 1)), timestamp: time('When.') }) },
  'app_state.sync_complete': { text: 'A collection is up to date.', data: object({ collection: text('Which.', 'regular_low'), version: integer('Its version.', 42), full: flag('From a snapshot.', false) }) },
  'device.connected': { text: 'The device is online.', data: object({ timestamp: time('When.') }) },
  'device.disconnected': { text: 'The device is offline.', data: object({ timestamp: time('When.') }) },
  'device.logged_out': { text: 'The device was unlinked.', data: object({ timestamp: time('When.') }) },
};

export const envelope = (name, data) => object({
  id: id('The same at every attempt: drop what you have seen.'), event: { type: 'string', const: name }, timestamp: integer('Unix seconds.', 1781531102), device_id: id('The device.'), user_id: id('Its user.'), data,
  'signature?': text('With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member.', 'sha256=…'),
});
