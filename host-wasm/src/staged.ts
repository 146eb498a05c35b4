// The committed rows of a store with writes on top that are about to be committed: what the steps of one commit see.
import type { Reads } from './core.js';
import type { RandomSource } from './clock.js';
import type { Row, Store, StoreWrite } from './store.js';

export class StagedReads implements Reads {
  failed: unknown;
  readonly random: RandomSource;
  private staged = new Map<number, Map<string, Uint8Array | undefined>>();

  constructor(private readonly store: Store, random: RandomSource) {
    this.random = random;
  }

  get empty(): boolean {
    return this.staged.size === 0;
  }

  stage(writes: StoreWrite[]): void {
    for (const { table, id, value } of writes) {
      let rows = this.staged.get(table);
      if (!rows) this.staged.set(table, (rows = new Map()));
      rows.set(id, value);
    }
  }

  take(): StoreWrite[] {
    const out: StoreWrite[] = [];
    for (const [table, rows] of this.staged) for (const [id, value] of rows) out.push({ table, id, value });
    this.staged.clear();
    return out;
  }

  heal(): void {
    this.failed = undefined;
    this.staged.clear();
  }

  get(table: number, id: string): Uint8Array | undefined {
    const rows = this.staged.get(table);
    return rows?.has(id) ? rows.get(id) : this.store.get(table, id);
  }

  scan(table: number, from: string, limit: number): Row[] {
    const rows = this.staged.get(table);
    if (!rows) return this.store.scan(table, from, limit);
    const found = this.store.scan(table, from, limit + rows.size).filter((row) => !rows.has(row.id));
    for (const [id, value] of rows) if (value && id >= from) found.push({ id, value });
    found.sort((a, b) => (a.id < b.id ? -1 : 1));
    return found.length > limit ? found.slice(0, limit) : found;
  }
}
