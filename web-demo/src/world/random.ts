// Numbers that repeat themselves for a seed (splitmix64 on two 32-bit halves would be slow in script; this is sfc32). For the
// demo only: real devices take their randomness from the platform.

export class Dice {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(seed: number, stream: number) {
    this.a = seed >>> 0;
    this.b = Math.floor(seed / 0x100000000) >>> 0;
    this.c = stream >>> 0;
    for (let i = 0; i < 16; ++i) this.next();
  }

  next(): number {
    const sum = (this.a + this.b + this.d++) >>> 0;
    this.a = (this.b ^ (this.b >>> 9)) >>> 0;
    this.b = (this.c + (this.c << 3)) >>> 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) >>> 0;
    return sum;
  }

  below(limit: number): number { return limit <= 0 ? 0 : this.next() % limit; }
  between(low: number, high: number): number { return low + this.below(Math.max(0, high - low) + 1); }
  chance(percent: number): boolean { return this.below(100) < percent; }

  fill(out: Uint8Array): void {
    let word = 0;
    for (let i = 0; i < out.length; ++i) {
      if (i % 4 === 0) word = this.next();
      out[i] = word >>> (8 * (i % 4));
    }
  }
}
