// The other end: the simulated WhatsApp of sim.wasm, which runs in this page.

export interface Observation { kind: string; line: string; [field: string]: unknown }

export interface RecordView { index: string; index_mac: string; value_mac: string; value: string }

export interface CollectionState { version: number; hash: string; records: number }

export interface ServiceLink { send(bytes: Uint8Array): void; close(): void }
export interface ServiceEvents { opened(): void; received(bytes: Uint8Array): void; closed(): void }

// What the page needs of the simulator; made by engine.ts from the package.
export interface Network {
  readonly rootKey: string;
  connect(events: ServiceEvents): ServiceLink;
  media(path: string): Promise<{ ok: boolean; status: number; body: Uint8Array }>;
  do<T>(action: { do: string; [argument: string]: unknown }): T;
  inspect(node: Uint8Array): InspectedNode | null;
  close(): void;
}

export interface InspectedNode {
  tag: string;
  attrs: [string, string, 'text' | 'jid'][];
  bytes?: string;            // hex
  text?: string;
  children?: InspectedNode[];
}

// "iq set w:sync:app:state", "call reject", "message text": enough to find a frame by reading.
export function labelOf(node: InspectedNode): string {
  const attr = (name: string): string => node.attrs.find(([key]) => key === name)?.[1] ?? '';
  const first = node.children?.[0];
  const parts = [node.tag];
  for (const name of ['type', 'class', 'xmlns']) if (attr(name)) parts.push(attr(name));
  if (first && first.tag !== 'item') parts.push(first.tag);
  return parts.join(' ');
}

export function childNamed(node: InspectedNode, tag: string): InspectedNode | undefined {
  return node.children?.find((one) => one.tag === tag);
}
