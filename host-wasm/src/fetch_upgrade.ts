// The transport of workerd: a WebSocket by fetch(), which may set Origin (`new WebSocket()` there may not).
import type { LinkEvents, Transport } from './transport.js';
import { serviceHeaders } from './tcp.js';
import { serviceUrl } from './websocket.js';

export interface FetchUpgradeOptions {
  url?: string | URL;                  // wss:, ws:, https: or http:
  headers?: Record<string, string>;    // default: the Origin the service expects
  // Default: the global fetch; a service binding's fits too.
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

interface WorkerSocket {
  binaryType: string;
  accept(): void;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
}

export function fetchUpgradeTransport(options: FetchUpgradeOptions = {}): Transport {
  return {
    connect(events: LinkEvents) {
      let socket: WorkerSocket | undefined;
      let over = false;
      const end = (): void => {
        if (over) return;
        over = true;
        events.closed();
      };
      const open = async (): Promise<void> => {
        const url = String(options.url ?? serviceUrl).replace(/^ws/, 'http');
        const headers = { ...(options.headers ?? serviceHeaders), Upgrade: 'websocket' };
        const answer = await (options.fetch ?? fetch)(url, { headers, redirect: 'manual' });
        socket = (answer as unknown as { webSocket?: WorkerSocket }).webSocket ?? undefined;
        if (!socket) return end();
        socket.binaryType = 'arraybuffer';  // before accept(): newer compatibility dates give a Blob
        socket.addEventListener('message', ({ data }) => {
          if (!over && typeof data !== 'string') events.received(new Uint8Array(data as ArrayBuffer));
        });
        socket.addEventListener('close', end);
        socket.addEventListener('error', end);
        socket.accept();
        if (over) return socket.close(1000);
        events.opened();
      };
      open().catch(end);
      return {
        send: (bytes) => socket?.send(bytes),
        close: () => {
          socket?.close(1000);
          end();
        },
      };
    },
  };
}
