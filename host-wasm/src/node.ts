// For node: a transport over its own sockets, because WebSocket in node 20 is missing and cannot set Origin in later ones.
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { type ByteConnect, type ByteSocket, type TcpOptions, tcpTransport } from './tcp.js';
import type { Transport } from './transport.js';

export const connect: ByteConnect = ({ hostname, port }, { secureTransport }) => {
  const host = hostname;
  const socket = secureTransport === 'on'
    ? tls.connect({ host, port, ...(net.isIP(host) ? {} : { servername: host }) })
    : net.connect({ host, port });
  socket.setNoDelay(true);
  socket.on('error', () => {});  // told through the streams
  const { readable, writable } = Duplex.toWeb(socket) as unknown as ByteSocket;
  return { readable, writable, close: () => void socket.destroy() };
};

export function nodeTransport(options: Omit<TcpOptions, 'connect'> = {}): Transport {
  return tcpTransport({ ...options, connect });
}
