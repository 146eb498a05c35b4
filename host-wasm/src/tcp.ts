// A transport over a byte stream: our own HTTP upgrade and framing, so that the peer sees exactly the headers given here.
// For workerd's connect() (`import { connect } from 'cloudflare:sockets'`) and, in wuts-core/node, for sockets of node.
import { bytesOf, keyOf } from './bytes.js';
import { MessageReader, encodeFrame, opBinary, opClose, opPing, opPong } from './frames.js';
import { httpHeadBytesMax } from './limits.js';
import type { Link, LinkEvents, Transport } from './transport.js';
import { serviceUrl } from './websocket.js';

// What is used of the socket of cloudflare:sockets.
export interface ByteSocket {
  readable: ReadableStream<Uint8Array>;
  writable: WritableStream<Uint8Array>;
  close(): Promise<unknown> | void;
}

export type ByteConnect = (address: { hostname: string; port: number },
                           options: { secureTransport: 'on' | 'off'; allowHalfOpen: boolean }) => ByteSocket;

export interface TcpOptions {
  connect: ByteConnect;
  url?: string | URL;                  // wss: or ws:
  headers?: Record<string, string>;    // default: the Origin the service expects
}

export const serviceHeaders: Readonly<Record<string, string>> = { Origin: 'https://web.whatsapp.com' };

async function acceptOf(key: string): Promise<string> {
  const text = new TextEncoder().encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return base64(new Uint8Array(await crypto.subtle.digest('SHA-1', text)));
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

class TcpLink implements Link {
  private readonly socket: ByteSocket;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private over = false;

  constructor(private readonly events: LinkEvents, private readonly url: URL, options: TcpOptions) {
    const secure = url.protocol === 'wss:' || url.protocol === 'https:';
    const port = url.port ? Number(url.port) : secure ? 443 : 80;
    this.socket = options.connect({ hostname: url.hostname.replace(/^\[|\]$/g, ''), port },
                                  { secureTransport: secure ? 'on' : 'off', allowHalfOpen: false });
    this.writer = this.socket.writable.getWriter();
    this.run(options.headers ?? serviceHeaders).catch(() => {}).then(() => this.end());
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.write(encodeFrame(opBinary, bytes));
  }

  close(): void {
    this.write(encodeFrame(opClose, new Uint8Array([0x03, 0xe8])));
    this.writer.close().catch(() => {}).then(() => this.end());
  }

  private write(bytes: Uint8Array): void {
    if (!this.over) this.writer.write(bytes).catch(() => this.end());
  }

  private async run(headers: Record<string, string>): Promise<void> {
    const key = base64(crypto.getRandomValues(new Uint8Array(16)));
    const accept = await acceptOf(key);
    const lines = [`GET ${this.url.pathname}${this.url.search} HTTP/1.1`, `Host: ${this.url.host}`, 'Connection: Upgrade',
                   'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    this.write(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`));
    const reader = this.socket.readable.getReader();
    const messages = new MessageReader();
    let head = '';
    for (let open = false; !this.over;) {
      const { value, done } = await reader.read();
      if (done) return;
      let bytes = value;
      if (!open) {
        head += keyOf(bytes);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0 && head.length > httpHeadBytesMax) return;
        if (end < 0) continue;
        if (!upgraded(head.slice(0, end), accept)) return;
        open = true;
        bytes = bytesOf(head.slice(end + 4));
        this.events.opened();
      }
      messages.push(bytes);
      for (let frame = messages.next(); frame; frame = messages.next()) {
        if (frame.op === opBinary) this.events.received(frame.payload);
        else if (frame.op === opPing) this.write(encodeFrame(opPong, frame.payload));
        else if (frame.op === opClose) return;
      }
    }
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    Promise.resolve(this.socket.close()).catch(() => {});
    this.events.closed();
  }
}

function upgraded(head: string, accept: string): boolean {
  const [status, ...lines] = head.split('\r\n');
  if (!/^HTTP\/1\.1 101( |$)/.test(status ?? '')) return false;
  return lines.some((line) => {
    const colon = line.indexOf(':');
    return line.slice(0, colon).toLowerCase() === 'sec-websocket-accept' && line.slice(colon + 1).trim() === accept;
  });
}

export function tcpTransport(options: TcpOptions): Transport {
  return { connect: (events) => new TcpLink(events, new URL(options.url ?? serviceUrl), options) };
}
