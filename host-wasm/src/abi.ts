// What crosses the boundary with every step: an input in, a step out. The numbers are the positions in the variants
// of core/gateway/input.h and core/client/effect.h; host-wasm/abi/abi.h is the contract.
import { ByteReader, ByteWriter, keyOf } from './bytes.js';
import type { StoreWrite } from './store.js';

export interface ApiRequest {
  request: bigint;
  method: string;
  target: string;
  authorization: string;
  contentType: string;
  body: string;
  deviceId: string;
  idempotencyKey: string;
  prefer: string;
  range: string;
  ifNoneMatch: string;
  files: GivenFile[];
  form: boolean;
}

// A part of a request that is a file: where it stood in the JSON, or the name of its part of a form; '': the whole body.
export interface GivenFile {
  member: string;
  file: bigint;
  size: number;
  fileName: string;
  contentType: string;
}

// The positions in FileFault of core/base/files.h.
const faults = ['none', 'unsupported', 'forbidden', 'unreachable', 'timeout', 'http_status', 'too_large', 'no_room', 'broken', 'missing',
                'unreadable'] as const;
export type FileFault = (typeof faults)[number];

export interface FileStored { kind: 'stored'; size: number; sha256: Uint8Array; contentType: string; fileName: string }
export interface FileSealed {
  kind: 'sealed';
  size: number;
  sealedSize: number;
  sha256: Uint8Array;
  encSha256: Uint8Array;
  sidecar: Uint8Array;
  firstFrameSidecar: Uint8Array;
}
export interface FileAnswered { kind: 'answered'; status: number; retryAfterMs: number; body: string }
export interface FileInspected {
  kind: 'inspected';
  mimetype: string;
  width: number;
  height: number;
  seconds: number;
  pages: number;
  animated: boolean;
  firstFrameLength: number;
  thumbnail: Uint8Array;
  waveform: Uint8Array;
  converted: boolean;
  size: number;
  warnings: string[];
}
export type FileResult = FileStored | FileSealed | FileAnswered | FileInspected;
export interface FileDone {
  job: bigint;
  fault: FileFault;
  status: number;
  retryAfterMs: number;
  result?: FileResult;
}

export type Input =
  | { kind: 'opened'; connection: number }
  | { kind: 'received'; connection: number; bytes: Uint8Array }
  | { kind: 'closed'; connection: number }
  | { kind: 'fetched'; fetch: number; ok: boolean; status: number; body: Uint8Array }
  | ({ kind: 'request' } & ApiRequest)
  | { kind: 'webhookDone'; delivery: bigint; status: number; retryAfterMs: bigint }
  | { kind: 'tick' }
  | ({ kind: 'fileDone' } & FileDone);

export type Headers = [name: string, value: string][];
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export type Effect =
  | { kind: 'connect'; connection: number }
  | { kind: 'send'; connection: number; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'disconnect'; connection: number }
  | { kind: 'fetch'; fetch: number; hosts: string[]; path: string; bytesMax: number }
  | { kind: 'reply'; request: bigint; status: number; headers: Headers; body: string }
  | { kind: 'postWebhook'; delivery: bigint; url: string; headers: Headers; body: string; timeoutMs: number }
  | { kind: 'deviceStatus'; connected: boolean; paired: boolean; jid: string; lastSeenMs: number; webhookUrl: string }
  | { kind: 'log'; level: LogLevel; text: string; number: bigint }
  | { kind: 'removed' }
  | { kind: 'trace'; sent: boolean; node: Uint8Array<ArrayBuffer> }
  | FileEffect
  | { kind: 'replyFile'; request: bigint; status: number; headers: Headers; file: bigint; offset: number; count: number };

// Work on files that the host holds (core/client/effect.h). Those with a job are answered by a FileDone.
export type FileEffect =
  | { kind: 'writeFile'; file: bigint; bytes: Uint8Array<ArrayBuffer> }
  | { kind: 'fetchUrl'; job: bigint; into: bigint; url: string; bytesMax: number; timeoutMs: number }
  | { kind: 'sealFile'; job: bigint; from: bigint; into: bigint; mediaKey: Uint8Array; info: string; sidecar: boolean; firstFrameLength: number }
  | { kind: 'uploadFile'; job: bigint; file: bigint; host: string; path: string; offset: number; check: boolean }
  | { kind: 'downloadFile'; job: bigint; into: bigint; host: string; path: string; mediaKey: Uint8Array; info: string; encSha256: Uint8Array;
      sha256: Uint8Array; bytesMax: number }
  | { kind: 'inspectFile'; job: bigint; file: bigint; into: bigint; inspectAs: string; thumbnail: boolean; convert: boolean }
  | { kind: 'dropFile'; file: bigint };

export interface Step {
  writes: StoreWrite[];
  effects: Effect[];
  wake: number | undefined;  // on the mono clock
}

const levels: LogLevel[] = ['debug', 'info', 'warning', 'error'];

export function encodeInput(input: Input): Uint8Array {
  const out = new ByteWriter();
  switch (input.kind) {
    case 'opened':
      return out.u8(0).u32(input.connection).done();
    case 'received':
      return out.u8(1).u32(input.connection).bytes(input.bytes).done();
    case 'closed':
      return out.u8(2).u32(input.connection).done();
    case 'fetched':
      return out.u8(3).u32(input.fetch).bool(input.ok).i32(input.status).bytes(input.body).done();
    case 'request':
      return out.u8(4).u64(input.request).text(input.method).text(input.target).text(input.authorization)
        .text(input.contentType).text(input.body).text(input.deviceId).text(input.idempotencyKey).text(input.prefer)
        .text(input.range).text(input.ifNoneMatch)
        .list(input.files, (file) => out.text(file.member).u64(file.file).u64(BigInt(file.size)).text(file.fileName).text(file.contentType))
        .bool(input.form).done();
    case 'webhookDone':
      return out.u8(5).u64(input.delivery).i32(input.status).i64(input.retryAfterMs).done();
    case 'tick':
      return out.u8(6).done();
    case 'fileDone':
      out.u8(7).u64(input.job).u8(faults.indexOf(input.fault)).i32(input.status).i64(BigInt(Math.trunc(input.retryAfterMs)));
      encodeResult(out, input.result);
      return out.done();
  }
}

function encodeResult(out: ByteWriter, result: FileResult | undefined): ByteWriter {
  switch (result?.kind) {
    case undefined:
      return out.u8(0);
    case 'stored':
      return out.u8(1).u64(BigInt(result.size)).bytes(result.sha256).text(result.contentType).text(result.fileName);
    case 'sealed':
      return out.u8(2).u64(BigInt(result.size)).u64(BigInt(result.sealedSize)).bytes(result.sha256).bytes(result.encSha256)
        .bytes(result.sidecar).bytes(result.firstFrameSidecar);
    case 'answered':
      return out.u8(3).i32(result.status).i64(BigInt(Math.trunc(result.retryAfterMs))).text(result.body);
    case 'inspected':
      return out.u8(4).text(result.mimetype).u32(result.width).u32(result.height).u32(result.seconds).u32(result.pages).bool(result.animated)
        .u64(BigInt(result.firstFrameLength)).bytes(result.thumbnail).bytes(result.waveform).bool(result.converted).u64(BigInt(result.size))
        .list(result.warnings, (warning) => out.text(warning));
  }
}

function decodeEffect(in_: ByteReader): Effect {
  const headers = (): Headers => in_.list(() => [in_.text(), in_.text()]);
  const size = (): number => Number(in_.u64());
  const kind = in_.u8();
  switch (kind) {
    case 0:
      return { kind: 'connect', connection: in_.u32() };
    case 1:
      return { kind: 'send', connection: in_.u32(), bytes: in_.bytes() };
    case 2:
      return { kind: 'disconnect', connection: in_.u32() };
    case 3:
      return { kind: 'fetch', fetch: in_.u32(), hosts: in_.list(() => in_.text()), path: in_.text(), bytesMax: in_.u32() };
    case 4:
      return { kind: 'reply', request: in_.u64(), status: in_.i32(), headers: headers(), body: in_.text() };
    case 5:
      return { kind: 'postWebhook', delivery: in_.u64(), url: in_.text(), headers: headers(), body: in_.text(),
               timeoutMs: Number(in_.i64()) };
    case 6:
      return { kind: 'deviceStatus', connected: in_.bool(), paired: in_.bool(), jid: in_.text(),
               lastSeenMs: Number(in_.i64()), webhookUrl: in_.text() };
    case 7:
      return { kind: 'log', level: levels[in_.u8()] ?? 'error', text: in_.text(), number: in_.i64() };
    case 8:
      return { kind: 'removed' };
    case 9:
      return { kind: 'trace', sent: in_.bool(), node: in_.bytes() };
    case 10:
      return { kind: 'writeFile', file: in_.u64(), bytes: in_.bytes() };
    case 11:
      return { kind: 'fetchUrl', job: in_.u64(), into: in_.u64(), url: in_.text(), bytesMax: size(), timeoutMs: Number(in_.i64()) };
    case 12:
      return { kind: 'sealFile', job: in_.u64(), from: in_.u64(), into: in_.u64(), mediaKey: in_.bytes(), info: in_.text(), sidecar: in_.bool(),
               firstFrameLength: size() };
    case 13:
      return { kind: 'uploadFile', job: in_.u64(), file: in_.u64(), host: in_.text(), path: in_.text(), offset: size(), check: in_.bool() };
    case 14:
      return { kind: 'downloadFile', job: in_.u64(), into: in_.u64(), host: in_.text(), path: in_.text(), mediaKey: in_.bytes(), info: in_.text(),
               encSha256: in_.bytes(), sha256: in_.bytes(), bytesMax: size() };
    case 15:
      return { kind: 'inspectFile', job: in_.u64(), file: in_.u64(), into: in_.u64(), inspectAs: in_.text(), thumbnail: in_.bool(), convert: in_.bool() };
    case 16:
      return { kind: 'replyFile', request: in_.u64(), status: in_.i32(), headers: headers(), file: in_.u64(), offset: size(), count: size() };
    case 17:
      return { kind: 'dropFile', file: in_.u64() };
    default:
      throw new RangeError(`effect ${kind} is unknown to this loader`);
  }
}

export function decodeStep(bytes: Uint8Array): Step {
  const in_ = new ByteReader(bytes);
  const write = (): StoreWrite => ({ table: in_.u8(), id: keyOf(in_.bytes()), value: in_.optional(() => in_.bytes()) });
  const writes = in_.list(write);
  const effects = in_.list(() => decodeEffect(in_));
  const wake = in_.optional(() => Number(in_.i64()));
  return { writes, effects, wake };
}
