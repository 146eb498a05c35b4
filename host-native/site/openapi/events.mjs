// Webhook events: the envelope, and the payloads of those that occur. Names and shapes: GET /webhook/events tells the names,
// the payloads are made in core/gateway/webhooks/published/<family>.cpp.
import { choice, flag, id, integer, jid, list, messageId, nullable, object, text, time } from './schema.mjs';

const call = { call_id: text('Id of the call.', 'ABCDEF0123456789ABCDEF0123456789'), from: jid('As received.', '100000012345678@lid'), 'from_pn?': jid('The caller\'s number.'), 'from_lid?': jid('The caller\'s LID.', '100000012345678@lid'),
  call_creator: jid('As received.', '100000012345678@lid'), 'chat_jid?': jid('The chat.'), 'group_jid?': { ...jid('Of a group call.', '120363000000000000@g.us'), omitFromExample: true }, is_group: flag('Group call.', false), is_video: flag('Video.', false), offline: flag('Delivered late: missed.', false), timestamp: time('When it rang.') };
const ringing = { ...flag('Only when true: it speaks for one device or one participant, and the call rings on.', true), omitFromExample: true };
const origin = { timestamp: time('When it was done.'), from_full_sync: flag('Learnt from a snapshot.', false), by: choice('Who did it.', ['us', 'other_device'], 'other_device') };
const setting = (members) => object({ chat_jid: jid('The chat.'), ...members, ...origin });
const label = { label_id: text('The label.', '5') };
const receipt = object({ message_ids: list(messageId(), 'Which.'), chat_jid: jid('The chat.'), timestamp: time('When.') });

export const events = {
  'call.offer': { text: 'A call rings.', data: object(call) },
  'call.reject': { text: 'A call was rejected, or (with `ringing`) one device cannot take it.', data: object({ ...call, 'ringing?': ringing, by: choice('By whom.', ['us', 'other_device', 'peer']), 'reason?': { ...text('Why, of one device.', 'busy'), omitFromExample: true } }) },
  'call.terminate': { text: 'A call is over, or (with `ringing`) over for one device.', data: object({ ...call, 'ringing?': ringing, reason: text('Why.', 'timeout'), 'duration?': { ...integer('Seconds.', 12), omitFromExample: true } }) },
  'call.auto_reply': { text: 'What became of the auto-reply.', data: object({ call_id: text('Id of the call.', 'ABCDEF0123456789ABCDEF0123456789'), outcome: choice('Outcome.', ['sent', 'delivered', 'refused', 'expired', 'limited']), timestamp: time('When.') }) },
  'message.received': { text: 'A message arrived.', data: object({ message_id: messageId(), from: jid('The sender.'), to: jid('The receiver.'), content: text('Of texts only.', 'Hello'), message_type: text('text, image, reaction …', 'text'), timestamp: time('When it was sent.'), is_from_me: flag('From another device of ours.', false), push_name: text('Name they chose.', 'Maria'), 'unverified?': { ...flag('Only when true: from another device that did not prove to be ours.'), omitFromExample: true }, 'truncated?': flag('The text was longer than 64 KiB and ends there.', true) }) },
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
  'contact.picture': { text: 'The picture of a person or group was changed or removed.', data: object({ jid: jid('Whose.'), picture_id: nullable(text('The new one; null: none.', '1234567890')), removed: flag('There is none now.', false), 'by?': jid('Who did it, of a group.'), timestamp: time('When.') }) },
  'contact.about': { text: 'A person changed the about text.', data: object({ jid: jid('Whose.'), about: text('The new text; may be empty.', 'At work'), timestamp: time('When.') }) },
  'label.edit': { text: 'A label was made, changed or deleted.', data: object({ ...label, name: text('Name.', 'Customers'), color: integer('Colour index.', 3), deleted: flag('Removed.', false), ...origin }) },
  'label.association_chat': { text: 'A chat got or lost a label.', data: setting({ ...label, labeled: flag('The new state.') }) },
  'label.association_message': { text: 'A message got or lost a label.', data: setting({ message_id: messageId(), ...label, labeled: flag('The new state.') }) },
  'app_state.sync_complete': { text: 'A collection is up to date.', data: object({ collection: text('Which.', 'regular_low'), version: integer('Its version.', 42), full: flag('From a snapshot.', false) }) },
  'device.connected': { text: 'The device is online.', data: object({ timestamp: time('When.') }) },
  'device.disconnected': { text: 'The device is offline.', data: object({ timestamp: time('When.') }) },
  'device.logged_out': { text: 'The device was unlinked.', data: object({ timestamp: time('When.') }) },
};

export const envelope = (name, data) => object({
  id: id('The same at every attempt: drop what you have seen.'), event: { type: 'string', const: name }, timestamp: integer('Unix seconds.', 1781531102), device_id: id('The device.'), user_id: id('Its user.'), data,
  'signature?': text('With a secret: `sha256=` and the HMAC-SHA256 (hex) of this very text without this member.', 'sha256=…'),
});
