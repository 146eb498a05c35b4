// Where each part of a binary node lies in its bytes. The values come from the core's own decoder (sim_inspect); this walk only
// measures, so it needs no dictionary: a token is one or two bytes whatever it stands for.

import type { InspectedNode } from '../world/network';
import type { Branch, Range } from './tree';

const kListEmpty = 0, kDictionary0 = 236, kDictionary3 = 239, kInteropJid = 245, kFbJid = 246, kAdJid = 247, kList8 = 248,
  kList16 = 249, kJidPair = 250, kHex8 = 251, kBinary8 = 252, kBinary20 = 253, kBinary32 = 254, kNibble8 = 255;

class Walk {
  at: number;

  constructor(private readonly bytes: Uint8Array, from: number) { this.at = from; }

  u8(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error('the node ends early');
    return value;
  }
  skip(count: number): void {
    this.at += count;
    if (this.at > this.bytes.length) throw new Error('the node ends early');
  }
  list(): number {
    const tag = this.u8();
    if (tag === kListEmpty) return 0;
    if (tag === kList8) return this.u8();
    if (tag === kList16) return (this.u8() << 8) | this.u8();
    throw new Error('a list was expected');
  }
  // Any string or JID.
  value(): Range {
    const from = this.at, tag = this.u8();
    if (tag >= kDictionary0 && tag <= kDictionary3) this.skip(1);
    else if (tag === kNibble8 || tag === kHex8) this.skip(this.u8() & 0x7f);
    else if (tag === kBinary8) this.skip(this.u8());
    else if (tag === kBinary20) this.skip(((this.u8() << 16) | (this.u8() << 8) | this.u8()) & 0xfffff);
    else if (tag === kBinary32) this.skip(this.u8() * 0x1000000 + ((this.u8() << 16) | (this.u8() << 8) | this.u8()));
    else if (tag === kJidPair) {
      this.value();
      this.value();
    } else if (tag === kAdJid) {
      this.skip(2);
      this.value();
    } else if (tag === kFbJid || tag === kInteropJid) {
      this.value();
      this.skip(tag === kFbJid ? 2 : 4);
      this.value();
    }
    return [from, this.at];
  }
  get next(): number { return this.bytes[this.at] ?? -1; }
}

// The header of a binary: tag and length.
function headerSize(tag: number): number {
  return tag === kBinary8 ? 2 : tag === kBinary20 ? 4 : tag === kBinary32 ? 5 : 0;
}

export interface Content { path: string; node: InspectedNode; parents: string[]; at: Range }

export interface NodeTree { root: Branch; contents: Content[] }

// `contents`: the byte strings inside, for the layers below. null: the bytes and the tree do not belong together.
export function nodeTree(bytes: Uint8Array, inspected: InspectedNode, from = 1): NodeTree | null {
  const walk = new Walk(bytes, from), contents: Content[] = [];
  const visit = (node: InspectedNode, parents: string[], path: string): Branch => {
    const start = walk.at, size = walk.list(), tagAt = walk.value(), children: Branch[] = [];
    for (const [name, value, type] of node.attrs) {
      const [begin] = walk.value(), [, end] = walk.value();
      children.push({ label: name, value: JSON.stringify(value), ...(type === 'jid' ? { note: 'JID' } : {}), at: [begin, end] });
    }
    if (size % 2 === 0) {
      if (node.children && (walk.next === kListEmpty || walk.next === kList8 || walk.next === kList16)) {
        walk.list();
        node.children.forEach((child, i) => children.push(visit(child, [...parents, node.tag], `${path}.${i}`)));
      } else {
        const tag = walk.next, [begin, end] = walk.value();
        if (node.bytes !== undefined) {
          const at: Range = [begin + headerSize(tag), end];
          contents.push({ path, node, parents, at });
          children.push({ label: 'content', value: node.bytes, note: `${at[1] - at[0]} B`, at: [begin, end], opens: path });
        } else {
          children.push({ label: 'content', value: JSON.stringify(node.text ?? ''), note: 'text', at: [begin, end] });
        }
      }
    }
    const tag: Branch = { label: 'tag', value: node.tag, at: tagAt };
    return { label: `<${node.tag}>`, at: [start, walk.at], children: [tag, ...children] };
  };
  try {
    return { root: visit(inspected, [], '0'), contents };
  } catch {
    return null;
  }
}

// A node as one would write it by hand.
export function nodeText(node: InspectedNode, indent = ''): string {
  const attrs = node.attrs.map(([name, value]) => ` ${name}="${value}"`).join('');
  if (node.children) {
    return `${indent}<${node.tag}${attrs}>\n${node.children.map((child) => nodeText(child, indent + '  ')).join('\n')}\n${indent}</${node.tag}>`;
  }
  if (node.bytes !== undefined) {
    const shown = node.bytes.length > 48 ? node.bytes.slice(0, 48) + '…' : node.bytes;
    return `${indent}<${node.tag}${attrs}>${shown} <!-- ${node.bytes.length / 2} B --></${node.tag}>`;
  }
  if (node.text !== undefined) return `${indent}<${node.tag}${attrs}>${node.text}</${node.tag}>`;
  return `${indent}<${node.tag}${attrs}/>`;
}
