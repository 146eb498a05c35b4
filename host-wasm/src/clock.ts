// Time and randomness, both replaceable: tests run hours in milliseconds, and a seed gives the same run again.
import { timerMaxMs } from './limits.js';

export interface Clock {
  mono(): number;                                         // milliseconds, never jumps
  wall(): number;                                         // milliseconds since 1970
  after(ms: number, call: () => void): () => void;        // one timer; the function cancels it
}

export type RandomSource = (out: Uint8Array) => void;

export const systemClock: Clock = {
  mono: () => performance.now(),
  wall: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, Math.min(Math.max(ms, 0), timerMaxMs));
    return () => clearTimeout(timer);
  },
};

// crypto.getRandomValues fills at most 64 KiB at once, and never memory of a wasm instance in every runtime.
export const systemRandom: RandomSource = (out) => {
  for (let at = 0; at < out.length; at += 65_536) {
    const part = new Uint8Array(Math.min(65_536, out.length - at));
    crypto.getRandomValues(part);
    out.set(part, at);
  }
};
