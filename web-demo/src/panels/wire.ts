// One row per frame; the chosen frame peeled into layers, each as a tree beside its bytes. Pointing at a branch lights its bytes,
// pointing at a byte lights its branch.

import { clockText, copyText, h, morphChildren, plural, type Child } from '../dom';
import { toHex } from '../decode/hex';
import { layersOf } from '../decode/layers';
import type { Branch, Layer, Range } from '../decode/tree';
import { frameVector } from '../decode/vector';
import type { Model } from '../recording/model';
import { Panel } from './panel';

type Row = Model['frames'][number];
const kHexShownMax = 4096;
const kRowsMax = 1500;
const kValueChars = 72;

export class WirePanel extends Panel {
  readonly name = 'wire';
  readonly label = 'Wire';
  private filter = '';
  private chosen = 0;             // step number; 0: the newest
  private layer = '';
  private light: Range | null = null;
  private rows = new Map<number, HTMLElement>();
  private said = '';
  private layersFor = 0;
  private layers: Layer[] = [];

  view(model: Model): Child[] {
    const shown = this.shown(model), paused = !this.app.playing;
    return [
      h('div', { class: 'intro' },
        h('h2', {}, 'On the wire'),
        h('p', {}, 'Every frame between the device and the service: as a WebSocket message, as a Noise frame, as the node inside and the protobuf inside that.')),
      h('div', { class: 'toolbar' },
        h('label', { class: 'field' }, h('span', {}, 'Filter'),
          h('input', { type: 'search', 'data-input': 'filter', placeholder: 'call, iq, patch, >500, out …', spellcheck: 'false', autocomplete: 'off' })),
        h('div', { class: 'chips', role: 'group', 'aria-label': 'Usual filters' },
          ['', 'call', 'iq', 'message', 'app:state', 'handshake'].map((text) =>
            h('button', { type: 'button', class: 'chip', 'data-ui': 'filter', 'data-value': text, 'aria-pressed': this.filter === text ? 'true' : 'false' }, text || 'all'))),
        h('span', { class: 'spacer' }),
        h('button', { type: 'button', 'data-ui': 'pause', 'data-value': '', 'aria-pressed': paused ? 'true' : 'false' }, paused ? 'Go on' : 'Pause'),
        h('button', { type: 'button', 'data-ui': 'dump', 'data-value': '' }, 'Dump JSON'),
        h('label', { class: 'button' }, 'Load JSON', h('input', { type: 'file', accept: 'application/json,.json', 'data-file': 'recording', class: 'offscreen' }))),
      h('p', { class: 'said small', role: 'status' }, this.said || `${plural(shown.length, 'frame')}${shown.length === model.frames.length ? '' : ` of ${model.frames.length}`}`),
      h('div', { class: 'wire-grid' },
        h('div', { class: 'frames card', role: 'listbox', 'aria-label': 'Frames', tabindex: 0, 'data-own': '', 'data-frames': '' }),
        h('div', { class: 'frame-detail', 'data-own': '', 'data-detail': '' })),
    ];
  }

  override drawn(model: Model): void {
    this.drawRows(model);
    this.drawDetail(model);
  }

  private shown(model: Model): Row[] {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return model.frames;
    return model.frames.filter((frame) => words.every((word) => {
      const size = /^([<>])(\d+)$/.exec(word);
      if (size) return size[1] === '>' ? frame.payload.length / 2 > Number(size[2]) : frame.payload.length / 2 < Number(size[2]);
      if (word === 'out' || word === 'in') return frame.dir === word;
      return `${frame.label} ${frame.phase} conn${frame.conn}`.toLowerCase().includes(word);
    }));
  }

  private drawRows(model: Model): void {
    const list = this.querySelector<HTMLElement>('[data-frames]');
    if (!list) return;
    const shown = this.shown(model).slice(-kRowsMax), visible = new Set(shown.map((frame) => frame.n)), atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 40;
    const chosen = this.current(model)?.n ?? 0;
    for (const [n, row] of this.rows) {
      if (!visible.has(n)) {
        row.remove();
        this.rows.delete(n);
      }
    }
    let before: Element | null = list.firstElementChild;
    for (const frame of shown) {
      let row = this.rows.get(frame.n);
      if (!row) {
        row = frameRow(frame, this.layersOf(frame).length > 3);
        this.rows.set(frame.n, row);
      }
      if (row !== before) list.insertBefore(row, before);
      else before = before.nextElementSibling;
      row.setAttribute('aria-selected', frame.n === chosen ? 'true' : 'false');
    }
    list.setAttribute('aria-activedescendant', chosen ? `frame-${chosen}` : '');
    if (atEnd && this.chosen === 0) list.scrollTop = list.scrollHeight;
  }

  private current(model: Model): Row | undefined {
    const found = this.chosen > 0 ? model.frames.find((frame) => frame.n === this.chosen) : undefined;
    if (found) return found;
    const shown = this.shown(model);
    return shown[shown.length - 1];
  }

  private layersOf(frame: Row): Layer[] { return layersOf(frame, (node) => this.app.inspect(toHex(node))); }

  private drawDetail(model: Model): void {
    const detail = this.querySelector<HTMLElement>('[data-detail]');
    if (!detail) return;
    const frame = this.current(model);
    if (!frame) {
      this.layersFor = 0;
      morphChildren(detail, [h('p', { class: 'muted' }, 'No frame yet.')]);
      return;
    }
    const stamp = frame.n * 2 + (frame.node ? 1 : 0);
    if (this.layersFor !== stamp) {
      this.layersFor = stamp;
      this.layers = this.layersOf(frame);
      this.light = null;
      if (!this.layers.some((layer) => layer.id === this.layer)) this.layer = this.layers.find((layer) => layer.id === 'node')?.id ?? this.layers[this.layers.length - 1]!.id;
    }
    const layer = this.layers.find((one) => one.id === this.layer) ?? this.layers[0]!;
    morphChildren(detail, [
      h('div', { class: 'detail-head' },
        h('h3', {}, h('span', { class: `arrow ${frame.dir}`, 'aria-hidden': 'true' }, frame.dir === 'out' ? '→' : '←'), frame.label),
        h('p', { class: 'muted small' }, `step ${frame.n} · ${clockText(frame.at)} · connection ${frame.conn} · ${frame.dir === 'out' ? 'device to service' : 'service to device'}`),
        h('button', { type: 'button', 'data-ui': 'vector', 'data-value': '' }, 'Copy as test vector')),
      this.envelope(frame),
      h('div', { class: 'layers', role: 'tablist', 'aria-label': 'Layers' }, this.layers.map((one, i) =>
        h('button', {
          type: 'button', role: 'tab', class: `layer-tab l${Math.min(i, 3)}`, 'data-ui': 'layer', 'data-value': one.id, 'aria-selected': one === layer ? 'true' : 'false',
          tabindex: one === layer ? 0 : -1, 'aria-controls': 'layer-body',
        }, one.name, h('span', {}, `${one.bytes.length} B`)))),
      h('div', { id: 'layer-body', role: 'tabpanel', class: 'layer-body', 'data-layer': layer.id },
        h('p', { class: 'muted small' }, layer.summary),
        h('div', { class: 'tree-hex' },
          h('div', { class: 'tree', role: 'tree', 'aria-label': `${layer.name}, decoded` }, layer.tree.map((branch) => this.branch(branch))),
          hexView(layer.bytes, this.light))),
    ]);
    // Not as attributes: the policy of the page allows no inline styles.
    for (const part of detail.querySelectorAll<HTMLElement>('[data-grow]')) part.style.flexGrow = part.dataset.grow!;
  }

  // The frame drawn to scale: what is header, what is content, what is authentication.
  private envelope(frame: Row): Child {
    const size = frame.payload.length / 2 + 3 + (frame.intro?.length ?? 0) / 2, head = size < 126 ? 2 : size < 65536 ? 4 : 10;
    const total = head + size, tag = frame.phase === 'transport' ? 16 : 0;
    const parts: [string, number, string][] = [['WebSocket', head, 'l0'], ['length', 3 + (frame.intro?.length ?? 0) / 2, 'l1'], [frame.phase === 'transport' ? 'sealed node' : 'handshake', frame.payload.length / 2 - tag, 'l2'], ['tag', tag, 'l1']];
    return h('div', { class: 'envelope', role: 'img', 'aria-label': parts.filter(([, bytes]) => bytes > 0).map(([name, bytes]) => `${name} ${bytes} bytes`).join(', ') },
      parts.filter(([, bytes]) => bytes > 0).map(([name, bytes, kind]) => h('span', { class: kind, 'data-grow': Math.max(0.04, bytes / total).toFixed(3), title: `${name}: ${bytes} B` }, `${name} ${bytes}`)));
  }

  private branch(branch: Branch): HTMLElement {
    const lit = this.light && this.light[0] === branch.at[0] && this.light[1] === branch.at[1];
    const value = branch.value !== undefined && branch.value.length > kValueChars ? branch.value.slice(0, kValueChars) + '…' : branch.value;
    const line: Child[] = [
      h('span', { class: 'b-label' }, branch.label), value !== undefined && h('span', { class: 'b-value', title: branch.value }, value),
      branch.note && h('span', { class: 'b-note' }, branch.note),
      branch.opens && h('button', { type: 'button', class: 'open', 'data-ui': 'layer', 'data-value': branch.opens, 'aria-label': `Open ${branch.label} as a layer` }, 'open'),
    ];
    return h('div', { role: 'treeitem', class: lit ? 'branch lit' : 'branch', 'aria-expanded': branch.children ? 'true' : null },
      h('div', { class: 'b-line', 'data-at': branch.at.join(','), tabindex: 0 }, line),
      branch.children && h('div', { role: 'group', class: 'b-children' }, branch.children.map((child) => this.branch(child))));
  }

  connectedCallback(): void {
    const lightOf = (target: EventTarget | null): Range | null | undefined => {
      if (!(target instanceof Element)) return undefined;
      const line = target.closest<HTMLElement>('[data-at]');
      if (line) return line.dataset.at!.split(',').map(Number) as Range;
      const byte = target.closest<HTMLElement>('[data-byte]');
      if (byte) return this.smallest(Number(byte.dataset.byte));
      return undefined;
    };
    const lighten = (event: Event): void => {
      const range = lightOf(event.target);
      if (range !== undefined) this.setLight(range);
    };
    this.addEventListener('pointerover', lighten);
    this.addEventListener('focusin', lighten);
    this.addEventListener('click', lighten);
    this.addEventListener('keydown', (event) => this.onKey(event));
    this.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-frame]') : null;
      if (!row) return;
      this.chosen = Number(row.dataset.frame);
      this.draw();
    });
  }

  private smallest(byte: number): Range | null {
    const layer = this.layers.find((one) => one.id === this.layer);
    let best: Range | null = null;
    const visit = (branch: Branch): void => {
      if (byte < branch.at[0] || byte >= branch.at[1]) return;
      if (!best || branch.at[1] - branch.at[0] <= best[1] - best[0]) best = branch.at;
      branch.children?.forEach(visit);
    };
    layer?.tree.forEach(visit);
    return best;
  }

  private setLight(range: Range | null): void {
    if (this.light?.[0] === range?.[0] && this.light?.[1] === range?.[1]) return;
    this.light = range;
    for (const line of this.querySelectorAll<HTMLElement>('[data-at]')) line.parentElement!.classList.toggle('lit', range !== null && line.dataset.at === range.join(','));
    for (const byte of this.querySelectorAll<HTMLElement>('[data-byte]')) {
      const at = Number(byte.dataset.byte);
      byte.classList.toggle('lit', range !== null && at >= range[0] && at < range[1]);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const target = event.target as HTMLElement, step = event.key === 'ArrowDown' || event.key === 'ArrowRight' ? 1 : event.key === 'ArrowUp' || event.key === 'ArrowLeft' ? -1 : 0;
    if (target.matches('[data-frames]') && (step !== 0 || event.key === 'Home' || event.key === 'End')) {
      const { model } = this.app, shown = this.shown(model), now = shown.findIndex((frame) => frame.n === this.current(model)?.n);
      const next = event.key === 'Home' ? 0 : event.key === 'End' ? shown.length - 1 : Math.max(0, Math.min(shown.length - 1, now + step));
      this.chosen = shown[next]?.n ?? 0;
      this.draw();
      this.rows.get(this.chosen)?.scrollIntoView({ block: 'nearest' });
      event.preventDefault();
    } else if (target.matches('.b-line') && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      const lines = [...this.querySelectorAll<HTMLElement>('.b-line')];
      lines[Math.max(0, Math.min(lines.length - 1, lines.indexOf(target) + step))]?.focus();
      event.preventDefault();
    }
  }

  override command(name: string, value: string, element: HTMLElement): void {
    if (name === 'filter') {
      this.filter = value;
      const input = this.querySelector<HTMLInputElement>('[data-input="filter"]');
      if (input && input !== element) input.value = value;
      this.chosen = 0;
      this.said = '';
    } else if (name === 'layer') {
      this.layer = value;
      this.light = null;
    } else if (name === 'pause') {
      this.app.playing = !this.app.playing;
      this.app.changed();
    } else if (name === 'dump') {
      this.dump();
    } else if (name === 'vector') {
      void this.copyVector();
    }
    this.draw();
  }

  private dump(): void {
    const blob = new Blob([JSON.stringify(this.app.recording)], { type: 'application/json' }), url = URL.createObjectURL(blob);
    const link = h('a', { href: url, download: `wuts-seed-${this.app.seed}-${this.app.tape.steps.length}-steps.json` }) as HTMLAnchorElement;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    this.said = `${plural(this.app.tape.steps.length, 'step')} dumped.`;
  }

  async load(file: File): Promise<void> {
    try {
      await this.app.load(await file.text());
      this.chosen = 0;
      this.said = `${file.name}: ${plural(this.app.tape.steps.length, 'step')} loaded. This is a recording; “New run” starts a living one.`;
    } catch (problem) {
      this.said = problem instanceof Error ? problem.message : String(problem);
    }
    this.draw();
  }

  private async copyVector(): Promise<void> {
    const frame = this.current(this.app.model);
    if (!frame) return;
    const text = frameVector(frame, frame.node ? this.app.inspect(frame.node) : null, this.app.seed);
    this.said = (await copyText(text)) ? 'Copied. It fits into tests/vectors/binary_node.json.' : 'The browser refused the clipboard.';
    this.dataset.vector = text;
    this.draw();
  }
}

function frameRow(frame: Row, protobuf: boolean): HTMLElement {
  return h('div', { role: 'option', class: `frame ${frame.dir}`, id: `frame-${frame.n}`, 'data-frame': frame.n, 'aria-selected': 'false' },
    h('span', { class: 'f-time' }, (frame.at / 1000).toFixed(3)),
    h('span', { class: `arrow ${frame.dir}` }, frame.dir === 'out' ? '→' : '←', h('span', { class: 'offscreen' }, frame.dir === 'out' ? ' sent ' : ' received ')),
    h('span', { class: 'f-label' }, frame.label),
    h('span', { class: 'f-size' }, `${frame.payload.length / 2}`),
    h('span', { class: 'f-layers', 'aria-hidden': 'true' }, h('i', { class: 'l0' }), h('i', { class: 'l1' }), frame.node && h('i', { class: 'l2' }), (frame.phase === 'handshake' || protobuf) && h('i', { class: 'l3' })));
}

function hexView(bytes: Uint8Array, light: Range | null): HTMLElement {
  const lines: Child[] = [], end = Math.min(bytes.length, kHexShownMax);
  for (let at = 0; at < end; at += 16) {
    const cells: Child[] = [];
    let text = '';
    for (let i = at; i < Math.min(at + 16, end); ++i) {
      const byte = bytes[i]!, lit = light !== null && i >= light[0] && i < light[1];
      cells.push(h('span', { 'data-byte': i, class: lit ? 'lit' : null }, byte.toString(16).padStart(2, '0')));
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
    }
    lines.push(h('div', { class: 'hex-line' }, h('span', { class: 'hex-at' }, at.toString(16).padStart(4, '0')), h('span', { class: 'hex-bytes' }, cells), h('span', { class: 'hex-text', 'aria-hidden': 'true' }, text)));
  }
  return h('div', { class: 'hex', role: 'img', 'aria-label': `${bytes.length} bytes in hexadecimal` }, lines,
    bytes.length > end && h('p', { class: 'muted small' }, `and ${plural(bytes.length - end, 'byte')} more`));
}
