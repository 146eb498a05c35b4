// The description as TypeScript: types of every schema, request, answer and event, and the table the client calls by.
// Written by build.mjs into host-wasm/src/client_api.ts.

const quoted = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);
const pad = (depth) => '  '.repeat(depth);

export function typeOf(schema, depth = 0) {
  if (!schema || Object.keys(schema).length === 0) return 'unknown';
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.allOf) return schema.allOf.map((one) => typeOf(one, depth)).join(' & ');
  if ('const' in schema) return literal(schema.const);
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeOf({ ...schema, type }, depth)).join(' | ');
  switch (schema.type) {
    case 'string': return 'string';
    case 'integer': case 'number': return 'number';
    case 'boolean': return 'boolean';
    case 'null': return 'null';
    case 'array': { const item = typeOf(schema.items, depth); return / [|&] /.test(item) ? `(${item})[]` : `${item}[]`; }
    case 'object': return objectOf(schema, depth);
    default: return 'unknown';
  }
}

const literal = (value) => (typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : String(value));

function objectOf(schema, depth) {
  const members = Object.entries(schema.properties ?? {});
  const others = schema.additionalProperties;
  if (members.length === 0) return `Record<string, ${others && others !== true ? typeOf(others, depth) : 'unknown'}>`;
  const required = new Set(schema.required ?? []);
  const lines = members.map(([name, inner]) => {
    const comment = inner.description ? `${pad(depth + 1)}/** ${inner.description.replaceAll('*/', '* /')} */\n` : '';
    return `${comment}${pad(depth + 1)}${quoted(name)}${required.has(name) ? '' : '?'}: ${typeOf(inner, depth + 1)};\n`;
  });
  return `{\n${lines.join('')}${pad(depth)}}`;
}

// Path and query parameters beside the members of the body. Where a name is in the query and in the body, the server takes either.
function argumentsOf(operation) {
  const body = operation.requestBody?.content['application/json'].schema;
  const given = operation.parameters;
  const clash = given.find(({ name, in: where }) => where === 'path' && body?.properties?.[name]);
  if (clash) throw new Error(`${operation.operationId}: ${clash.name} is in the path and in the body`);
  return {
    query: given.filter((one) => one.in === 'query').map((one) => one.name),
    schema: {
      type: 'object',
      properties: { ...Object.fromEntries(given.map(({ name, description, schema }) => [name, { ...schema, description }])), ...body?.properties },
      required: [...given.filter((one) => one.required).map((one) => one.name), ...(body?.required ?? [])],
    },
  };
}

export function typescript(description) {
  const operations = [];
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [, answer] = Object.entries(operation.responses).find(([status]) => status < 300) ?? [];
      if (answer?.content['application/json']) operations.push({ method: method.toUpperCase(), path, operation, answer: answer.content['application/json'].schema, ...argumentsOf(operation) });
    }
  }
  const interfaces = operations.map(({ operation, schema, answer }) => {
    const input = Object.keys(schema.properties).length === 0 ? 'Record<string, never>' : typeOf(schema, 2);
    return `  /** ${operation.summary}. ${operation.description ?? ''} */\n`.replace(' . ', '. ').replace('.  */', '. */') +
           `  ${operation.operationId}: {\n    input: ${input};\n    answer: ${typeOf(answer, 2)};\n  };\n`;
  });
  const table = operations.map(({ method, path, query, operation }) =>
    `  ${operation.operationId}: ['${method}', '${path}', [${query.map((name) => `'${name}'`).join(', ')}]],\n`);
  const events = Object.values(description.webhooks).map(({ post }) => typeOf(post.requestBody.content['application/json'].schema));
  return `// Written by host-native/site/openapi/build.mjs from the same tables as the published description: do not edit.

${Object.entries(description.components.schemas).map(([name, schema]) => {
    const type = typeOf(schema);
    return type.startsWith('{') ? `export interface ${name} ${type}\n` : `export type ${name} = ${type};\n`;
  }).join('')}
export interface Operations {
${interfaces.join('')}}

// Method, path, and which of the input goes into the query.
export const operations: { readonly [name in keyof Operations]: readonly [method: string, path: string, query: readonly string[]] } = {
${table.join('')}};

export type WebhookEvent =
${events.map((type) => `  | ${type.replaceAll('\n', '\n    ')}`).join('\n')};
`;
}
