// The simulated service behind a real WebSocket server on loopback.
import { createServer } from 'node:http';
import { Simulator } from 'wuts-core/simulator';
import { WebSocketServer } from 'ws';
import { ready } from './support.mjs';

export async function service(t, seed = 1) {
  await ready();
  const sim = Simulator.open({ seed });
  const upgrades = [];  // request headers
  const server = createServer((request, response) => {
    sim.fetcher({ path: request.url }).then(({ status, body }) => response.writeHead(status).end(body));
  });
  const sockets = new WebSocketServer({ server, path: '/ws/chat' });
  sockets.on('connection', (socket, request) => {
    upgrades.push({ ...request.headers, raw: request.rawHeaders });
    const link = sim.transport().connect({ opened() {}, received: (bytes) => socket.send(bytes), closed: () => socket.close() });
    socket.on('message', (bytes) => link.send(new Uint8Array(bytes)));
    socket.on('close', () => link.close());
    socket.on('error', () => link.close());
  });
  await new Promise((go) => server.listen(0, '127.0.0.1', go));
  t.after(() => {
    sim.close();
    for (const socket of sockets.clients) socket.terminate();
    server.close();
  });
  const media = `http://127.0.0.1:${server.address().port}`;
  const address = `127.0.0.1:${server.address().port}/ws/chat`;
  return { sim, upgrades, config: { ...sim.config, media_hosts: [media] }, url: `ws://${address}`, http: `http://${address}` };
}
