// A frame as an entry of tests/vectors/binary_node.json: paste it there (or in a folder of its own for `./dev vectors DIR`) and
// the core is checked against it.

import type { FrameStep } from '../recording/steps';
import type { InspectedNode } from '../world/network';

interface VectorNode { tag: string; attrs: [string, string | { jid: string }][]; content: unknown }

function vectorNode(node: InspectedNode): VectorNode {
  return {
    tag: node.tag,
    attrs: node.attrs.map(([name, value, type]) => [name, type === 'jid' ? { jid: value } : value]),
    content: node.children ? { nodes: node.children.map(vectorNode) } : node.bytes !== undefined ? { hex: node.bytes }
      : node.text !== undefined ? { text: node.text } : null,
  };
}

export function frameVector(frame: FrameStep & { n: number }, node: InspectedNode | null, seed: number): string {
  const from = `web demo, seed ${seed}, step ${frame.n}`;
  if (!frame.node || !node) {
    return JSON.stringify({ name: `${frame.label} (${from})`, kind: 'frame', hex: frame.payload, note: 'a frame as it travels' }, null, 1);
  }
  return JSON.stringify({
    name: `${frame.label} (${from})`, kind: 'encode', node: vectorNode(node), hex: frame.node,
    note: `${frame.dir === 'out' ? 'device to service' : 'service to device'}; simulated, no real account`,
  }, null, 1);
}
