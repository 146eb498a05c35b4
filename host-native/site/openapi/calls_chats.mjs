// Calls and chats.
import { choice, flag, id, integer, jid, list, messageId, nullable, object, pn, pageNext, pageQuery, ref, text, time } from './schema.mjs';

const chat = { jid: jid('User or group JID, or a bare number.') };
const outcome = choice('`unchanged`: the account already was so.', ['applied', 'unchanged']);
const version = integer('Version of the collection the service confirmed.', 42);
const warning = text('Present when the collection is degraded.', 'the collection is degraded: its hash differs from the phone\'s');
const hint = { ...integer('Hint: unix seconds, unix milliseconds or an RFC 3339 string.', 1781531102), type: ['integer', 'string'] };
const settingNote = 'Answers after the service accepted the app-state patch. The change is stored first, so it is finished even when the process dies meanwhile.';

export default [
  {
    method: 'post', path: '/calls/reject', id: 'rejectCall', tag: 'calls', summary: 'Reject an incoming call',
    text: 'Waits for the service\'s acknowledgement. An unknown call_id is sent to `from` all the same. When an auto-reply is configured and allowed, it follows.',
    body: object({ call_id: text('From the webhook `call.offer`.', 'ABCDEF0123456789ABCDEF0123456789'),
                   from: jid('PN or LID of the caller, with or without device, or a bare number.') }),
    ok: object({ outcome: choice('`confirmed`: the service acknowledged the reject. `unconfirmed`: no acknowledgement in time.',
                                 ['confirmed', 'unconfirmed', 'already_ended']) }),
    errors: [429, 502, 503],
  },
  {
    method: 'get', path: '/calls/settings', id: 'getCallSettings', tag: 'calls', summary: 'Show call settings', extension: true,
    ok: ref('CallSettings'), errors: [],
  },
  {
    method: 'put', path: '/calls/settings', id: 'putCallSettings', tag: 'calls', summary: 'Change call settings', extension: true,
    text: 'The reply goes out once a call was rejected, never otherwise, never for group calls or late offers, at most once per caller and cooldown. A member that is absent keeps its value, null makes it what it is when never set.',
    body: ref('CallSettings'), ok: ref('CallSettings'), errors: [],
  },
  {
    method: 'get', path: '/calls', id: 'listCalls', tag: 'calls', summary: 'Recent calls', extension: true,
    text: 'The calls of the last 24 hours, newest first; a page of 100 without `limit`.', query: pageQuery,
    ok: object({ calls: list(ref('Call'), 'Newest first.'), count: integer('How many, in this page.', 1), ...pageNext }), errors: [],
  },
  {
    method: 'get', path: '/chats', id: 'getChats', tag: 'chats', summary: 'List chats',
    text: 'Named contacts and groups with their pin, archive and mute settings.', query: { ...pageQuery, 'sort?': choice('`jid` is the default. `last_message_at`: the newest first, without those that had no message.', ['jid', 'last_message_at']) },
    ok: object({ chats: list(ref('Chat'), 'The chats.'), count: integer('How many, in this page.', 1), ...pageNext }), errors: [],
  },
  {
    method: 'get', path: '/chats/{jid}', id: 'getChat', tag: 'chats', summary: 'One chat', extension: true, path_params: chat,
    text: 'As it stands in the list of chats. Asked for by phone number or LID, it is the same chat.',
    ok: object({ chat: ref('Chat') }), errors: [404],
  },
  {
    method: 'get', path: '/chats/{jid}/labels', id: 'getChatLabels', tag: 'labels', summary: 'The labels of a chat', extension: true, path_params: chat,
    ok: object({ chat_jid: jid('The chat.'), count: integer('How many.', 1), labels: list(ref('Label'), 'As in the list of labels.') }), errors: [404],
  },
  {
    method: 'post', path: '/chats/{jid}/archive', id: 'archiveChat', tag: 'chats', summary: 'Archive or unarchive a chat', text: settingNote + ' Archiving also unpins, in the same patch.',
    path_params: chat,
    body: object({ archived: flag('false unarchives.'),
                   'last_message_timestamp?': hint }),
    ok: object({ chat_jid: jid('The chat.'), archived: flag('The new state.'), outcome, version, 'warning?': { ...warning, omitFromExample: true } }), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/chats/{jid}/mute', id: 'muteChat', tag: 'chats', summary: 'Mute or unmute a chat', text: settingNote, path_params: chat,
    body: object({ muted: flag('false unmutes.'), 'duration_seconds?': integer('Absent: for ever.', 28800) }),
    ok: object({ chat_jid: jid('The chat.'), muted: flag('The new state.'), 'duration_seconds?': integer('As given.', 28800), outcome, version }), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/chats/{jid}/pin', id: 'pinChat', tag: 'chats', summary: 'Pin a chat', text: settingNote, path_params: chat,
    ok: object({ chat_jid: jid('The chat.'), pinned: flag('The new state.'), outcome, version }), errors: [409, 502, 503, 504],
  },
  {
    method: 'delete', path: '/chats/{jid}/pin', id: 'unpinChat', tag: 'chats', summary: 'Unpin a chat', text: settingNote, path_params: chat,
    ok: object({ chat_jid: jid('The chat.'), pinned: flag('The new state.', false), outcome, version }), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/chats/{jid}/read', id: 'markChatRead', tag: 'chats', summary: 'Mark a chat read or unread', extension: true, text: settingNote, path_params: chat,
    body: object({ 'read?': flag('false marks it unread.') }), body_optional: true,
    ok: object({ chat_jid: jid('The chat.'), read: flag('The new state.'), outcome, version }), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/chats/{jid}/clear', id: 'clearChat', tag: 'chats', summary: 'Remove the messages of a chat', extension: true, path_params: chat,
    text: settingNote + ' The chat itself stays. Messages that are newer than the last one known here stay, too.',
    body: object({ 'delete_starred?': flag('Starred messages go, too.', false), 'delete_media?': flag('Their files go, too.', false), 'last_message_timestamp?': { ...hint, omitFromExample: true } }), body_optional: true,
    ok: object({ chat_jid: jid('The chat.'), cleared: flag('Always true.'), outcome, version }), errors: [409, 502, 503, 504],
  },
  {
    method: 'delete', path: '/chats/{jid}', id: 'deleteChat', tag: 'chats', summary: 'Delete a chat', extension: true, text: settingNote, path_params: chat,
    body: object({ 'delete_media?': flag('Files go, too.', false), 'last_message_timestamp?': { ...hint, omitFromExample: true } }), body_optional: true,
    ok: object({ chat_jid: jid('The chat.'), deleted: flag('Always true.'), outcome, version }), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/chats/{jid}/typing', id: 'sendChatTyping', tag: 'chats', summary: 'Show a typing or recording indicator', path_params: chat,
    body: object({ state: choice('`typing` is answered as `composing`.', ['typing', 'composing', 'recording', 'paused']),
                   'media?': choice('What is being made.', ['text', 'audio']) }),
    ok: object({ chat_jid: jid('The chat.'), state: text('As the service knows it.', 'composing'), media: text('text or audio.', 'text') }), errors: [503],
  },
  {
    method: 'post', path: '/presence', id: 'sendPresence', tag: 'chats', summary: 'Show the account as online or offline',
    body: object({ 'state?': choice('`online` and `offline` are accepted too.', ['available', 'unavailable', 'online', 'offline']) }), body_optional: true,
    ok: object({ state: text('available or unavailable.', 'available') }), errors: [503],
  },
  {
    method: 'post', path: '/presence/subscribe', id: 'subscribePresence', tag: 'chats', summary: 'Subscribe to a contact\'s presence',
    body: object({ jid: jid('Whose.'), 'ensure_online?': flag('Send our own presence first.') }),
    ok: object({ subject_jid: jid('Whose.') }), errors: [503],
  },
  {
    method: 'put', path: '/chats/{jid}/disappearing', id: 'updateChatDisappearing', tag: 'chats', summary: 'Set disappearing messages', path_params: chat,
    body: object({ 'preset?': choice('Or give `seconds`.', ['off', '24h', '7d', '90d'], '7d'), 'seconds?': integer('0, 86400, 604800 or 7776000.', 604800) }),
    ok: object({ chat_jid: jid('The chat.'), preset: text('The preset.', '7d'), seconds: integer('Its length.', 604800), timestamp: time('When.') }), errors: [502, 503, 504],
  },
];

export const schemas = {
  CallSettings: object({
    'auto_reject?': flag('Reject every one-to-one call.'),
    'auto_reject_groups?': flag('Reject group calls as well.', false),
    'auto_reply?': object({ 'enabled?': flag('Answer the caller after a reject.'),
                            'message?': text('1 to 4096 characters when enabled.', 'We only answer messages here.'),
                            'cooldown_seconds?': integer('At most one reply per caller in this time.', 600),
                            'max_per_hour?': integer('Automatic replies over all callers, 1 to 1000; beyond, call.auto_reply says limited.', 60) }),
    'allow?': list(jid('A caller.'), 'Never rejected automatically.'),
  }),
  Call: object({
    call_id: text('Id of the call.', 'ABCDEF0123456789ABCDEF0123456789'),
    'from_pn?': jid('The caller\'s number.'), 'from_lid?': jid('The caller\'s LID.', '100000012345678@lid'),
    kind: choice('What rang.', ['audio', 'video']), is_group: flag('A group call.', false), offline: flag('The offer came late: a missed call.', false),
    state: text('ringing, accepted, rejected, ended, missed.', 'rejected'),
    'reject?': nullable(text('Outcome of the reject.', 'confirmed')), 'reply?': nullable(text('Outcome of the auto-reply.', 'delivered')),
    timestamp: time('When it rang.'),
  }),
  Chat: object({
    jid: jid('The chat.'), type: choice('What it is.', ['contact', 'group']), name: text('Its name.', 'Maria'), pinned: flag('Pinned.', false),
    archived: flag('Archived.', false), 'muted_until?': { ...time('Absent when not muted.'), omitFromExample: true }, participant_count: integer('1 for a contact.', 1),
    unread: flag('Holds messages that the account has not read, or was marked so.', false), unread_count: integer('How many of them are known here.', 0),
    labels: list(text('A label id.', '5'), 'The labels that the chat carries.'),
    'last_message_at?': time('Of the last message known here.'),
  }),
};
