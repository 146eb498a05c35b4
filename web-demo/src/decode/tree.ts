// What the Wire panel shows beside the bytes: a tree whose leaves and branches know which bytes they came from.

export type Range = [number, number];

export interface Branch {
  label: string;          // tag, field name, header name
  value?: string;         // text of a leaf
  note?: string;          // type or remark, in small
  at: Range;              // bytes of the layer
  children?: Branch[];
  opens?: string;         // id of the layer that these bytes are, when they are one
}

export interface Layer {
  id: string;
  name: string;
  bytes: Uint8Array;
  summary: string;
  tree: Branch[];
  segments: { name: string; at: Range; kind: 'head' | 'body' | 'tag' }[];
}
