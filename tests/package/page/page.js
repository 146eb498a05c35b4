// What browser.test.mjs drives: the package as plain modules in a page.
import * as wuts from '/wuts/index.web.js';
import { Simulator, initSimulator } from '/wuts/simulator.web.js';

const phone = '5511999999999', caller = '5511888888888';
const put = IDBObjectStore.prototype.put;
let sim, store, device, events;

async function until(what) {
  for (let i = 0; i < 2000; ++i) {
    if (await what()) return;
    await new Promise((go) => setTimeout(go, 5));
  }
  throw new Error(`never: ${what}`);
}

const failing = (promise) => promise.then(() => 'ok', (problem) => problem.code ?? String(problem));

window.page = {
  init: (source) => failing(wuts.init(source)),
  version: () => wuts.version(),

  // Opens the store `name`; a new one is filled with the rows of a paired device.
  async open(name, options = {}, seed = 1) {
    await wuts.init();
    await initSimulator();
    store = new wuts.IndexedDbStore({ name, ...options });
    await store.open();
    sim ??= Simulator.open({ seed });
    if (store.scan(1, '', 1).length === 0) await store.commit(sim.pairDirectly(phone));
    else sim.pairDirectly(phone);  // the same seed gives the same device
    events = [];
    device = await wuts.Device.open({ store, transport: sim.transport(), fetcher: sim.fetcher, config: sim.config, on: (event) => events.push(event) });
  },
  tryOpen: (name, options) => failing(window.page.open(name, options)),
  async pair(name) {
    await wuts.init();
    await initSimulator();
    sim = Simulator.open({ seed: 3 });
    events = [];
    store = new wuts.IndexedDbStore({ name });
    device = await wuts.Device.open({ store, transport: sim.transport(), fetcher: sim.fetcher, config: sim.config, on: (event) => events.push(event) });
    const known = sim.scan(phone, (await device.qr()).qr_code);
    await window.page.online();
    const archived = await device.archiveChat(caller, true);
    return { known, outcome: archived.outcome, there: sim.archived(phone, `${caller}@s.whatsapp.net`), violations: sim.violations() };
  },
  online: () => until(() => events.some(({ type }) => type === 'device.connected')),
  problems: () => events.filter(({ type }) => type === 'problem').map(({ error, final }) => [error.code, final]),
  set: (message) => failing(device.changeCallSettings({ auto_reply: { enabled: true, message } })),
  message: async () => (await device.callSettings()).auto_reply.message,
  close: () => failing(device.close()),
  rescue: () => failing(store.rescue()),
  erase: (name) => failing(wuts.IndexedDbStore.erase(name)),
  remove: (name) => new Promise((go) => {
    const request = indexedDB.deleteDatabase(`wuts:${name}`);
    request.onsuccess = request.onerror = () => go(true);
  }),

  // Rows of `bytes` bytes, so many that the log is compacted more than once.
  async fill(name, count, bytes) {
    store = new wuts.IndexedDbStore({ name });
    await store.open();
    for (let i = 0; i < count; ++i) {
      await store.commit([{ table: 9, id: `row ${i % 50}`, value: new Uint8Array(bytes).fill(i) },
                          { table: 10, id: `gone ${i}`, value: new Uint8Array(1) }]);
      await store.commit([{ table: 10, id: `gone ${i}`, value: undefined }]);
    }
    await store.close();
  },
  async sum(name) {
    store = new wuts.IndexedDbStore({ name });
    await store.open();
    const rows = store.scan(9, '', 1000), gone = store.scan(10, '', 1000);
    await store.close();
    const sum = rows.reduce((all, { value }) => all + value[0], 0);
    return { rows: rows.length, gone: gone.length, sum, sorted: rows.every(({ id }, i) => i === 0 || rows[i - 1].id < id) };
  },
  full(yes) {
    IDBObjectStore.prototype.put = yes ? () => { throw new DOMException('the disk is full', 'QuotaExceededError'); } : put;
  },
  commit: (bytes) => failing(store.commit([{ table: 9, id: 'big', value: new Uint8Array(bytes) }])),

  // Everything on disk, as somebody who reads the profile sees it.
  async disk(name, change) {
    const database = await new Promise((go) => (indexedDB.open(`wuts:${name}`).onsuccess = ({ target }) => go(target.result)));
    const answer = (request) => new Promise((go) => (request.onsuccess = () => go(request.result)));
    const transaction = database.transaction(['meta', 'log', 'snapshot'], 'readwrite');
    const log = transaction.objectStore('log');
    const key = await answer(transaction.objectStore('meta').get('key'));
    const records = await answer(log.getAll()), keys = await answer(log.getAllKeys()), snapshots = await answer(transaction.objectStore('snapshot').count());
    if (change === 'flip') {
      new Uint8Array(records[0].data)[5] ^= 1;
      log.put(records[0], keys[0]);
    }
    if (change === 'swap') {
      log.put(records[1], keys[0]);
      log.put(records[0], keys[1]);
    }
    if (change === 'drop') log.delete(keys[0]);
    await new Promise((go) => (transaction.oncomplete = go));
    database.close();
    const text = records.map(({ data }) => String.fromCharCode(...new Uint8Array(data).subarray(0, 50_000))).join('');
    const extracted = await failing(crypto.subtle.exportKey('raw', key).catch(() => Promise.reject({ code: 'refused' })));
    return { records: records.length, snapshots, plain: text.includes('5511'), extractable: key.extractable, extracted };
  },
};
document.documentElement.dataset.ready = 'yes';
