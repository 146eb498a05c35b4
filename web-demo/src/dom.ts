// Making and updating elements without a framework. `h` builds, `morph` makes a live tree equal to a new one while it keeps
// focus, scroll positions and event listeners. Text is always text: nothing here parses HTML.

export type Child = Node | string | number | false | null | undefined | Child[];
type Value = string | number | boolean | null | undefined;

const kSvg = 'http://www.w3.org/2000/svg';

function fill(element: Element, attributes: Record<string, Value>, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  const add = (child: Child): void => {
    if (Array.isArray(child)) return child.forEach(add);
    if (child === false || child === null || child === undefined || child === '') return;
    element.append(child instanceof Node ? child : String(child));
  };
  children.forEach(add);
}

export function h(tag: string, attributes: Record<string, Value> = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

export function s(tag: string, attributes: Record<string, Value> = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(kSvg, tag) as SVGElement;
  fill(element, attributes, children);
  return element;
}

function same(a: Node, b: Node): boolean {
  if (a.nodeType !== b.nodeType || a.nodeName !== b.nodeName) return false;
  if (!(a instanceof Element) || !(b instanceof Element)) return true;
  return a.getAttribute('data-key') === b.getAttribute('data-key');
}

function morphAttributes(from: Element, to: Element): void {
  for (const { name } of [...from.attributes]) if (name !== 'style' && !to.hasAttribute(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  // What a person is editing stays; what a person chose follows the model.
  if (from instanceof HTMLInputElement && to instanceof HTMLInputElement && from !== document.activeElement) {
    if (from.type === 'checkbox') from.checked = to.checked || to.hasAttribute('checked');
    else if (from.value !== to.value) from.value = to.value;
  }
}

// Elements with data-own are left to whoever fills them (with morphChildren); open <details> stay open.
export function morph(from: Element, to: Element, owner = false): void {
  if (from.hasAttribute('data-own') && !owner) return;
  if (from instanceof HTMLDetailsElement && from.open) to.setAttribute('open', '');
  morphAttributes(from, to);
  const wanted = [...to.childNodes];
  let at: ChildNode | null = from.firstChild;
  for (const next of wanted) {
    let found: ChildNode | null = at;
    while (found && !same(found, next)) found = found.nextSibling;
    const keyed = next instanceof Element && next.hasAttribute('data-key');
    if (found && (found === at || keyed || next.nodeType === Node.ELEMENT_NODE)) {
      while (at && at !== found) {
        const gone: ChildNode = at;
        at = at.nextSibling;
        gone.remove();
      }
      if (found instanceof Element && next instanceof Element) morph(found, next);
      else if (found.nodeValue !== next.nodeValue) found.nodeValue = next.nodeValue;
      at = found.nextSibling;
    } else {
      from.insertBefore(next, at);
    }
  }
  while (at) {
    const gone: ChildNode = at;
    at = at.nextSibling;
    gone.remove();
  }
}

export function morphChildren(element: Element, children: Child[]): void {
  const wanted = element.cloneNode(false) as Element;
  fill(wanted, {}, children);
  for (const { name, value } of [...element.attributes]) wanted.setAttribute(name, value);
  morph(element, wanted, true);
}

export function plural(count: number, one: string, many = one + 's'): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

// Virtual time as a person reads it: 12.345 s, 3:05.
export function clockText(ms: number): string {
  if (ms < 60_000) return (ms / 1000).toFixed(3) + ' s';
  const total = Math.floor(ms / 1000);
  return `${Math.floor(total / 60)}:${String(total % 60).padStart(2, '0')} min`;
}

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'offscreen';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
