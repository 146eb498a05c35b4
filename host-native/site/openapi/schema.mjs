// A short notation for JSON Schema: object({name: text(...), 'optional?': number(...)}). Every leaf carries an example, so
// that the example of a body is made from its schema and cannot disagree with it.

export const text = (description, example, more = {}) => ({ type: 'string', description, examples: [example], ...more });
export const integer = (description, example, more = {}) => ({ type: 'integer', description, examples: [example], ...more });
export const number = (description, example, more = {}) => ({ type: 'number', description, examples: [example], ...more });
export const flag = (description, example = true, more = {}) => ({ type: 'boolean', description, examples: [example], ...more });
export const choice = (description, values, example = values[0]) =>
  ({ type: 'string', description, enum: values, examples: [example] });
export const time = (description, example = '2026-06-15T13:45:02Z') =>
  ({ type: 'string', format: 'date-time', description, examples: [example] });
export const list = (items, description, more = {}) => ({ type: 'array', description, items, ...more });
export const nullable = (schema) => ({ ...schema, type: [schema.type, 'null'] });
export const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
export const map = (values, description, example) =>
  ({ type: 'object', description, additionalProperties: values, examples: [example] });

// Lists that are read in pages: what their query takes, and what their answer says beside the list.
export const pageQuery = {
  'limit?': { ...integer('1 to 1000: so many entries at most. Without `limit` and `cursor`: all, up to 10000.', 100, { minimum: 1, maximum: 1000 }), omitFromExample: true },
  'cursor?': { ...text('The `next_cursor` of the page before. Without `limit`: a page of 100.', 'AWQ'), omitFromExample: true },
};
export const pageNext = {
  'next_cursor?': { ...nullable(text('For `cursor` of the next page; null at the end. Without `limit` and `cursor`: only when there is more.', 'AWQ')), omitFromExample: true },
};

// Members whose name ends in "?" are optional.
export function object(members, description) {
  const properties = {}, required = [];
  for (const [name, schema] of Object.entries(members)) {
    const optional = name.endsWith('?');
    const plain = optional ? name.slice(0, -1) : name;
    properties[plain] = schema;
    if (!optional) required.push(plain);
  }
  return { type: 'object', ...(description && { description }), properties, ...(required.length && { required }) };
}

export function exampleOf(schema, components) {
  if (schema.$ref) return exampleOf(components[schema.$ref.split('/').pop()], components);
  if (schema.examples) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.type === 'array') return [exampleOf(schema.items, components)];
  const out = {};
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const value = exampleOf(inner, components);
    if (value !== undefined && !inner.omitFromExample) out[name] = value;
  }
  return out;
}

// --- the values that appear everywhere; numbers and ids are fictitious
export const pn = '5511999999999@s.whatsapp.net';
export const uuid = '0b8f6c1e-6a53-4c2f-9a0e-2f5a1c7d9e11';
export const jid = (description, example = pn) => text(description, example);
export const phone = (description = 'Phone number with country code; digits, spaces, dashes, parentheses and a leading + are accepted. A group JID sends to the group.') =>
  text(description, '5511999999999');
export const id = (description, example = uuid) => text(description, example);
export const messageId = (description = 'Message id.') => text(description, '3EB0A9253FA64269E11C9D');
