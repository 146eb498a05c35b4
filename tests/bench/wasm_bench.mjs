// What the core costs in wasm: beside the same work natively, and beside the npm packages that have the operation, all in one
// run. Every package gets the same bytes. A table, then one JSON line a row. Asserts that the others agree with us about the
// result, nothing about time.
//
// Ours runs inside the instance, as in the product: there a step crosses the boundary once, not once an operation. The others
// are called as their users call them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const root = new URL('../../', import.meta.url);
const require = createRequire(new URL('npm/package.json', import.meta.url));
const inZapo = (path) => import(new URL(`npm/node_modules/zapo-js/dist/esm/${path}`, import.meta.url));
const operations = ['node encode', 'node decode', 'LTHash, 100 records', 'patch of 1,000: build', 'patch of 1,000: apply', 'session encrypt, 64 B'];

async function loadOurs() {
  const module = new WebAssembly.Module(readFileSync(new URL('build/wasm/bench.wasm', root)));
  const imports = {};
  for (const { module: space, name } of WebAssembly.Module.imports(module)) (imports[space] ??= {})[name] = () => 52;
  const { exports } = new WebAssembly.Instance(module, imports);
  exports._initialize();
  assert.equal(exports.bench_ready(), 1);
  const input = (which) => {
    const at = exports.bench_input(which);
    const length = new DataView(exports.memory.buffer).getUint32(at, true);
    return Buffer.from(exports.memory.buffer.slice(at + 4, at + 4 + length));
  };
  const macs = input(3);
  return { run: (op, times) => exports.bench_run(op, times), stanza: input(0), patch: input(1), keyData: input(2),
           valueMacs: Array.from({ length: macs.length / 32 }, (_, i) => new Uint8Array(macs.subarray(32 * i, 32 * i + 32))) };
}

// The best of some rounds, in microseconds of CPU time a call (all threads of the process): what else the machine does counts
// less than with a clock. `batch(n)` does the work n times.
async function time(batch) {
  let best = Infinity;
  let spent = 0;
  for (let round = 0, times = 1; round < 8 && spent < 600_000; ++round) {
    const start = process.cpuUsage();
    await batch(times);
    const { user, system } = process.cpuUsage(start);
    const us = user + system;
    spent += us;
    best = Math.min(best, us / times);
    if (us < 50_000) times = Math.floor((times * 60_000) / (us + 1)) + 1;
  }
  return best;
}
const repeat = (work) => (times) => {
  for (let i = 0; i < times; ++i) work();
};
const repeatAsync = (work) => async (times) => {
  for (let i = 0; i < times; ++i) await work();
};

const message = {
  tag: 'message',
  attrs: { from: '5511999999999@s.whatsapp.net', id: '3EB0B833389AFDD9AAF180', type: 'text', t: '1790000000', notify: 'Ana' },
  content: [{ tag: 'enc', attrs: { v: '2', type: 'msg' }, content: new Uint8Array(180).fill(7) }],
};
const version = 1, collection = 'regular_low', keyId = new Uint8Array([0, 0, 0, 0, 0, 1]);

async function rustBridge(ours) {
  const bridge = await import(require.resolve('whatsapp-rust-bridge'));
  const decoded = bridge.decodeNode(ours.stanza);
  assert.equal(decoded.tag, 'message');
  assert.deepEqual(decoded.attrs.id, message.attrs.id);
  const lthash = new bridge.LTHashAntiTampering();
  const own = bridge.generateIdentityKeyPair(), peer = bridge.generateIdentityKeyPair();
  const prekey = bridge.generatePreKey(1), signed = bridge.generateSignedPreKey(peer, 1);
  let session;
  const storage = {
    loadSession: () => session, storeSession: (_, record) => { session = record.serialize(); }, getOurIdentity: () => own, getOurRegistrationId: () => 7,
    isTrustedIdentity: () => true, loadPreKey: () => undefined, removePreKey() {}, loadSignedPreKey: () => undefined,
    loadSenderKey: () => undefined, storeSenderKey() {},
  };
  const address = new bridge.ProtocolAddress('5511888888888', 0);
  await new bridge.SessionBuilder(storage, address).processPreKeyBundle({
    registrationId: 5, identityKey: peer.pubKey, signedPreKey: { keyId: 1, publicKey: signed.keyPair.pubKey, signature: signed.signature },
    preKey: { keyId: 1, publicKey: prekey.keyPair.pubKey },
  });
  const cipher = new bridge.SessionCipher(storage, address);
  const text = new Uint8Array(64).fill(3);
  return {
    'node encode': () => time(repeat(() => bridge.encodeNode(message))),
    'node decode': () => time(repeat(() => {
      const node = bridge.decodeNode(ours.stanza);
      void [node.tag, node.attrs, node.content];
      node.free?.();
    })),
    'LTHash, 100 records': () => time(repeat(() => lthash.subtractThenAdd(new Uint8Array(128), [], ours.valueMacs))),
    'session encrypt, 64 B': () => time(repeatAsync(() => cipher.encrypt(text))),
  };
}

async function baileys(ours) {
  const { encodeBinaryNode, decodeBinaryNode, proto, decodeSyncdPatch, newLTHashState } = require('baileys');
  const { LT_HASH_ANTI_TAMPERING } = require('baileys/lib/Utils/lt-hash.js');
  const libsignal = require('libsignal-node');
  assert.equal((await decodeBinaryNode(ours.stanza)).attrs.id, message.attrs.id);
  const key = async () => ({ keyData: ours.keyData });
  const apply = async () => {
    let seen = 0;
    const patch = proto.SyncdPatch.decode(ours.patch);
    await decodeSyncdPatch(patch, collection, newLTHashState(), key, () => ++seen, true);
    return seen;
  };
  assert.equal(await apply(), 1000);  // Baileys believes every MAC of our patch
  const own = libsignal.keyhelper.generateIdentityKeyPair(), peer = libsignal.keyhelper.generateIdentityKeyPair();
  const prekey = libsignal.keyhelper.generatePreKey(1), signed = libsignal.keyhelper.generateSignedPreKey(peer, 1);
  let session;
  const storage = {
    loadSession: async () => session && libsignal.SessionRecord.deserialize(session), storeSession: async (_, record) => { session = record.serialize(); },
    isTrustedIdentity: () => true, getOurIdentity: () => own, getOurRegistrationId: () => 7,
  };
  const address = new libsignal.ProtocolAddress('5511888888888', 0);
  await new libsignal.SessionBuilder(storage, address).initOutgoing({
    registrationId: 5, identityKey: peer.pubKey, signedPreKey: { keyId: 1, publicKey: signed.keyPair.pubKey, signature: signed.signature },
    preKey: { keyId: 1, publicKey: prekey.keyPair.pubKey },
  });
  const cipher = new libsignal.SessionCipher(storage, address);
  const text = Buffer.alloc(64, 3);
  return {
    'node encode': () => time(repeat(() => encodeBinaryNode(message))),
    'node decode': () => time(repeatAsync(() => decodeBinaryNode(ours.stanza))),
    'LTHash, 100 records': () => time(repeatAsync(() => LT_HASH_ANTI_TAMPERING.subtractThenAdd(new ArrayBuffer(128), ours.valueMacs, []))),
    'patch of 1,000: apply': () => time(repeatAsync(apply)),
    'session encrypt, 64 B': () => time(repeatAsync(() => cipher.encrypt(text))),
  };
}

async function zapo(ours) {
  const [{ encodeBinaryNodeStanza, decodeBinaryNodeStanza }, { WaAppStateCrypto }, { proto }, ratchet, sessions, signal, keygen] = await Promise.all([
    inZapo('transport/binary/index.js'), inZapo('appstate/WaAppStateCrypto.js'), inZapo('proto.js'), inZapo('signal/session/SignalRatchet.js'),
    inZapo('signal/session/SignalSession.js'), inZapo('signal/encoding.js'), inZapo('signal/registration/keygen.js'),
  ]);
  assert.equal((await decodeBinaryNodeStanza(ours.stanza)).attrs.id, message.attrs.id);
  const crypto = new WaAppStateCrypto();
  const patch = proto.SyncdPatch.decode(ours.patch);
  const macs = async (valueMacs) => {
    const { hash } = await crypto.ltHashSubtractThenAdd(new Uint8Array(128), valueMacs, []);
    const snapshot = await crypto.generateSnapshotMac(ours.keyData, hash, version, collection);
    return [snapshot, await crypto.generatePatchMac(ours.keyData, snapshot, valueMacs, version, collection)];
  };
  const apply = async () => {
    const decoded = proto.SyncdPatch.decode(ours.patch), valueMacs = [];
    for (const { operation, record } of decoded.mutations) {
      const out = await crypto.decryptMutation({ operation, keyId, keyData: ours.keyData, indexMac: record.index.blob, valueBlob: record.value.blob });
      valueMacs.push(out.valueMac);
    }
    return macs(valueMacs);
  };
  const [snapshot, mac] = await apply();
  assert.deepEqual([Buffer.from(snapshot), Buffer.from(mac)], [Buffer.from(patch.snapshotMac), Buffer.from(patch.patchMac)]);
  const values = await Promise.all(patch.mutations.map(({ operation, record }) =>
    crypto.decryptMutation({ operation, keyId, keyData: ours.keyData, indexMac: record.index.blob, valueBlob: record.value.blob })));
  const build = async () => {
    const mutations = [], valueMacs = [];
    for (const { index, value, version: of } of values) {
      const made = await crypto.encryptMutation({ operation: 0, keyId, keyData: ours.keyData, index, value, version: of });
      valueMacs.push(made.valueMac);
      mutations.push({ operation: 0, record: { index: { blob: made.indexMac }, value: { blob: made.valueBlob }, keyId: { id: keyId } } });
    }
    const [snapshotMac, patchMac] = await macs(valueMacs);
    return proto.SyncdPatch.encode({ mutations, snapshotMac, patchMac, keyId: { id: keyId } }).finish();
  };
  const own = await keygen.generateRegistrationInfo(), peer = await keygen.generateRegistrationInfo();
  const signed = await keygen.generateSignedPreKey(1, peer.identityKeyPair.privKey), base = await keygen.generatePreKeyPair(1);
  const local = { regId: own.registrationId, staticKeyPair: sessions.toSerializedKeyPair?.(own.identityKeyPair) ?? own.identityKeyPair };
  let session = await sessions.initiateSessionOutgoing(local, {
    regId: peer.registrationId, identity: peer.identityKeyPair.pubKey,
    signedKey: { id: 1, publicKey: signed.keyPair.pubKey, signature: signed.signature }, oneTimeKey: { id: 1, publicKey: base.keyPair.pubKey },
  }, sessions.toSerializedKeyPair?.((await keygen.generatePreKeyPair(2)).keyPair) ?? (await keygen.generatePreKeyPair(2)).keyPair);
  let row = signal.encodeSignalSessionRecord(session);
  const text = new Uint8Array(64).fill(3);
  const encrypt = async () => {
    const [next] = await ratchet.encryptMsg(signal.decodeSignalSessionRecord(row), text);
    row = signal.encodeSignalSessionRecord(next);
  };
  await encrypt();
  return {
    'node encode': () => time(repeat(() => encodeBinaryNodeStanza(message))),
    'node decode': () => time(repeatAsync(() => decodeBinaryNodeStanza(ours.stanza))),
    'LTHash, 100 records': () => time(repeatAsync(() => crypto.ltHashAdd(new Uint8Array(128), ours.valueMacs))),
    'patch of 1,000: build': () => time(repeatAsync(build)),
    'patch of 1,000: apply': () => time(repeatAsync(apply)),
    'session encrypt, 64 B': () => time(repeatAsync(encrypt)),
  };
}

const ours = await loadOurs();
const native = JSON.parse(execFileSync(new URL('build/release/native_bench', root).pathname, { encoding: 'utf8' }));
const others = {};
for (const [name, load] of Object.entries({ 'whatsapp-rust-bridge': rustBridge, baileys, 'zapo-js': zapo })) {
  others[name] = await load(ours).catch((problem) => {
    console.error(`${name}: left out, ${problem.stack?.split('\n').slice(0, 3).join(' ')}`);
    return {};
  });
}
const contenders = ['native', ...Object.keys(others)].map((name) => name.padStart(30)).join('');
console.log(`${'CPU microseconds (ratio to wasm)'.padEnd(36)}${'wasm'.padStart(11)}${contenders}`);
for (const [op, name] of operations.entries()) {
  const us = await time((times) => ours.run(op, times));
  const row = { bench: 'wasm', name, wasm_us: us, native_us: native[op], native_ratio: native[op] / us };
  const cells = [`${native[op].toFixed(2)} (${(native[op] / us).toFixed(2)} x)`];
  for (const [other, work] of Object.entries(others)) {
    const took = await work[name]?.();
    if (took) Object.assign(row, { [`${other}_us`]: took, [`${other}_ratio`]: took / us });
    cells.push(took ? `${took.toFixed(2)} (${(took / us).toFixed(2)} x)` : '-');
  }
  console.log(`${name.padEnd(36)}${us.toFixed(2).padStart(11)}${cells.map((cell) => cell.padStart(30)).join('')}`);
  console.log(JSON.stringify(row, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)));
}
