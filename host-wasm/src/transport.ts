// A connection to the service, as the device needs it: whole binary messages both ways.

export interface LinkEvents {
  opened(): void;
  received(bytes: Uint8Array): void;
  closed(): void;  // at last, once; also when it never opened
}

export interface Link {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;   // after what was sent
}

// connect() may throw: the device takes it as a connection that failed.
export interface Transport {
  connect(events: LinkEvents): Link;
}
