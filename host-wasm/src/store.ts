// Where a device keeps its rows. Reads are synchronous and see committed rows only; a commit is all or nothing.
// A Store belongs to one device. Ids are strings of which every char is one byte, so that their order is that of the bytes.

export interface Row {
  id: string;
  value: Uint8Array;
}

export interface StoreWrite {
  table: number;
  id: string;
  value: Uint8Array | undefined;  // undefined: erase
}

export interface Store {
  // Called once by Device.open, before any read. Rejects with a WutsError (OWNED_ELSEWHERE, STORE_EVICTED, ...).
  open?(): Promise<void> | void;
  // After a failed commit: forget what is cached and read again what is stored.
  reload?(): Promise<void> | void;
  get(table: number, id: string): Uint8Array | undefined;
  // Rows with id >= from in byte order, at most `limit`.
  scan(table: number, from: string, limit: number): Row[];
  // Durable when it returns (or when the promise resolves). Throws or rejects: nothing of it is stored.
  commit(writes: StoreWrite[]): Promise<void> | void;
  // All rows of the device, after it was removed.
  clear(): Promise<void> | void;
  close?(): Promise<void> | void;
}

class Table {
  private rows = new Map<string, Uint8Array>();
  private sorted: string[] = [];    // may hold ids that are gone
  private added: string[] = [];     // not yet in `sorted`
  private gone = 0;

  get(id: string): Uint8Array | undefined {
    return this.rows.get(id);
  }

  put(id: string, value: Uint8Array): void {
    if (!this.rows.has(id)) this.added.push(id);
    this.rows.set(id, value);
  }

  erase(id: string): void {
    if (this.rows.delete(id)) ++this.gone;
  }

  scan(from: string, limit: number): Row[] {
    this.order();
    const out: Row[] = [];
    for (let i = this.find(from); i < this.sorted.length && out.length < limit; ++i) {
      const id = this.sorted[i]!, value = this.rows.get(id);
      if (value) out.push({ id, value });
    }
    return out;
  }

  *[Symbol.iterator](): Iterator<[string, Uint8Array]> {
    yield* this.rows;
  }

  private find(from: string): number {
    let low = 0, high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sorted[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private order(): void {
    if (this.added.length === 0 && this.gone * 2 <= this.sorted.length) return;
    const before = this.sorted, fresh = this.added.sort(byteOrder), merged: string[] = [];
    for (let i = 0, j = 0; i < before.length || j < fresh.length;) {
      const next = j >= fresh.length || (i < before.length && before[i]! <= fresh[j]!) ? before[i++]! : fresh[j++]!;
      if (next !== merged[merged.length - 1] && this.rows.has(next)) merged.push(next);
    }
    this.sorted = merged;
    this.added = [];
    this.gone = 0;
  }
}

function byteOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// Rows in memory, ordered. The mirror of the stores that cannot be read synchronously.
export class RowMap {
  private tables = new Map<number, Table>();

  get(table: number, id: string): Uint8Array | undefined {
    return this.tables.get(table)?.get(id);
  }
  scan(table: number, from: string, limit: number): Row[] {
    return this.tables.get(table)?.scan(from, limit) ?? [];
  }
  apply(writes: Iterable<StoreWrite>): void {
    for (const { table, id, value } of writes) {
      let rows = this.tables.get(table);
      if (!rows) this.tables.set(table, (rows = new Table()));
      if (value) rows.put(id, value);
      else rows.erase(id);
    }
  }
  clear(): void {
    this.tables.clear();
  }
  *writes(): Iterable<StoreWrite> {
    for (const [table, rows] of this.tables) for (const [id, value] of rows) yield { table, id, value };
  }
}

// Forgets everything with the object itself. `rows` and `restore` are for tests and demos.
export class MemoryStore implements Store {
  private readonly map = new RowMap();

  get(table: number, id: string): Uint8Array | undefined {
    return this.map.get(table, id);
  }
  scan(table: number, from: string, limit: number): Row[] {
    return this.map.scan(table, from, limit);
  }
  commit(writes: StoreWrite[]): void {
    this.map.apply(writes);
  }
  clear(): void {
    this.map.clear();
  }

  // Everything stored, in no particular order.
  rows(): StoreWrite[] {
    return [...this.map.writes()];
  }
  // Replaces everything stored.
  restore(rows: Iterable<StoreWrite>): void {
    this.map.clear();
    this.map.apply(rows);
  }
}
