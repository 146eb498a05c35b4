// One frame, peeled: WebSocket message, Noise frame, binary node, and the protobuf messages inside.

import { concat, fromHex, readable, toHex } from './hex';
import * as names from './names';
import type { Schema } from './names';
import { nodeTree, type Content } from './node';
import { parseFields, protobufTree } from './protobuf';
import type { Branch, Layer, Range } from './tree';
import type { FrameStep } from '../recording/steps';
import type { InspectedNode } from '../world/network';

const kTag = 16;       // of AES-GCM
const kMac = 8;        // of a Signal message

// What RFC 6455 puts before a binary message of this size; a client adds four bytes of mask.
function webSocketHeader(size: number, masked: boolean): number[] {
  const mask = masked ? 0x80 : 0;
  if (size < 126) return [0x82, mask | size];
  if (size < 65_536) return [0x82, mask | 126, size >> 8, size & 255];
  return [0x82, mask | 127, 0, 0, 0, 0, (size >>> 24) & 255, (size >> 16) & 255, (size >> 8) & 255, size & 255];
}

function webSocketLayer(frame: FrameStep, message: Uint8Array): Layer {
  const header = webSocketHeader(message.length, frame.dir === 'out'), start = header.length;
  const bytes = concat([Uint8Array.from(header), message]);
  return {
    id: 'ws', name: 'WebSocket', bytes,
    summary: `binary message of ${message.length} bytes${frame.pieces > 1 ? `; here it came in ${frame.pieces} pieces` : ''}. `
      + 'In this tab messages are handed over in memory; the header is what a socket would put before it'
      + (frame.dir === 'out' ? ', without the four random bytes of the client’s mask.' : '.'),
    tree: [
      { label: 'FIN, opcode', value: 'final, binary (2)', at: [0, 1] },
      { label: 'length', value: String(message.length), note: frame.dir === 'out' ? 'masked' : '', at: [1, start] },
      { label: 'message', value: toHex(message), note: `${message.length} B`, at: [start, bytes.length], opens: 'noise' },
    ],
    segments: [{ name: 'header', at: [0, start], kind: 'head' }, { name: 'message', at: [start, bytes.length], kind: 'body' }],
  };
}

function noiseLayer(frame: FrameStep, message: Uint8Array, intro: number): Layer {
  const end = message.length, start = intro + 3, tree: Branch[] = [];
  const segments: Layer['segments'] = [];
  if (intro > 0) {
    tree.push({ label: 'intro', value: toHex(message.subarray(0, intro)), note: intro > 4 ? 'routing info, "WA", 6, 3' : '"WA", 6, 3', at: [0, intro] });
    segments.push({ name: 'intro', at: [0, intro], kind: 'head' });
  }
  tree.push({ label: 'length', value: String(end - start), note: '24 bits', at: [intro, start] });
  segments.push({ name: 'length', at: [intro, start], kind: 'head' });
  if (frame.phase === 'handshake') {
    tree.push({ label: 'HandshakeMessage', value: toHex(message.subarray(start)), note: 'protobuf', at: [start, end], opens: 'hs' });
    segments.push({ name: 'handshake', at: [start, end], kind: 'body' });
  } else {
    const tag = Math.max(start, end - kTag);
    tree.push(
      { label: 'ciphertext', value: toHex(message.subarray(start, tag)), note: `AES-256-GCM, counter ${frame.counter ?? '?'}`, at: [start, tag], ...(frame.node ? { opens: 'node' } : {}) },
      { label: 'tag', value: toHex(message.subarray(tag)), note: `${kTag} B`, at: [tag, end] },
    );
    segments.push({ name: 'ciphertext', at: [start, tag], kind: 'body' }, { name: 'tag', at: [tag, end], kind: 'tag' });
  }
  return {
    id: 'noise', name: 'Noise', bytes: message, tree, segments,
    summary: frame.phase === 'handshake'
      ? 'Noise_XX_25519_AESGCM_SHA256, in the clear where the pattern says so'
      : `sealed under the ${frame.dir === 'out' ? 'client' : 'server'} key with nonce ${frame.counter ?? '?'}; no additional data`,
  };
}

function protobufLayer(id: string, name: string, bytes: Uint8Array, schema: Schema | undefined, from: number, to: number, head: Branch[], tail: Branch[]): Layer | null {
  const tree = protobufTree(bytes, schema, from, to);
  if (!tree || tree.length === 0) return null;
  const segments: Layer['segments'] = [];
  for (const one of head) segments.push({ name: one.label, at: one.at, kind: 'head' });
  segments.push({ name: 'protobuf', at: [from, to], kind: 'body' });
  for (const one of tail) segments.push({ name: one.label, at: one.at, kind: 'tag' });
  return { id, name, bytes, summary: `${to - from} bytes, ${schema ? 'names from this page' : 'no schema: field numbers only'}`, tree: [...head, ...tree, ...tail], segments };
}

// A Signal message: version byte, protobuf, MAC (or a signature under a sender key).
function signalLayer(id: string, type: string, bytes: Uint8Array): Layer | null {
  const version: Branch = { label: 'version', value: `0x${(bytes[0] ?? 0).toString(16)}`, note: 'Signal', at: [0, 1] };
  if (type === 'pkmsg') {
    const layer = protobufLayer(id, 'PreKeySignalMessage', bytes, names.kPreKeySignal, 1, bytes.length, [version], []);
    const inner = parseFields(bytes, 1, bytes.length)?.find((field) => field.number === 4 && field.wire === 2);
    const row = layer?.tree.find((one) => one.label === 'message');
    if (inner && row && inner.end - inner.body > kMac + 1) {
      row.children = [
        { label: 'version', value: `0x${bytes[inner.body]!.toString(16)}`, at: [inner.body, inner.body + 1] },
        ...(protobufTree(bytes, names.kSignal, inner.body + 1, inner.end - kMac) ?? []),
        { label: 'mac', value: toHex(bytes.subarray(inner.end - kMac, inner.end)), note: `${kMac} B`, at: [inner.end - kMac, inner.end] },
      ];
      delete row.value;
    }
    return layer;
  }
  const tailSize = type === 'skmsg' ? 64 : kMac, cut = bytes.length - tailSize;
  if (cut <= 1) return null;
  const tail: Branch = { label: type === 'skmsg' ? 'signature' : 'mac', value: toHex(bytes.subarray(cut)), note: `${tailSize} B`, at: [cut, bytes.length] };
  return protobufLayer(id, type === 'skmsg' ? 'SenderKeyMessage' : 'SignalMessage', bytes, type === 'skmsg' ? names.kSenderKeySignal : names.kSignal, 1, cut, [version], [tail]);
}

const kByTag: Record<string, { name: string; schema: Schema }> = {
  patch: { name: 'SyncdPatch', schema: names.kPatch },
  snapshot: { name: 'ExternalBlobReference', schema: names.kSnapshotReference },
  'device-identity': { name: 'ADVSignedDeviceIdentity', schema: names.kSignedIdentity },
};

function contentLayer(content: Content, bytes: Uint8Array): Layer | null {
  const { node, path } = content;
  if (node.tag === 'enc') return signalLayer(path, node.attrs.find(([name]) => name === 'type')?.[1] ?? '', bytes);
  if (node.tag === 'device-identity' && content.parents.includes('pair-success')) {
    return protobufLayer(path, 'ADVSignedDeviceIdentityHMAC', bytes, names.kSignedIdentityHmac, 0, bytes.length, [], []);
  }
  const known = kByTag[node.tag];
  if (known) return protobufLayer(path, known.name, bytes, known.schema, 0, bytes.length, [], []);
  if (bytes.length < 12 || bytes.length === 32 || bytes.length === 64 || readable(bytes) !== null) return null;
  return protobufLayer(path, `${node.tag}`, bytes, undefined, 0, bytes.length, [], []);
}

export function layersOf(frame: FrameStep, inspect: (node: Uint8Array) => InspectedNode | null): Layer[] {
  const intro = frame.intro ? fromHex(frame.intro) : new Uint8Array();
  const payload = fromHex(frame.payload);
  const length = Uint8Array.of(payload.length >> 16, (payload.length >> 8) & 255, payload.length & 255);
  const message = concat([intro, length, payload]);
  const layers = [webSocketLayer(frame, message), noiseLayer(frame, message, intro.length)];
  if (frame.phase === 'handshake') {
    const layer = protobufLayer('hs', 'Handshake', payload, names.kHandshake, 0, payload.length, [], []);
    if (layer) layers.push(layer);
    return layers;
  }
  if (!frame.node) return layers;
  const bytes = fromHex(frame.node), inspected = inspect(bytes);
  if (!inspected) return layers;
  const compressed = ((bytes[0] ?? 0) & 2) !== 0, built = compressed ? null : nodeTree(bytes, inspected);
  const flag: Branch = { label: 'flags', value: compressed ? 'compressed' : 'plain', at: [0, 1] };
  const whole: Range = [1, bytes.length];
  layers.push({
    id: 'node', name: 'Node', bytes, summary: `${frame.label}; ${bytes.length} bytes of tokens, lists and strings`,
    tree: [flag, built?.root ?? { label: `<${inspected.tag}>`, note: 'compressed: no byte ranges', at: whole }],
    segments: [{ name: 'flags', at: [0, 1], kind: 'head' }, { name: 'node', at: whole, kind: 'body' }],
  });
  for (const content of built?.contents ?? []) {
    const layer = contentLayer(content, bytes.slice(content.at[0], content.at[1]));
    if (layer) layers.push(layer);
  }
  const opened = new Set(layers.map((layer) => layer.id));
  const tidy = (branch: Branch): void => {
    if (branch.opens && !opened.has(branch.opens)) delete branch.opens;
    branch.children?.forEach(tidy);
  };
  layers.forEach((layer) => layer.tree.forEach(tidy));
  return layers;
}
