import { h, type Child } from '../dom';
import { measurePatches, measureRejects, type Patches, type Rejects } from '../world/bench';
import { Panel } from './panel';

const kPatches = 500, kRejects = 200;
const kilo = (bytes: number): string => `${(bytes / 1000).toLocaleString('en', { maximumFractionDigits: 0 })} kB`;
const few = (ms: number): string => `${ms.toLocaleString('en', { maximumFractionDigits: ms < 10 ? 2 : 1 })} ms`;

export class SpeedPanel extends Panel {
  readonly name = 'speed';
  readonly label = 'Size and speed';
  private running = '';
  private progress = 0;
  private patches: Patches | null = null;
  private rejects: Rejects | null = null;
  private problem = '';

  view(): Child[] {
    const started = this.app.started;
    const tile = (name: string, value: string, about: string, key: string): Child => h('div', { class: 'tile', 'data-tile': key }, h('dt', {}, name), h('dd', {}, h('strong', {}, value), h('span', {}, about)));
    return [
      h('div', { class: 'intro' },
        h('h2', {}, 'Small, and quick enough'),
        h('p', {}, 'The core is the same C++ that runs in the native server, built for WebAssembly. Sizes are of the files this page loaded; times are measured in this tab, on your machine.')),
      h('dl', { class: 'tiles' },
        tile('core.wasm', kilo(__SIZES__.core.brotli), `brotli; ${kilo(__SIZES__.core.raw)} raw. Protocol, encryption, app state, REST API`, 'core'),
        tile('sim.wasm', kilo(__SIZES__.simulator.brotli), `brotli; ${kilo(__SIZES__.simulator.raw)} raw. The other end: only demos and tests load it`, 'sim'),
        tile('Start of the core', started ? few(started.coreMs) : '…', 'fetch, compile and instantiate', 'init'),
        tile('Memory', started ? `${(started.memoryBytes / 1024).toLocaleString('en', { maximumFractionDigits: 0 })} KiB` : '…', 'linear memory of the core after its start', 'memory')),
      h('div', { class: 'toolbar' },
        h('button', { type: 'button', class: 'primary', 'data-ui': 'patches', 'data-value': '', disabled: this.running !== '' || !started }, `Archive ${kPatches} times`),
        h('button', { type: 'button', class: 'primary', 'data-ui': 'rejects', 'data-value': '', disabled: this.running !== '' || !started }, `Reject ${kRejects} calls`),
        this.running && h('progress', { max: this.running === 'patches' ? kPatches : kRejects, value: this.progress, 'aria-label': 'How far the measurement is' })),
      h('p', { class: 'said', role: 'status' }, this.problem || (this.running ? 'Measuring on a device of its own…' : '')),
      h('dl', { class: 'tiles' },
        this.patches && tile('Patches a second', this.patches.perSecond.toLocaleString('en'), `${this.patches.count} archive requests, one at a time, through both ends: built, sealed, opened, checked, stored, answered`, 'patches'),
        this.patches && tile('Handshake', few(this.patches.handshakeMs), 'keys made, Noise handshake of both ends and its certificate checked, with the scheduling of the page', 'handshake'),
        this.rejects && tile('Time to reject', `${this.rejects.medianUs.toLocaleString('en')} µs`, `median of ${this.rejects.count} calls, from the bytes of the offer to the bytes of the reject; mean ${this.rejects.meanUs} µs, 95 % within ${this.rejects.p95Us} µs`, 'rejects')),
      h('p', { class: 'muted small' }, 'Browsers round the clock of a page (Chromium to 100 µs, or 5 µs in isolated pages), so means over many are truer than single values.'),
    ];
  }

  override command(name: string): void {
    if (this.running || (name !== 'patches' && name !== 'rejects')) return;
    void this.measure(name);
  }

  private async measure(what: 'patches' | 'rejects'): Promise<void> {
    this.running = what;
    this.progress = 0;
    this.problem = '';
    this.draw();
    const played = this.app.playing;
    this.app.playing = false;        // the run waits, so that it does not share the time
    const progress = (done: number): void => {
      this.progress = done;
      this.draw();
    };
    try {
      if (what === 'patches') this.patches = await measurePatches(kPatches, progress);
      else this.rejects = await measureRejects(kRejects, progress);
    } catch (problem) {
      this.problem = problem instanceof Error ? problem.message : String(problem);
    }
    this.app.playing = played;
    this.running = '';
    this.draw();
  }
}
