// What the panels share: the tape, the run behind it, time, and the visitor's choices.

import { kSeedMax, parsePlan, planQuery, type Action, type Plan } from './world/actions';
import { Engine, startEngine, type Started } from './world/engine';
import { kScenarios } from './world/scenarios';
import { World } from './world/world';
import { Folder, type Model } from './recording/model';
import { Tape, readRecording } from './recording/recording';
import type { Recording, Step } from './recording/steps';
import type { InspectedNode } from './world/network';
import { fromHex } from './decode/hex';

const kFrameMs = 16;
const kCatchUpMs = 120;      // a tab that slept goes on where it was, not where the clock is
const kBurst = 400;          // events at a time when there is no pace

export class App extends EventTarget {
  readonly tape = new Tape();
  world: World | null = null;
  started: Started | null = null;
  scenario = '';
  seed = 7;
  playing = true;
  speed = 1;
  problem = '';
  scriptHash = '';            // of the run when its scenario was through
  loadedFrom: Recording | null = null;
  private readonly folder = new Folder();
  private runId = 0;
  private tampered = false;   // the visitor did something beyond the scenario

  constructor() {
    super();
    this.tape.addEventListener('change', () => this.changed());
  }

  async start(): Promise<void> {
    try {
      this.started = await startEngine();
    } catch (problem) {
      this.problem = `The modules could not be started: ${problem instanceof Error ? problem.message : String(problem)}`;
      this.changed();
      return;
    }
    await this.begin(parsePlan(location.search));
    void this.loop();
  }

  // A new run. The former one ends.
  async begin(plan: Plan): Promise<void> {
    const id = ++this.runId;
    await this.world?.stop();
    this.world = null;
    this.tape.clear();
    this.loadedFrom = null;
    this.seed = plan.seed;
    this.scenario = kScenarios.some((one) => one.name === plan.scenario) ? plan.scenario : '';
    this.scriptHash = '';
    this.tampered = false;
    this.playing = true;
    if (plan.speed !== null) this.speed = plan.speed;
    const world = new World(new Engine(), plan.seed, this.tape);
    try {
      await world.start();
    } catch (problem) {
      this.problem = `The device could not be opened: ${problem instanceof Error ? problem.message : String(problem)}`;
      this.changed();
      return;
    }
    if (id !== this.runId) return world.stop();
    this.problem = '';
    this.world = world;
    const scenario = kScenarios.find((one) => one.name === this.scenario);
    if (scenario) await world.run(scenario.script(world));
    else if (plan.actions.length > 0) world.plan(plan.actions);
    else await world.act({ do: 'qr' });
    this.changed();
  }

  private async loop(): Promise<void> {
    let last = performance.now();
    for (;;) {
      await new Promise((resolve) => { setTimeout(resolve, kFrameMs); });
      const now = performance.now(), passed = Math.min(now - last, kCatchUpMs);
      last = now;
      const world = this.world;
      if (!world || !this.playing) continue;
      if (this.speed !== Infinity) {
        await world.advance(world.now + Math.max(1, Math.round(passed * this.speed)));
      } else {
        // As fast as it goes while something is going on, then at the ordinary pace.
        for (let i = 0; i < kBurst && world.scriptRuns; ++i) if (!(await world.advanceToNext(Infinity))) break;
        if (!world.scriptRuns) await world.advance(world.now + Math.max(1, Math.round(passed)));
      }
      if (this.scenario && !world.scriptRuns && this.scriptHash === '') {
        this.scriptHash = world.scriptHash;
        this.changed();
      }
    }
  }

  async act(action: Action): Promise<void> {
    if (!this.world) return;
    this.tampered = true;
    this.tape.cursor = this.tape.steps.length;
    this.playing = true;
    await this.world.act(action);
    this.changed();
  }

  get model(): Model { return this.folder.at(this.tape.steps, this.tape.cursor); }
  get live(): boolean { return this.tape.following && this.world !== null; }
  get now(): number { return this.live && this.world ? this.world.now : this.model.at; }
  get step(): Step | undefined { return this.tape.steps[this.tape.cursor - 1]; }

  // The query that makes this run again, from its beginning.
  get link(): string {
    if (this.loadedFrom) return this.loadedFrom.link;
    if (this.scenario && !this.tampered) return planQuery(this.seed, this.scenario, []);
    return planQuery(this.seed, '', this.world?.actions ?? []);
  }

  get recording(): Recording {
    return {
      format: 'wuts-recording', version: 1, seed: this.seed, scenario: this.scenario, link: this.link, core: this.started?.version ?? '',
      digest: this.tape.hash, steps: this.tape.steps,
    };
  }

  async load(text: string): Promise<void> {
    const recording = readRecording(text);
    ++this.runId;
    await this.world?.stop();
    this.world = null;
    this.loadedFrom = recording;
    this.seed = recording.seed;
    this.scenario = recording.scenario;
    this.tape.load(recording);
  }

  inspect(hex: string): InspectedNode | null {
    return this.inspector?.inspect(fromHex(hex)) ?? null;
  }
  private inspectorWorld: ReturnType<Engine['network']> | null = null;
  private get inspector(): ReturnType<Engine['network']> | null {
    if (this.world) return this.world.network;
    if (!this.started) return null;
    this.inspectorWorld ??= new Engine().network(1, { mono: () => 0, wall: () => 0, after: () => () => undefined });
    return this.inspectorWorld;
  }

  randomSeed(): number { return crypto.getRandomValues(new Uint32Array(1))[0]! % Math.min(kSeedMax, 1_000_000); }

  changed(): void { this.dispatchEvent(new Event('change')); }
}
