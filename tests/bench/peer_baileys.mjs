// A child process of peers.mjs: sessions of the npm package baileys in one process, driven over IPC. Credentials and keys are
// held in memory, which is faster than anything it ships with.
import { serve } from './peer_child.mjs';

const { default: makeWASocket, initAuthCreds, makeCacheableSignalKeyStore } =
  await import(new URL('npm/node_modules/baileys-7/lib/index.js', import.meta.url));
const quiet = { level: 'silent', trace() {}, debug() {}, info() {}, warn() {}, error() {}, fatal() {}, child: () => quiet };
if (process.env.PEER_LOUD) quiet.error = quiet.warn = quiet.info = (...all) => console.error(...all.map((one) => (one?.stack ?? JSON.stringify(one))?.slice?.(0, 600)));

console.log = console.info = console.warn = () => {};  // its Signal library prints keys

const sessions = [];

function memoryState() {
  const rows = new Map();
  const keys = {
    get: async (type, ids) => Object.fromEntries(ids.map((id) => [id, rows.get(`${type} ${id}`)]).filter(([, value]) => value)),
    set: async (data) => {
      for (const [type, values] of Object.entries(data)) {
        for (const [id, value] of Object.entries(values ?? {})) {
          if (value) rows.set(`${type} ${id}`, value);
          else rows.delete(`${type} ${id}`);
        }
      }
    },
  };
  return { creds: initAuthCreds(), keys: makeCacheableSignalKeyStore(keys, quiet) };
}

// Connects; the answer is when the connection is ready. A new session pairs on the way: `onQr` is told the codes.
function connect(session, onQr = () => {}) {
  return new Promise((ready, failed) => {
    const open = () => {
      const sock = session.sock = makeWASocket({
        auth: session.state, waWebSocketUrl: session.url, logger: quiet, syncFullHistory: false, markOnlineOnConnect: false,
        shouldSyncHistoryMessage: () => false, browser: ['bench', 'Chrome', '1'],
      });
      sock.ev.on('creds.update', (update) => Object.assign(session.state.creds, update));
      sock.ev.on('call', (calls) => {
        for (const call of calls) {
          if (call.status === 'offer') sock.rejectCall(call.id, call.from).catch(() => {});
        }
      });
      sock.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
        if (qr) onQr(qr);
        if (connection === 'open') ready();
        if (connection !== 'close' || session.ending) return;
        const code = lastDisconnect?.error?.output?.statusCode;
        if (code === 515) open();  // after pairing
        else failed(new Error(`closed: ${code} ${lastDisconnect?.error?.message}`));
      });
    };
    session.ending = false;
    open();
  });
}

function disconnect(session) {
  session.ending = true;
  session.sock.end(undefined);
}

serve({
  async pair({ url }) {
    const session = { url, state: memoryState() };
    const index = sessions.push(session) - 1;
    await connect(session, (qr) => process.send({ qr, index }));
    return index;
  },
  async reconnect({ index }) {
    const session = sessions[index];
    disconnect(session);
    await new Promise((done) => setTimeout(done, 50));
    const start = performance.now();
    await connect(session);
    return performance.now() - start;
  },
  async archives({ index, jids }) {
    const { sock } = sessions[index];
    for (const jid of jids) {
      const last = { key: { remoteJid: jid, id: 'BENCH', fromMe: false }, messageTimestamp: 1_790_000_000 };
      await sock.chatModify({ archive: true, lastMessages: [last] }, jid);
    }
  },
  async texts({ index, jid, count, together }) {
    const { sock } = sessions[index];
    const acknowledged = new Map();
    const listener = (updates) => {
      for (const { key, update } of updates) {
        if (update.status < 2) continue;
        acknowledged.get(key.id)?.();
        acknowledged.set(key.id, undefined);
      }
    };
    sock.ev.on('messages.update', listener);
    const one = async () => {
      const sent = await sock.sendMessage(jid, { text: 'a text of the bench' });
      if (!acknowledged.has(sent.key.id)) await new Promise((done) => acknowledged.set(sent.key.id, done));
    };
    let left = count;
    await Promise.all(Array.from({ length: together }, async () => { while (left-- > 0) await one(); }));
    sock.ev.off('messages.update', listener);
  },
});
