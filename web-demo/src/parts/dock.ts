// The timeline: one slider over the recorded steps, with a mark for each of them, and the pace of the run.

import { clockText, h, s, type Child } from '../dom';
import type { App } from '../app';
import { stepText } from './story';

const kMarks = 400;
const kSpeeds: [number, string][] = [[1, '1×'], [4, '4×'], [16, '16×'], [Infinity, 'max']];
const kLane: Record<string, number> = { frame: 3, action: 0, request: 1, reply: 1, webhook: 1, fact: 2, patch: 2, hash: 2, link: 3, crash: 0, weather: 3, violation: 0 };

let marksFor = -1;
let marks: SVGElement | null = null;

function drawMarks(app: App): Node {
  const { steps } = app.tape, stamp = steps.length;
  if (stamp !== marksFor || !marks) {
    marksFor = stamp;
    const stride = Math.max(1, Math.ceil(steps.length / kMarks)), lines: SVGElement[] = [];
    for (let i = 0; i < steps.length; i += stride) {
      // Of the steps under one mark the rarest kind shows.
      const group = steps.slice(i, i + stride), step = group.find((one) => one.kind === 'crash' || one.kind === 'violation') ?? group.find((one) => one.kind === 'action') ?? group.find((one) => one.kind !== 'frame') ?? group[0]!;
      const lane = kLane[step.kind] ?? 2, x = (i + 0.5) / Math.max(1, steps.length) * 1000;
      lines.push(s('rect', { x: x.toFixed(2), y: lane * 6 + 1, width: 1.8, height: 5, class: `m-${step.kind}${step.kind === 'frame' ? '-' + step.dir : ''}` }));
    }
    marks = s('svg', { class: 'marks', viewBox: '0 0 1000 26', preserveAspectRatio: 'none', 'aria-hidden': 'true', 'data-key': String(stamp) }, lines);
  }
  return marks.cloneNode(true);
}

export function dockView(app: App): Child[] {
  const { tape } = app, step = app.step, count = tape.steps.length, told = step ? stepText(step) : null;
  const text = step && told ? `step ${step.n} of ${count}, ${clockText(step.at)}, ${told.who}: ${told.text}` : 'nothing recorded';
  return [
    h('div', { class: 'dock-buttons', role: 'group', 'aria-label': 'Timeline' },
      h('button', { type: 'button', 'data-time': 'back', 'aria-label': 'One step back', disabled: tape.cursor <= 1, 'aria-keyshortcuts': '[' }, icon('M15 5l-8 7 8 7z')),
      h('button', { type: 'button', class: 'play', 'data-time': 'play', 'aria-label': app.playing && app.live ? 'Pause the run' : 'Let it run', disabled: !app.world, 'aria-keyshortcuts': 'p' }, app.playing && app.live ? icon('M7 5h4v14H7zM14 5h4v14h-4z') : icon('M7 4l13 8-13 8z')),
      h('button', { type: 'button', 'data-time': 'forward', 'aria-label': 'One step forward', disabled: tape.cursor >= count, 'aria-keyshortcuts': ']' }, icon('M9 5l8 7-8 7z')),
      h('button', { type: 'button', class: 'now', 'data-time': 'live', 'aria-pressed': app.live ? 'true' : 'false', disabled: !app.world }, 'now')),
    h('div', { class: 'dock-line' },
      drawMarks(app),
      h('input', { type: 'range', class: 'scrub', min: count ? 1 : 0, max: count, value: tape.cursor, step: 1, 'data-scrub': '', 'aria-label': 'Recorded steps', 'aria-valuetext': text })),
    h('p', { class: 'dock-text', 'data-step': tape.cursor, 'data-steps': count }, h('span', { class: 'd-count' }, `${tape.cursor}/${count}`), told && h('span', { class: 'd-text' }, told.text), step && h('span', { class: 'd-time' }, clockText(app.live ? app.now : step.at))),
    h('div', { class: 'dock-speed', role: 'group', 'aria-label': 'Pace' }, kSpeeds.map(([speed, name]) =>
      h('button', { type: 'button', class: 'chip', 'data-speed': String(speed), 'aria-pressed': app.speed === speed ? 'true' : 'false' }, name)),
      h('button', { type: 'button', class: 'chip', 'data-time': 'new' }, 'New run')),
  ];
}

function icon(path: string): SVGElement {
  return s('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, s('path', { d: path }));
}
