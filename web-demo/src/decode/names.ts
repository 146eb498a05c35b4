// Names for the messages that cross the wire in the demo. A field that is not listed is shown by its number.

export interface FieldName {
  name: string;
  message?: Schema;
  bytes?: boolean;                    // never text, even when it looks like it
  flag?: boolean;
  values?: Record<number, string>;
}
export type Schema = Record<number, FieldName>;

const b = (name: string): FieldName => ({ name, bytes: true });
const t = (name: string): FieldName => ({ name });
const m = (name: string, message: Schema): FieldName => ({ name, message });

export const kHandshake: Schema = {
  2: m('clientHello', { 1: b('ephemeral'), 2: b('static'), 3: b('payload') }),
  3: m('serverHello', { 1: b('ephemeral'), 2: b('static'), 3: b('payload') }),
  4: m('clientFinish', { 1: b('static'), 2: b('payload') }),
};

const kBlob: Schema = { 1: b('blob') };
const kKeyId: Schema = { 1: b('id') };
const kRecord: Schema = { 1: m('index', kBlob), 2: m('value', kBlob), 3: m('keyId', kKeyId) };
export const kPatch: Schema = {
  1: m('version', { 1: t('version') }),
  2: m('mutations', { 1: { name: 'operation', values: { 0: 'SET', 1: 'REMOVE' } }, 2: m('record', kRecord) }),
  3: m('externalMutations', { 1: b('mediaKey'), 2: t('directPath'), 3: b('handle'), 4: t('fileSizeBytes'), 5: b('fileSha256'), 6: b('fileEncSha256') }),
  4: b('snapshotMac'), 5: b('patchMac'), 6: m('keyId', kKeyId), 7: t('exitCode'), 8: t('deviceIndex'), 9: b('clientDebugData'),
};
export const kSnapshotReference: Schema = kPatch[3]!.message!;

export const kPreKeySignal: Schema = {
  1: t('preKeyId'), 2: b('baseKey'), 3: b('identityKey'), 4: b('message'), 5: t('registrationId'), 6: t('signedPreKeyId'),
};
export const kSignal: Schema = { 1: b('ratchetKey'), 2: t('counter'), 3: t('previousCounter'), 4: b('ciphertext') };
export const kSenderKeySignal: Schema = { 1: t('id'), 2: t('iteration'), 3: b('ciphertext') };

export const kSignedIdentityHmac: Schema = { 1: b('details'), 2: b('hmac'), 3: t('accountType') };
export const kSignedIdentity: Schema = {
  1: b('details'), 2: b('accountSignatureKey'), 3: b('accountSignature'), 4: b('deviceSignature'),
};

const kRange: Schema = {
  1: t('lastMessageTimestamp'), 2: t('lastSystemMessageTimestamp'),
  3: m('messages', { 1: m('key', { 1: t('remoteJid'), 2: { name: 'fromMe', flag: true }, 3: t('id'), 4: t('participant') }), 2: t('timestamp') }),
};
export const kActionValue: Schema = {
  1: t('timestamp'),
  4: m('muteAction', { 1: { name: 'muted', flag: true }, 2: t('muteEndTimestamp') }),
  5: m('pinAction', { 1: { name: 'pinned', flag: true } }),
  7: m('pushNameSetting', { 1: t('name') }),
  17: m('archiveChatAction', { 1: { name: 'archived', flag: true }, 2: m('messageRange', kRange) }),
  20: m('markChatAsReadAction', { 1: { name: 'read', flag: true }, 2: m('messageRange', kRange) }),
};
