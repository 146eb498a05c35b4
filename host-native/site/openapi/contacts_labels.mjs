// Contacts, app state and labels.
import { choice, flag, integer, jid, list, map, messageId, nullable, object, pn, pageNext, pageQuery, ref, text, time } from './schema.mjs';

const who = { 'jid?': jid('Or give `number`.'), 'number?': text('Or give `jid`.', '5511999999999') };
const blockAnswer = (action, blocked) => object({ data: object({
  jid: jid('Who.'), phone_number: text('Digits.', '5511999999999'), action: text('What was done.', action), blocked: flag('The new state.', blocked),
  count: integer('Entries of the list.', 1), dhash: text('Hash of the list.', '1781531102000000') }) });
const labelNote = 'Labels are of business accounts. Kept in the app state: answers after the service accepted the patch.';
const patched = { outcome: choice('Always applied.', ['applied']), version: integer('Version of the collection the service confirmed.', 42) };
const labelId = { labelId: text('Id of the label.', '5') };
const labeled = (value) => object({ chat_jid: jid('The chat.'), label_id: text('The label.', '5'), labeled: flag('The new state.', value), ...patched });
const messageLabeled = (value) => object({ chat_jid: jid('The chat.'), message_id: messageId(), label_id: text('The label.', '5'), labeled: flag('The new state.', value), ...patched });

export default [
  {
    method: 'get', path: '/contacts', id: 'getContacts', tag: 'contacts', summary: 'List contacts', query: pageQuery,
    ok: object({ count: integer('How many, in this page.', 1), contacts: list(ref('Contact'), 'The contacts.'), ...pageNext }), errors: [],
  },
  {
    method: 'post', path: '/contacts/resolve', id: 'resolveContacts', tag: 'contacts', summary: 'Resolve numbers, PN JIDs and LIDs',
    body: object({ jids: list(jid('Phone, PN JID or LID.'), 'At most 160.', { maxItems: 160 }), 'group_jid?': { ...jid('Where they were seen.', '120363000000000000@g.us'), omitFromExample: true } }),
    ok: object({ count: integer('How many.', 1), items: list(ref('ResolvedContact'), 'In the order asked.') }), errors: [503, 504],
  },
  {
    method: 'post', path: '/contact/check', id: 'checkContactsOnWhatsApp', tag: 'contacts', summary: 'Which numbers have WhatsApp',
    body: object({ numbers: list(text('A number.', '5511999999999'), 'Numbers with country code.') }),
    ok: object({ data: map({ type: 'boolean' }, 'By cleaned number.', { 5511999999999: true }) }), errors: [503, 504],
  },
  {
    method: 'get', path: '/contacts/profile', id: 'getContactProfile', tag: 'contacts', summary: 'Profile of a contact', query: who,
    ok: object({ data: object({ jid: jid('Who.'), user_info: object({ Status: text('About text.', 'Hello'), PictureID: text('Id of the picture.', '1781531102'),
      Devices: list(jid('A device.', '5511999999999:1@s.whatsapp.net'), 'Linked devices.'), VerifiedName: nullable(text('Verified business name.', 'Acme')) }),
      business_profile: { type: ['object', 'null'], description: 'Of a business account.', examples: [null] } }) }), errors: [404, 503, 504],
  },
  {
    method: 'get', path: '/contacts/profile-picture', id: 'getContactProfilePicture', tag: 'contacts', summary: 'Profile picture of a contact',
    query: { ...who, 'preview?': flag('Small size.', false), 'existing_id?': { ...text('The id you have: unchanged pictures are flagged.', '1781531102'), omitFromExample: true } },
    ok: object({ data: object({ jid: jid('Who.'), url: nullable(text('Where to get it.', 'https://pps.whatsapp.net/v/t61/picture.jpg')), id: text('Id.', '1781531102'),
      type: choice('Size.', ['image', 'preview']), direct_path: nullable(text('Path on the media host.', '/v/t61/picture.jpg')) }) }), errors: [404, 503, 504],
  },
  {
    method: 'post', path: '/contacts/block', id: 'blockContact', tag: 'contacts', summary: 'Block a contact', query: who, body: object(who), body_optional: true,
    ok: blockAnswer('block', true), errors: [502, 503, 504],
  },
  {
    method: 'post', path: '/contacts/unblock', id: 'unblockContact', tag: 'contacts', summary: 'Unblock a contact', query: who, body: object(who), body_optional: true,
    ok: blockAnswer('unblock', false), errors: [502, 503, 504],
  },
  {
    method: 'get', path: '/contacts/blocklist', id: 'getBlocklist', tag: 'contacts', summary: 'List blocked contacts',
    ok: object({ data: object({ items: list(object({ jid: jid('Who.'), phone_number: text('Digits.', '5511999999999') }), 'Blocked.'), count: integer('How many.', 1), dhash: text('Hash of the list.', '1781531102000000') }) }), errors: [503, 504],
  },
  {
    method: 'post', path: '/appstate/sync', id: 'appstateSync', tag: 'contacts', summary: 'Fetch app state now', body_optional: true,
    body: object({ 'scopes?': list(choice('A scope.', ['contacts', 'chats', 'settings', 'pins', 'critical']), 'Default: contacts, chats, settings.'), 'full?': flag('Drop the state and fetch snapshots.', false) }),
    ok: object({ scopes: list(text('A scope.', 'contacts'), 'What was fetched.'), full_sync: flag('As asked.', false) }), errors: [502, 503, 504],
  },
  {
    method: 'get', path: '/appstate', id: 'getAppState', tag: 'contacts', summary: 'Health of the app state', extension: true,
    text: 'Per collection: the version, whether it is well, the last error, and how many changes of ours wait.',
    ok: object({ collections: list(object({ name: choice('The collection.', ['critical_block', 'critical_unblock_low', 'regular', 'regular_high', 'regular_low'], 'regular_low'), version: integer('Last applied version.', 42),
      state: choice('`blocked`: a key is missing and was asked for. `degraded`: a hash differs; changes wait for a snapshot that matches.', ['ok', 'blocked', 'degraded']),
      'last_error?': { ...text('Why it is not ok.', 'missing key'), omitFromExample: true }, pending: integer('Changes of ours that wait.', 0) }), 'The five collections.') }), errors: [],
  },
  {
    method: 'get', path: '/labels', id: 'getLabels', tag: 'labels', summary: 'List labels', extension: true, query: pageQuery,
    text: 'Those that exist, in the order of their ids. A device that was linked before labels were kept shows them after `POST /appstate/sync` with `full`.',
    ok: object({ count: integer('How many, in this page.', 1), labels: list(ref('Label'), 'The labels.'), ...pageNext }), errors: [],
  },
  {
    method: 'put', path: '/labels/{labelId}', id: 'editLabel', tag: 'labels', summary: 'Create, rename or delete a label', text: `${labelNote} A label that is there keeps the name or colour that is not named.`, path_params: labelId,
    body: object({ 'name?': text('Name.', 'Customers'), 'color?': integer('Colour index.', 3), 'deleted?': flag('true removes it.', false) }),
    ok: object({ label_id: text('The label.', '5'), name: text('Name.', 'Customers'), color: integer('Colour index.', 3), deleted: flag('Removed.', false), ...patched }), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/chats/{jid}/labels', id: 'labelChat', tag: 'labels', summary: 'Label a chat', path_params: { jid: jid('The chat.') },
    body: object({ label_id: text('The label.', '5') }), ok: labeled(true), errors: [409, 502, 503, 504],
  },
  {
    method: 'delete', path: '/chats/{jid}/labels/{labelId}', id: 'unlabelChat', tag: 'labels', summary: 'Remove a label from a chat', path_params: { jid: jid('The chat.'), ...labelId },
    ok: labeled(false), errors: [409, 502, 503, 504],
  },
  {
    method: 'post', path: '/messages/{id}/labels', id: 'labelMessage', tag: 'labels', summary: 'Label a message', path_params: { id: messageId() },
    body: object({ label_id: text('The label.', '5'), chat_jid: jid('The chat.') }), ok: messageLabeled(true), errors: [409, 502, 503, 504],
  },
  {
    method: 'delete', path: '/messages/{id}/labels/{labelId}', id: 'unlabelMessage', tag: 'labels', summary: 'Remove a label from a message', path_params: { id: messageId(), ...labelId },
    query: { chat_jid: jid('The chat.') }, ok: messageLabeled(false), errors: [409, 502, 503, 504],
  },
];

export const schemas = {
  Label: object({ label_id: text('The label.', '5'), name: text('Name.', 'Customers'), color: integer('Colour index.', 3), 'predefined_id?': { ...integer('Of a label that every business account has.', 1), omitFromExample: true } }),
  Contact: object({ jid: jid('Who.'), 'first_name?': text('First name.', 'Maria'), full_name: text('Name in the address book.', 'Maria Silva'), push_name: text('Name they chose.', 'Maria'), 'business_name?': { ...text('Verified name.', 'Acme'), omitFromExample: true } }),
  ResolvedContact: object({ input: text('As given.', '5511999999999'), input_jid: jid('As understood.'), resolved_jid: jid('What the service calls them.'), jid: jid('PN form.'), phone_number: text('Digits.', '5511999999999'),
    'lid_jid?': jid('LID form.', '100000012345678@lid'), 'full_name?': { ...text('Name.', 'Maria Silva'), omitFromExample: true }, 'push_name?': { ...text('Name they chose.', 'Maria'), omitFromExample: true } }),
};
