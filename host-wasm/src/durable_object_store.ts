// The SQLite database of a Durable Object: read synchronously, committed in one transaction. The platform holds back what
// the object sends until its writes are on disk. One object is one owner, world-wide.
import { bytesOf, keyOf } from './bytes.js';
import { WutsError, storeError } from './errors.js';
import type { Row, Store, StoreWrite } from './store.js';

// What is used of ctx.storage.
export interface SqlStorageLike {
  sql: { exec(query: string, ...values: any[]): Iterable<Record<string, unknown>> };
  transactionSync<T>(run: () => T): T;
}

const rowBytesMax = 2_000_000;  // the platform's limit of a row is 2 MB

export class DurableObjectStore implements Store {
  constructor(private readonly storage: SqlStorageLike) {}

  open(): void {
    this.storage.sql.exec(`CREATE TABLE IF NOT EXISTS wuts_rows
      (tab INTEGER NOT NULL, id BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (tab, id)) WITHOUT ROWID`);
  }

  get(table: number, id: string): Uint8Array | undefined {
    for (const row of this.storage.sql.exec('SELECT value FROM wuts_rows WHERE tab = ? AND id = ?', table, bytesOf(id).buffer)) {
      return new Uint8Array(row['value'] as ArrayBuffer);
    }
    return undefined;
  }

  scan(table: number, from: string, limit: number): Row[] {
    const found = this.storage.sql.exec('SELECT id, value FROM wuts_rows WHERE tab = ? AND id >= ? ORDER BY id LIMIT ?',
                                        table, bytesOf(from).buffer, limit);
    return Array.from(found, (row) => ({ id: keyOf(new Uint8Array(row['id'] as ArrayBuffer)),
                                         value: new Uint8Array(row['value'] as ArrayBuffer) }));
  }

  commit(writes: StoreWrite[]): void {
    try {
      this.storage.transactionSync(() => writes.forEach((write) => this.write(write)));
    } catch (problem) {
      throw storeError(problem);
    }
  }

  clear(): void {
    this.storage.sql.exec('DELETE FROM wuts_rows');
  }

  private write({ table, id, value }: StoreWrite): void {
    if (!value) return void this.storage.sql.exec('DELETE FROM wuts_rows WHERE tab = ? AND id = ?', table, bytesOf(id).buffer);
    if (value.length > rowBytesMax) throw new WutsError('STORE_FULL', `a row of ${value.length} bytes does not fit`);
    this.storage.sql.exec('INSERT OR REPLACE INTO wuts_rows (tab, id, value) VALUES (?, ?, ?)', table, bytesOf(id).buffer,
                          value.slice().buffer);
  }
}
