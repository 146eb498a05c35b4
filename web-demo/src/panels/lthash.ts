import { clockText, h, s, type Child } from '../dom';
import { fromHex } from '../decode/hex';
import type { CollectionView, Model, PatchView } from '../recording/model';
import { Panel } from './panel';

const kLanes = 64;

export class LtHashPanel extends Panel {
  readonly name = 'lthash';
  readonly label = 'LTHash';
  private collection = 'regular_low';
  private readonly strips = new Map<string, { hash: string; element: SVGElement }>();

  view(model: Model): Child[] {
    const names = [...model.collections.keys()].filter((name) => model.collections.get(name)!.version > 0 || model.collections.get(name)!.device);
    const held = model.collections.get(this.collection);
    const patches = model.patches.filter((patch) => patch.collection === this.collection), last = patches[patches.length - 1];
    const device = held?.device, same = device !== undefined && held !== undefined && device.hash === held.hash, behind = device !== undefined && held !== undefined && device.version !== held.version;
    return [
      h('div', { class: 'intro' },
        h('h2', {}, 'A hash that adds up'),
        h('p', {}, 'Each collection is summed up in 128 bytes: 64 lanes of 16 bits. A record’s value MAC is expanded to 128 bytes and added lane by lane; replacing it subtracts the old one. The order does not matter, so every device that has the same records has the same sum.')),
      h('div', { class: 'toolbar' },
        h('div', { class: 'chips', role: 'group', 'aria-label': 'Collection' }, (names.length ? names : ['regular_low']).map((name) =>
          h('button', { type: 'button', class: 'chip', 'data-ui': 'collection', 'data-value': name, 'aria-pressed': name === this.collection ? 'true' : 'false' }, name))),
        h('span', { class: 'spacer' }),
        h('button', { type: 'button', class: 'danger', 'data-ui': 'corrupt', 'data-value': '42', disabled: !this.app.live || !device }, 'Flip byte 42'),
        h('button', { type: 'button', 'data-do': 'phone-1-1', disabled: !this.app.live || !model.paired }, 'Patch from the phone'),
        h('button', { type: 'button', 'data-do': 'phone-1-0', disabled: !this.app.live || !model.paired }, 'and back')),
      held && device
        ? h('p', { class: `verdict ${same ? 'good' : behind ? 'wait' : 'bad'}`, role: 'status', 'data-verdict': same ? 'same' : behind ? 'behind' : 'differs' },
          same ? `Device and service agree at version ${held.version}.`
            : behind ? `The device is at version ${device.version}, the service at ${held.version}.`
              : device.corrupted ? 'A byte of the device’s row was flipped. It cannot know yet: the next patch carries a MAC over the sum, and that will not fit.' : 'The sums differ.')
        : h('p', { class: 'hint' }, 'Nothing to add up yet. ', h('a', { href: '#pair' }, 'Link the device'), ' first.'),
      h('section', { class: 'card strips', 'aria-label': 'The two sums' },
        this.side('the service', held?.hash, held?.version, undefined, false),
        this.side('the device', device?.hash, device?.version, held?.hash, true)),
      h('section', { class: 'card moved', 'aria-label': 'What the last operation moved' },
        h('h3', {}, 'What moved'),
        last ? this.moved(last) : h('p', { class: 'muted' }, 'After a patch, each lane’s step is drawn here.')),
      this.history(patches, held),
    ];
  }

  private side(name: string, hash: string | undefined, version: number | undefined, other: string | undefined, own: boolean): Child {
    return h('figure', { class: 'strip', 'data-key': name },
      h('figcaption', {}, h('strong', {}, name), version !== undefined && h('span', { class: 'muted' }, ` version ${version}`), own && h('span', { class: 'muted small' }, ' click a cell to flip that byte')),
      hash ? this.strip(name, hash, other, own) : h('p', { class: 'muted' }, 'empty'));
  }

  private strip(key: string, hash: string, other: string | undefined, own: boolean): Node {
    const stamp = hash + (other ?? '');
    const known = this.strips.get(key);
    if (known?.hash === stamp) return known.element.cloneNode(true);
    const bytes = fromHex(hash), theirs = other ? fromHex(other) : null, cells: SVGElement[] = [];
    let different = 0;
    for (let i = 0; i < 128; ++i) {
      const x = i % kLanes, y = Math.floor(i / kLanes), off = theirs !== null && theirs[i] !== bytes[i];
      if (off) ++different;
      cells.push(s('rect', { x, y, width: 0.94, height: 0.94, class: off ? 'off' : 'cell', 'fill-opacity': (0.06 + 0.94 * bytes[i]! / 255).toFixed(3), ...(own ? { 'data-flip': i } : {}) }));
    }
    const element = s('svg', { class: `heat ${own ? 'own' : ''}`, viewBox: `0 0 ${kLanes} 2`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `128 bytes as shades${different ? `, ${different} differ` : ''}`, 'data-hash': hash }, cells);
    this.strips.set(key, { hash: stamp, element });
    return element.cloneNode(true);
  }

  private moved(patch: PatchView): Child {
    const before = lanes(patch.before), after = lanes(patch.after), bars: SVGElement[] = [];
    let changed = 0;
    for (let i = 0; i < kLanes; ++i) {
      const step = ((after[i]! - before[i]! + 0x8000) & 0xffff) - 0x8000, height = Math.abs(step) / 0x8000 * 10;
      if (step !== 0) ++changed;
      bars.push(s('rect', { x: i + 0.12, width: 0.76, y: (step > 0 ? 10 - height : 10).toFixed(2), height: Math.max(step === 0 ? 0 : 0.1, height).toFixed(2), class: step > 0 ? 'up' : 'down' }, s('title', {}, `lane ${i}: ${before[i]} → ${after[i]}`)));
    }
    const added = patch.mutations.filter((one) => one.valueMac).length, removed = patch.mutations.filter((one) => one.oldValueMac).length;
    return [
      h('p', {}, `Version ${patch.from} → ${patch.to}: ${added} expanded value ${added === 1 ? 'MAC' : 'MACs'} added, ${removed} subtracted; ${changed} of 64 lanes moved.`),
      s('svg', { class: 'bars', viewBox: `0 0 ${kLanes} 20`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `Step of each of 64 lanes, ${changed} moved`, 'data-moved': changed }, s('line', { x1: 0, x2: kLanes, y1: 10, y2: 10 }), bars),
      h('p', { class: 'muted small' }, 'Up is forward, down is backward, around a circle of 65,536.'),
    ];
  }

  private history(patches: PatchView[], held: CollectionView | undefined): Child {
    return patches.length > 0 && h('section', { class: 'card', 'aria-label': 'History' },
      h('h3', {}, 'So far'),
      h('ol', { class: 'hash-history' }, patches.slice(-8).reverse().map((patch) => h('li', { 'data-key': String(patch.n) },
        h('span', {}, `v${patch.to}`), h('code', {}, patch.after.slice(0, 32) + '…'), h('span', { class: 'muted small' }, `${patch.byDevice ? 'this device' : 'another device'} · ${clockText(patch.at)}`)))),
      held && h('p', { class: 'muted small' }, `${held.records} records`));
  }

  override command(name: string, value: string): void {
    if (name === 'collection') {
      this.collection = value;
      this.draw();
    } else if (name === 'corrupt') {
      void this.app.act({ do: 'corrupt', collection: this.collection, byte: Number(value) });
    }
  }

  connectedCallback(): void {
    this.addEventListener('click', (event) => {
      const cell = event.target instanceof Element ? event.target.closest<SVGElement>('[data-flip]') : null;
      if (cell && this.app.live) this.command('corrupt', cell.dataset.flip!);
    });
  }
}

function lanes(hex: string): number[] {
  const bytes = fromHex(hex), out: number[] = [];
  for (let i = 0; i < kLanes; ++i) out.push((bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8));
  return out;
}
