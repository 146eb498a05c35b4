// What the edge tests share: the simulated network (the native `wuts sim-server`: a real WebSocket on loopback), a webhook
// receiver, and the Workers in real workerd (miniflare) in a process of its own, so that it can be killed.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import workerdPackage from 'workerd';

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export const own = '5511999999999';
export const friend = '5511988888888';
export const jid = (number) => `${number}@s.whatsapp.net`;
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const sha256hex = (text) => createHash('sha256').update(text).digest('hex');

export const folder = mkdtempSync(join(tmpdir(), 'wuts-edge-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// The date the Workers are deployed with is the one they are tested with.
export const compatibilityDate = (file) => /"compatibility_date": "([\d-]+)"/.exec(readFileSync(here(file), 'utf8'))[1];

// Waits until `look` gives something true; that is the answer.
export async function until(what, look, ms = 20_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not in ${ms} ms: ${what}`);
    await sleep(50);
  }
}

// As wrangler does it, and the README for raw workerd. The folder with NAME.js and core.wasm.
export async function bundleEntry(name, entry) {
  const out = join(folder, `bundle-${name}`);
  mkdirSync(out, { recursive: true });
  await build({
    entryPoints: { [name]: entry }, outdir: out, bundle: true, format: 'esm', target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'], external: ['cloudflare:*'], loader: { '.wasm': 'copy' }, assetNames: '[name]',
    logLevel: 'warning',
  });
  return out;
}
export const bundle = () => bundleEntry('worker', here('../../host-wasm/edge/src/worker.ts'));
export const bundleRelay = () => bundleEntry('relay', here('../../host-wasm/edge/src/relay.ts'));

const workerd = workerdPackage.default ?? workerdPackage;
const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

async function firstLine(child, pattern) {
  for await (const line of createInterface({ input: child.stdout })) {
    const found = pattern.exec(line);
    if (found) return found;
  }
  throw new Error(`the process ended before it said ${pattern}`);
}

// --- the service

export class Network {
  static async start() {
    const network = new Network();
    network.child = start(here(process.env.WUTS ?? '../../build/release/wuts'), ['sim-server']);
    network.facts = [];
    network.lines = createInterface({ input: network.child.stdout });
    await new Promise((ready, failed) => {
      network.child.on('exit', () => failed(new Error('wuts sim-server ended')));
      network.lines.on('line', (line) => {
        const serve = /--wa-url (\S+) --wa-root-key (\S+) --media-host (\S+)/.exec(line);
        if (serve) [, network.url, network.rootKey, network.mediaHost] = serve;
        const control = /^control on (\S+)/.exec(line);
        if (control) {
          network.control = control[1];
          ready();
        }
        network.facts.push(line);
      });
    });
    return network;
  }

  async order(path, body) {
    const answer = await fetch(this.control + path, body ? { method: 'POST', body: JSON.stringify(body) } : {});
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(json)}`);
    return json;
  }
  scan(qr, number = own) {
    return this.order('/scan', { number, qr });
  }
  code(code, number = own) {
    return this.order('/code', { number, code });
  }
  async ring(kind = 'audio', to = own) {
    return (await this.order('/ring', { kind, from: friend, to })).call_id;
  }
  text(text, to = own) {
    return this.order('/text', { from: friend, to, text });
  }
  async archived(chat, number = own) {
    return (await this.order(`/archived?number=${number}&chat=${encodeURIComponent(chat)}`)).archived;
  }
  async violations() {
    return (await this.order('/violations')).violations;
  }
  stop() {
    this.child.kill('SIGKILL');
  }
}

// --- who receives webhooks

export class Receiver {
  static async start() {
    const receiver = new Receiver();
    receiver.all = [];
    receiver.answer = () => 200;
    receiver.server = createServer(async (posted, response) => {
      let body = '';
      try {
        for await (const part of posted) body += part;
      } catch {
        return;  // the sender was killed in the middle
      }
      const event = JSON.parse(body);
      const status = receiver.answer(event);
      if (status === 200) receiver.all.push(event);
      response.writeHead(status).end();
    });
    await new Promise((ready) => receiver.server.listen(0, '127.0.0.1', ready));
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    return receiver;
  }
  named(event) {
    return this.all.filter((one) => one.event === event);
  }
  wait(event, matches = () => true, ms) {
    return until(`webhook ${event}`, () => this.named(event).find(({ data }) => matches(data)), ms);
  }
  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

// --- the Workers

export const masterToken = 'master-secret-of-the-tests';

export class Edge {
  // `options` of miniflare, as JSON; `persist` names the folder that survives a kill.
  static async start(options) {
    const edge = new Edge();
    edge.options = options;
    edge.log = '';
    await edge.spawn();
    return edge;
  }

  async spawn() {
    this.child = start(process.execPath, [here('edge_process.mjs')], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    this.child.stderr.on('data', (data) => (this.log += data));
    const compatibility = { compatibilityDate: compatibilityDate('../../host-wasm/edge/wrangler.jsonc') };
    this.child.stdin.end(JSON.stringify({ ...compatibility, ...this.options }));
    const ready = await Promise.race([
      firstLine(this.child, /^ready (\S+) (\d+)$/),
      new Promise((_, failed) => this.child.once('exit', () => failed(new Error(`miniflare ended: ${this.log}`)))),
    ]);
    [, this.url, this.workerd] = ready;
    this.url = this.url.replace(/\/$/, '');
  }

  // As a power cut: the runtime gets no chance to say or store anything.
  async kill() {
    const gone = new Promise((done) => this.child.once('exit', done));
    process.kill(Number(this.workerd), 'SIGKILL');
    if (this.child.pid !== this.workerd) this.child.kill('SIGKILL');
    await gone;
  }

  // A connection of its own each time: one that is kept may be closed by the runtime at the moment it is used again.
  async call(token, method, path, body) {
    const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), ...(body ? { 'content-type': 'application/json' } : {}) };
    const answer = await new Promise((done, failed) => {
      const sent = request(this.url + path, { method, headers, agent: false }, done);
      sent.on('error', ({ message }) => failed(new Error(`${method} ${path}: ${message}; the runtime said: ${this.log}`)));
      sent.end(body ? JSON.stringify(body) : undefined);
    });
    let text = '';
    for await (const part of answer.setEncoding('utf8')) text += part;
    return { status: answer.statusCode, headers: answer.headers, text, json: text ? JSON.parse(text) : undefined };
  }
}

const bindingsFor = (network, more) => ({
  WS_URL: network.url, ROOT_KEY: network.rootKey, MEDIA_HOST: network.mediaHost, ALLOW_HTTP_WEBHOOKS: 'true', ALLOW_PRIVATE_WEBHOOKS: 'true',
  MASTER_TOKEN_SHA256: sha256hex(masterToken), LINGER_MS: '600', PAIR_HOLD_MS: '2000', ...more,
});
const newFolder = (name) => join(folder, `${name}-${randomBytes(4).toString('hex')}`);

// The device Worker as Cloudflare runs it, in miniflare.
export async function deviceEdge(bundled, network, { bindings, script = 'worker.js', ...options } = {}) {
  return Edge.start({
    scriptPath: join(bundled, script),
    modulesRoot: bundled,
    durableObjects: {
      DEVICE: { className: 'Device', useSQLite: true },
      REGISTRY: { className: 'Registry', useSQLite: true },
    },
    durableObjectsPersist: newFolder('objects'),
    bindings: bindingsFor(network, bindings),
    ...options,
  });
}

// The device Worker on a machine of one's own: raw workerd with the configuration in the repository, which is only told that it
// may reach loopback. It starts quickly, so that it can be killed often.
export class RawEdge extends Edge {
  static async start(bundled, network, bindings) {
    const edge = new RawEdge();
    edge.folder = newFolder('raw');
    edge.env = { ...process.env, ...bindingsFor(network, bindings) };
    edge.log = '';
    mkdirSync(join(edge.folder, 'objects'), { recursive: true });
    cpSync(bundled, join(edge.folder, 'dist'), { recursive: true });
    const config = readFileSync(here('../../host-wasm/edge/workerd.capnp'), 'utf8');
    writeFileSync(join(edge.folder, 'workerd.capnp'), config.replace('["public"]', '["public", "private", "local"]'));
    await edge.spawn();
    return edge;
  }

  async spawn() {
    const args = ['serve', 'workerd.capnp', '--socket-addr=http=127.0.0.1:0', '--control-fd=3', `--directory-path=objects=${this.folder}/objects`];
    this.child = start(workerd, args, { cwd: this.folder, env: this.env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    this.child.stderr.on('data', (data) => (this.log += data));
    this.url = await new Promise((ready, failed) => {
      this.child.once('exit', () => failed(new Error(`workerd ended: ${this.log}`)));
      createInterface({ input: this.child.stdio[3] }).on('line', (line) => {
        const { event, socket, port } = JSON.parse(line);
        if (event === 'listen' && socket === 'http') ready(`http://127.0.0.1:${port}`);
      });
    });
    this.workerd = this.child.pid;
  }
}

export class Client {
  constructor(edge, token, id) {
    Object.assign(this, { edge, token, id });
  }
  static async create(edge, name = 'test') {
    const made = await edge.call(masterToken, 'POST', '/devices', { name });
    if (made.status !== 201) throw new Error(made.text);
    return new Client(edge, made.json.token, made.json.device.id);
  }
  call(method, path, body) {
    return this.edge.call(this.token, method, path, body);
  }
  async must(method, path, body) {
    const answer = await this.call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }
  async status() {
    return (await this.must('GET', '/status')).data;
  }
  async plan(change) {
    return this.must(change ? 'PUT' : 'GET', '/edge', change);
  }
  asleep(ms) {
    return until('the device sleeps', async () => (await this.plan()).link === 'asleep', ms);
  }
  async pair(network, number = own) {
    const { data } = await this.must('GET', '/qr');
    await network.scan(data.qr_code, number);
    await until('paired and connected', async () => (await this.status()).connected);
  }
  archive(chat, archived) {
    return this.call('POST', `/chats/${chat}/archive`, { archived });
  }
}
