// A running fingerprint of the steps: FNV-1a over 64 bits of the JSON of each step without `us`. It answers one question, "is
// this the same run?", and is not meant to resist anybody.

import type { Step } from './steps';

export class Digest {
  private high = 0xcbf29ce4;
  private low = 0x84222325;

  add(step: Step): void {
    const text = JSON.stringify(step, (key, value: unknown) => (key === 'us' ? undefined : value));
    let { high, low } = this;
    for (let i = 0; i < text.length; ++i) {
      low = (low ^ text.charCodeAt(i)) >>> 0;
      // times 0x100000001b3
      const lowProduct = low * 0x1b3;
      high = (Math.imul(high, 0x1b3) + Math.floor(lowProduct / 0x100000000) + (low << 8)) >>> 0;
      low = lowProduct >>> 0;
    }
    this.high = high;
    this.low = low;
  }

  get text(): string {
    return this.high.toString(16).padStart(8, '0') + this.low.toString(16).padStart(8, '0');
  }
}
