// The clock of a device that sleeps: a timer that is only waiting would keep the object in memory, and it is paid for by the
// second. Asleep, none is set; the alarm of the object stands in for the earliest.
import type { Clock } from 'wuts-core';
import { timerMsMax } from './limits.js';

interface Wait {
  at: number;
  call: () => void;
  timer: number | null;
}

export class SleepingClock implements Clock {
  private readonly waits = new Set<Wait>();
  private awake = true;

  mono(): number {
    return performance.now();
  }
  wall(): number {
    return Date.now();
  }

  after(ms: number, call: () => void): () => void {
    const wait: Wait = { at: this.mono() + ms, call, timer: null };
    this.waits.add(wait);
    if (this.awake) this.start(wait);
    return () => {
      clearTimeout(wait.timer);
      this.waits.delete(wait);
    };
  }

  sleep(): void {
    this.awake = false;
    for (const wait of this.waits) clearTimeout(wait.timer);
  }

  wake(): void {
    if (this.awake) return;
    this.awake = true;
    for (const wait of this.waits) this.start(wait);
  }

  private start(wait: Wait): void {
    const ms = Math.min(Math.max(0, wait.at - this.mono()), timerMsMax);
    wait.timer = setTimeout(() => {
      this.waits.delete(wait);
      wait.call();
    }, ms);
  }
}
