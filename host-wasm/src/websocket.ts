// The transport of pages, deno and every runtime with a WebSocket class: binary messages over one socket.
import { WutsError } from './errors.js';
import type { Link, LinkEvents, Transport } from './transport.js';

export const serviceUrl = 'wss://web.whatsapp.com/ws/chat';

// What is used of a WebSocket; the class of `ws` fits too.
export interface SocketLike {
  binaryType: string;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export type SocketClass = new (url: string, options?: any) => SocketLike;

export interface WebSocketOptions {
  // Asked at every connect, so that a short-lived token can be part of it. Default: the service itself.
  url?: string | URL | (() => string | URL | Promise<string | URL>);
  // The second argument of the WebSocket constructor: subprotocols or, in deno and node 22, `{ headers }`.
  options?: unknown;
  // Default: the global class. Node 20 has none: see `wuts-core/node`.
  WebSocket?: SocketClass;
}

class SocketLink implements Link {
  private socket: SocketLike | undefined;
  private over = false;

  constructor(private readonly events: LinkEvents) {}

  use(socket: SocketLike): void {
    if (this.over) return socket.close();
    this.socket = socket;
    socket.binaryType = 'arraybuffer';  // before anything can arrive: workerd, node and deno default to Blob
    socket.onopen = () => this.events.opened();
    socket.onmessage = ({ data }) => {
      if (typeof data !== 'string') this.events.received(new Uint8Array(data as ArrayBuffer));
    };
    socket.onclose = () => this.end();
    socket.onerror = () => this.end();
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.socket?.send(bytes);
  }

  close(): void {
    this.socket?.close();
    if (!this.socket) this.end();
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.events.closed();
  }
}

export function webSocketTransport(options: WebSocketOptions = {}): Transport {
  return {
    connect(events) {
      const Socket = options.WebSocket ?? (globalThis.WebSocket as unknown as SocketClass | undefined);
      if (!Socket) {
        throw new WutsError('UNSUPPORTED', 'this runtime has no WebSocket: pass one, or use nodeTransport of wuts-core/node');
      }
      const link = new SocketLink(events);
      const open = (url: string | URL): void =>
        link.use(options.options === undefined ? new Socket(String(url)) : new Socket(String(url), options.options));
      if (typeof options.url !== 'function') open(options.url ?? serviceUrl);
      else Promise.resolve().then(options.url).then(open).catch(() => link.end());
      return link;
    },
  };
}

export interface RelayOptions {
  url: string | URL;
  // A short-lived token, asked at every connect; sent as the query parameter `token`.
  token?: () => string | Promise<string>;
  WebSocket?: SocketClass;
}

// Through a relay that adds what a page cannot: the Origin the service expects. It sees ciphertext only.
export function relayTransport(options: RelayOptions): Transport {
  return webSocketTransport({
    ...(options.WebSocket ? { WebSocket: options.WebSocket } : {}),
    url: async () => {
      const url = new URL(options.url);
      if (options.token) url.searchParams.set('token', await options.token());
      return url;
    },
  });
}
