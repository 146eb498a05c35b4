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
}

export type Input =
  | { kind: 'opened'; connection: number }
  | { kind: 'received'; connection: number; bytes: Uint8Array }
  | { kind: 'closed'; connection: number }
  | { kind: 'fetched'; fetch: number; ok: boolean; status: number; body: Uint8Array }
  | ({ kind: 'request' } & ApiRequest)
  | { kind: 'webhookDone'; delivery: bigint; status: number; retryAfterMs: bigint }
  | { kind: 'tick' };

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
  | { kind: 'trace'; sent: boolean; node: Uint8Array<ArrayBuffer> };

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
        .text(input.contentType).text(input.body).text(input.deviceId).text(input.idempotencyKey).text(input.prefer).done();
    case 'webhookDone':
      return out.u8(5).u64(input.delivery).i32(input.status).i64(input.retryAfterMs).done();
    case 'tick':
      return out.u8(6).done();
  }
}

function decodeEffect(in_: ByteReader): Effect {
  const headers = (): Headers => in_.list(() => [in_.text(), in_.text()]);
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
