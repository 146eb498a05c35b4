// Elements without markup in strings: nothing that came from the network is ever parsed as HTML.
// What is drawn again keeps its elements (patch): what one types, where one is, and how far one scrolled stay.

const kHandlers = Symbol('handlers');
const wanted = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) {
      element[name] = value;
      (element[kHandlers] ??= []).push(name);
    } else if (name === 'key') element.dataset.key = value;
    else if (name in element && name !== 'list' && name !== 'form') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  if (['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName)) element.addEventListener('input', () => { element.touched = true; });
  element.append(...wanted(children));
  return element;
}

export function replace(parent, ...children) { parent.replaceChildren(...wanted(children)); }

// Makes the children of `parent` those given. An element that is like the one in its place, or has its key, stays and becomes
// like the new one; fields that somebody typed into keep what they hold until `untouch`.
export function patch(parent, ...children) {
  sync(parent, wanted(children).map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
}

const keyOf = (node) => node.dataset?.key;
const alike = (old, next) => old.nodeType === next.nodeType && old.nodeName === next.nodeName && old.type === next.type && keyOf(old) === keyOf(next);

function sync(parent, nodes) {
  const keyed = new Map([...parent.childNodes].filter(keyOf).map((node) => [keyOf(node), node]));
  let at = parent.firstChild;
  for (const next of nodes) {
    const mine = next.parentNode === parent ? next : keyed.get(keyOf(next)) ?? (at && !keyOf(at) ? at : null);
    if (!mine || (mine !== next && !alike(mine, next))) {
      parent.insertBefore(next, at);
      continue;
    }
    if (mine === at) at = at.nextSibling;
    else parent.insertBefore(mine, at);
    if (mine !== next) become(mine, next);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function become(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  for (const name of next[kHandlers] ?? []) old[name] = next[name];
  if (old.kept) return;
  const busy = old.busy || old.tagName === 'DETAILS';  // disabled and open are the hand's
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name) && !(busy && ['disabled', 'open'].includes(name))) old.removeAttribute(name);
  for (const { name, value } of [...next.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  if ('value' in next && ['INPUT', 'TEXTAREA', 'SELECT'].includes(old.tagName)) {
    if (old.touched || document.activeElement === old) return;
    if (old.type === 'checkbox') old.checked = next.checked;
    else if (old.value !== next.value) old.value = next.value;
    return;
  }
  sync(old, [...next.childNodes]);
}

// What stands in the fields below `parent` is what is stored.
export function untouch(parent) { for (const one of parent.querySelectorAll('input, textarea, select')) one.touched = false; }

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
export function when(text, short = false) {
  if (!text) return '–';
  const date = new Date(text);
  return h('time', { dateTime: text, title: text }, (short ? clock : day).format(date));
}

export const badge = (text, kind = '') => h('span', { className: `badge ${kind}` }, text);
export const field = (label, input, hint) =>
  h('label', { className: 'field' }, h('span', { className: 'label' }, label), input, hint && h('span', { className: 'hint' }, hint));
export const toggle = (label, checked, hint) => {
  const input = h('input', { type: 'checkbox', checked, role: 'switch' });
  return { input, row: h('label', { className: 'toggle' }, input, h('span', {}, label, hint && h('span', { className: 'hint' }, hint))) };
};
export const empty = (text) => h('p', { className: 'empty' }, text);

export function table(head, rows, none) {
  if (!rows.length) return empty(none);
  return h('div', { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: head.join(', ') }, h('table', {},
    h('thead', {}, h('tr', {}, head.map((text) => h('th', { scope: 'col' }, text)))),
    h('tbody', {}, rows.map((cells) => h('tr', {}, cells.map((cell) => h('td', {}, cell ?? '–')))))));
}

// A button that cannot be pressed twice, and says what went wrong where it was pressed. `run` is given the button.
export function action(label, run, { kind = '', confirm: question } = {}) {
  const problem = h('span', { className: 'problem', role: 'alert' });
  problem.kept = true;
  const button = h('button', { type: 'button', className: kind, onclick: async ({ currentTarget }) => {
    if (question && !window.confirm(question)) return;
    const alert = currentTarget.nextElementSibling;
    currentTarget.busy = currentTarget.disabled = true;
    alert.textContent = '';
    try { await run(currentTarget); } catch (error) { alert.textContent = said(error); } finally { currentTarget.busy = currentTarget.disabled = false; }
  } }, label);
  return h('span', { className: 'action' }, button, problem);
}

export function said(error) {
  const fields = (error.validation ?? []).map(({ field: name, message }) => `${name} ${message}`);
  return fields.length ? fields.join('; ') : error.message;
}
