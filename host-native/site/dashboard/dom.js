// Elements without markup in strings: nothing that came from the network is ever parsed as HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== 'list' && name !== 'form') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
}

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

// A button that cannot be pressed twice, and says what went wrong where it was pressed.
export function action(label, run, { kind = '', confirm: question } = {}) {
  const problem = h('span', { className: 'problem', role: 'alert' });
  const button = h('button', { type: 'button', className: kind, onclick: async () => {
    if (question && !window.confirm(question)) return;
    button.disabled = true;
    problem.textContent = '';
    try { await run(); } catch (error) { problem.textContent = said(error); } finally { button.disabled = false; }
  } }, label);
  return h('span', { className: 'action' }, button, problem);
}

export function said(error) {
  const fields = (error.validation ?? []).map(({ field: name, message }) => `${name} ${message}`);
  return fields.length ? fields.join('; ') : error.message;
}
