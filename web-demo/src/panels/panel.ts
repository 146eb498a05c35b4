// The base of the seven panels: a view of the model, drawn again whenever the model or the time changes and the panel is shown.
// Buttons carry what they do as text: data-do is an action of the run (world/actions.ts), data-ui a command of the panel.

import type { App } from '../app';
import { morphChildren, type Child } from '../dom';
import type { Model } from '../recording/model';

export abstract class Panel extends HTMLElement {
  app!: App;
  abstract readonly name: string;
  abstract readonly label: string;

  abstract view(model: Model): Child[];
  command(_name: string, _value: string, _element: HTMLElement): void { /* panels without commands */ }
  drawn(_model: Model): void { /* for what is not drawn by view */ }

  draw(): void {
    if (this.hidden) return;
    const { model } = this.app;
    morphChildren(this, this.view(model));
    this.drawn(model);
  }
}

export function personName(digits: string): string {
  const names: Record<string, string> = {
    5511988888888: 'Person 8888', 5511977777777: 'Person 7777', 5511966666666: 'Person 6666', 5511955555555: 'Person 5555',
    5511999999999: 'linked phone',
  };
  return names[digits] ?? '+' + digits;
}

export function prettyNumber(digits: string): string {
  const match = /^(\d{2})(\d{2})(\d{5})(\d{4})$/.exec(digits);
  return match ? `+${match[1]} ${match[2]} ${match[3]}-${match[4]}` : '+' + digits;
}
