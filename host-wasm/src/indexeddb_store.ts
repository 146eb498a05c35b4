// A store that survives the page: IndexedDB, strict durability, one owner, encrypted.
//
// Rows are read from a mirror in memory, which is filled at open. On disk stand encrypted batches: a log of one record a
// commit, and a snapshot of everything before it, written anew when the log has outgrown it. The AES-GCM key is a
// non-extractable CryptoKey in the same database: scripts of the origin can use it, nobody can copy it out; ids of rows
// (which contain phone numbers) are inside the batches.
//
// One owner: a Web Lock keeps a second tab out, and every commit checks that the head of the log is still the one this
// owner wrote, so that even a tab that was taken over without noticing cannot write.
import { WutsError, storeError } from './errors.js';
import { answered, completed, openDatabase } from './indexeddb.js';
import { logBytesMin, snapshotChunkBytes } from './limits.js';
import { type Sealed, decodeWrites, encodeWrites, makeKey, seal, unseal } from './row_log.js';
import { type Row, RowMap, type Store, type StoreWrite } from './store.js';

export interface IndexedDbOptions {
  name: string;                          // of the device; part of the names of the database and the lock
  // What to do while another tab has the device: fail with OWNED_ELSEWHERE, wait until it closes, or take it away (its next
  // commit fails with STORE_LOST).
  whenOwned?: 'fail' | 'wait' | 'take';
  // Start with nothing when the browser removed what was stored; otherwise open fails with STORE_EVICTED.
  afterEviction?: 'fail' | 'start-over';
}

interface Head {
  owner: string;
  seq: number;         // of the last record of the log
  generation: number;  // of the snapshot; 0: none
  from: number;        // the log after this record counts
}

const stores = ['meta', 'log', 'snapshot'];
const ownership = new Set(['STORE_EVICTED', 'STORE_LOST']);

export class IndexedDbStore implements Store {
  private readonly name: string;
  private readonly options: IndexedDbOptions;
  private readonly owner = crypto.randomUUID();
  private mirror = new RowMap();
  private database: IDBDatabase | undefined;
  private key: CryptoKey | undefined;
  private head: Head = { owner: this.owner, seq: 0, generation: 0, from: 0 };
  private logBytes = 0;
  private snapshotBytes = 0;
  private compacting: Promise<void> | undefined;
  private release: (() => void) | undefined;
  private lost: WutsError | undefined;

  constructor(options: IndexedDbOptions) {
    this.options = options;
    this.name = `wuts:${options.name}`;
  }

  // Removes all traces of a device that is not open.
  static async erase(name: string): Promise<void> {
    markStored(`wuts:${name}`, false);
    await answered(indexedDB.deleteDatabase(`wuts:${name}`));
  }

  async open(): Promise<void> {
    if (typeof indexedDB === 'undefined' || !globalThis.crypto?.subtle || !globalThis.navigator?.locks) {
      throw new WutsError('UNSUPPORTED', 'IndexedDbStore needs IndexedDB, WebCrypto and Web Locks: a page served by https');
    }
    if (this.release) return;
    await this.lock();
    try {
      await this.load();
    } catch (problem) {
      await this.close();
      throw storeError(problem);
    }
    void navigator.storage?.persist?.().catch(() => false);
  }

  async reload(): Promise<void> {
    if (this.lost) throw this.lost;
    await this.compacting;
    await this.load();
  }

  get(table: number, id: string): Uint8Array | undefined {
    return this.mirror.get(table, id);
  }
  scan(table: number, from: string, limit: number): Row[] {
    return this.mirror.scan(table, from, limit);
  }

  async commit(writes: StoreWrite[]): Promise<void> {
    await this.compacting;
    const { database, key } = this.live();
    const seq = this.head.seq + 1;
    const record = await seal(key, `${this.name} log ${seq}`, encodeWrites(writes));
    const next = { ...this.head, seq };
    await this.write(database, ['meta', 'log'], (transaction) => {
      transaction.objectStore('log').put(record, seq);
      transaction.objectStore('meta').put(next, 'head');
    });
    this.head = next;
    this.mirror.apply(writes);
    this.logBytes += record.data.byteLength;
    if (this.logBytes > Math.max(logBytesMin, this.snapshotBytes)) {
      this.compacting = this.compact().catch(() => {}).then(() => void (this.compacting = undefined));
    }
  }

  async clear(): Promise<void> {
    await this.compacting;
    const { database } = this.live();
    await this.write(database, stores, (transaction) => {
      for (const store of stores) transaction.objectStore(store).clear();
    });
    this.mirror.clear();
    markStored(this.name, false);
    await this.close();
    await answered(indexedDB.deleteDatabase(this.name));
  }

  async close(): Promise<void> {
    await this.compacting;
    this.database?.close();
    this.database = this.key = undefined;
    this.release?.();
    this.release = undefined;
  }

  // After STORE_EVICTED: writes what is still in memory into a new database, so that nothing is lost. Then close the
  // device and open it again.
  async rescue(): Promise<void> {
    if (!this.release) throw new WutsError('DEVICE_CLOSED', 'the store is closed: there is nothing left to rescue');
    try {
      this.database?.close();
      this.database = await this.connect();
      this.key = await makeKey();
      this.head = { owner: this.owner, seq: 0, generation: 0, from: 0 };
      await this.snapshot(this.database, this.key, false);
      this.lost = undefined;
      markStored(this.name, true);
    } catch (problem) {
      throw storeError(problem);
    }
  }

  private async lock(): Promise<void> {
    const how = this.options.whenOwned ?? 'fail';
    const mode: LockOptions = how === 'fail' ? { ifAvailable: true } : how === 'take' ? { steal: true } : {};
    this.lost = undefined;
    await new Promise<void>((resolve, reject) => {
      navigator.locks.request(this.name, mode, (lock) => {
        if (!lock) {
          return reject(new WutsError('OWNED_ELSEWHERE', `another tab or worker has the device "${this.options.name}" open`));
        }
        return new Promise<void>((release) => {
          this.release = release;
          resolve();
        });
      }).catch((problem: unknown) => {
        if (!this.release) return reject(problem);
        this.lost = new WutsError('STORE_LOST', 'another tab took this device over');
      });
    });
  }

  private async connect(): Promise<IDBDatabase> {
    const database = await openDatabase(this.name, stores);
    // The browser closed the database by itself, or somebody deletes it: what is stored is gone.
    const evicted = (): void => {
      if (this.database !== database) return;
      this.lost ??= new WutsError('STORE_EVICTED', 'the browser removed the stored data of this device while it was open');
    };
    database.onclose = evicted;
    database.onversionchange = () => {
      evicted();
      database.close();
    };
    return database;
  }

  private async load(): Promise<void> {
    this.database?.close();
    const database = (this.database = await this.connect());
    const reading = database.transaction(stores, 'readonly');
    const [key, head] = await Promise.all([
      answered<CryptoKey | undefined>(reading.objectStore('meta').get('key')),
      answered<Head | undefined>(reading.objectStore('meta').get('head')),
    ]);
    if (!key || !head) return this.begin(database);
    const [log, snapshot] = await Promise.all([
      answered<Sealed[]>(reading.objectStore('log').getAll(IDBKeyRange.lowerBound(head.from, true))),
      answered<Sealed[]>(reading.objectStore('snapshot').getAll(IDBKeyRange.bound([head.generation], [head.generation, []]))),
    ]);
    if (log.length !== head.seq - head.from) throw new WutsError('STORE_CORRUPT', 'records of the stored log are missing');
    const mirror = new RowMap();
    const places = [...snapshot.map((sealed, i) => [sealed, `${this.name} snapshot ${head.generation} ${i}`] as const),
                    ...log.map((sealed, i) => [sealed, `${this.name} log ${head.from + 1 + i}`] as const)];
    for (const plain of await Promise.all(places.map(([sealed, place]) => unseal(key, place, sealed)))) {
      mirror.apply(decodeWrites(plain));
    }
    const mine = { ...head, owner: this.owner };
    await finish(database, ['meta'], (transaction) => transaction.objectStore('meta').put(mine, 'head'));
    this.key = key;
    this.head = mine;
    this.mirror = mirror;
    this.logBytes = bytesIn(log);
    this.snapshotBytes = bytesIn(snapshot);
    markStored(this.name, true);
  }

  // A database without a head: a new device, or one whose data the browser removed.
  private async begin(database: IDBDatabase): Promise<void> {
    if (wasStored(this.name) && this.options.afterEviction !== 'start-over') {
      throw new WutsError('STORE_EVICTED', `the browser removed the stored data of the device "${this.options.name}"`);
    }
    const key = await makeKey();
    this.head = { owner: this.owner, seq: 0, generation: 0, from: 0 };
    await finish(database, ['meta'], (transaction) => {
      transaction.objectStore('meta').put(key, 'key');
      transaction.objectStore('meta').put(this.head, 'head');
    });
    this.key = key;
    this.mirror = new RowMap();
    this.logBytes = this.snapshotBytes = 0;
    markStored(this.name, true);
  }

  private async compact(): Promise<void> {
    const { database, key } = this.live();
    await this.snapshot(database, key, true);
  }

  // Everything there is as one snapshot; the log before it goes.
  private async snapshot(database: IDBDatabase, key: CryptoKey, checked: boolean): Promise<void> {
    const generation = this.head.generation + 1;
    const chunks: Promise<Sealed>[] = [];
    let chunk: StoreWrite[] = [], size = 0;
    const flush = (): void => {
      chunks.push(seal(key, `${this.name} snapshot ${generation} ${chunks.length}`, encodeWrites(chunk)));
      chunk = [];
      size = 0;
    };
    for (const write of this.mirror.writes()) {
      chunk.push(write);
      size += write.id.length + write.value!.length;
      if (size >= snapshotChunkBytes) flush();
    }
    flush();
    const sealed = await Promise.all(chunks);
    const next = { ...this.head, generation, from: this.head.seq };
    const act = (transaction: IDBTransaction): void => {
      transaction.objectStore('log').clear();
      transaction.objectStore('snapshot').clear();
      sealed.forEach((part, i) => transaction.objectStore('snapshot').put(part, [generation, i]));
      transaction.objectStore('meta').put(key, 'key');
      transaction.objectStore('meta').put(next, 'head');
    };
    await (checked ? this.write(database, stores, act) : finish(database, stores, act));
    this.head = next;
    this.logBytes = 0;
    this.snapshotBytes = bytesIn(sealed);
  }

  private live(): { database: IDBDatabase; key: CryptoKey } {
    if (this.lost) throw this.lost;
    if (!this.database || !this.key) throw new WutsError('STORE_FAILED', 'the store is not open');
    return { database: this.database, key: this.key };
  }

  // One strict transaction, after a look at whether what is stored is still ours.
  private async write(database: IDBDatabase, names: string[], act: (transaction: IDBTransaction) => void): Promise<void> {
    let problem: WutsError | undefined;
    try {
      await finish(database, names, (transaction) => {
        const look = transaction.objectStore('meta').get('head') as IDBRequest<Head | undefined>;
        look.onsuccess = () => {
          const found = look.result;
          if (!found) problem = new WutsError('STORE_EVICTED', 'the browser removed the stored data of this device');
          else if (found.owner !== this.owner || found.seq !== this.head.seq) {
            problem = new WutsError('STORE_LOST', 'another tab took this device over');
          }
          try {
            if (!problem) act(transaction);
          } catch (cause) {
            problem = storeError(cause);
          }
          if (problem) transaction.abort();
        };
      });
    } catch (cause) {
      if (problem && ownership.has(problem.code)) this.lost = problem;
      throw problem ?? this.lost ?? storeError(cause);
    }
    if (this.lost) throw this.lost;
  }
}

async function finish(database: IDBDatabase, names: string[], act: (transaction: IDBTransaction) => void): Promise<void> {
  const transaction = database.transaction(names, 'readwrite', { durability: 'strict' });
  const done = completed(transaction);
  act(transaction);
  await done;
}

function bytesIn(parts: Sealed[]): number {
  return parts.reduce((sum, part) => sum + part.data.byteLength, 0);
}

// A note outside IndexedDB that there was something: tells a new device from one that was evicted. Workers have no
// localStorage, and a browser that evicts an origin removes it too; then the device simply is a new one.
function markStored(name: string, stored: boolean): void {
  try {
    if (stored) localStorage.setItem(name, 'stored');
    else localStorage.removeItem(name);
  } catch {
    // not available here
  }
}

function wasStored(name: string): boolean {
  try {
    return localStorage.getItem(name) === 'stored';
  } catch {
    return false;
  }
}
