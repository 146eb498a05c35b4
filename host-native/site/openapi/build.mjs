// Writes ../openapi.json, the published description of the API, from the tables beside this file, and the types of the client
// in the npm package, host-wasm/src/client_api.ts (types.mjs).
//   node host-native/site/openapi/build.mjs          writes
//   node host-native/site/openapi/build.mjs --check  fails when the written files are not what the tables say
// tests/unit/gateway compares the file with the router: same methods and paths, same required fields.
import { readFileSync, writeFileSync } from 'node:fs';
import calls, { schemas as callSchemas } from './calls_chats.mjs';
import contacts, { schemas as contactSchemas } from './contacts_labels.mjs';
import messages from './messages.mjs';
import statuses, { schemas as statusSchemas } from './status.mjs';
import instances, { schemas as instanceSchemas } from './instances_webhooks.mjs';
import users, { schemas as userSchemas } from './users.mjs';
import unbuilt from './unbuilt.mjs';
import unoffered from './unoffered.mjs';
import { envelope, events } from './events.mjs';
import { typescript } from './types.mjs';
import { exampleOf, integer, list, object, text, time } from './schema.mjs';

const out = new URL('../openapi.json', import.meta.url);

const schemas = {
  Error: object({
    success: { type: 'boolean', const: false }, error: text('For people; may change.', 'the device is not connected'), error_code: text('Stable: branch on it.', 'DEVICE_NOT_READY'), timestamp: time('When.'),
    'validation?': { ...list(object({ field: text('Which field.', 'archived'), message: text('What is wrong.', 'is required'), 'value?': { description: 'What was given.' } }), 'Every bad field at once.'), omitFromExample: true },
    'upstream_code?': { ...integer('What the service answered.', 463), omitFromExample: true },
  }, 'The one shape of every error.'),
  ...callSchemas, ...contactSchemas, ...instanceSchemas, ...userSchemas, ...statusSchemas,
};

const failures = {
  400: ['BadRequest', 'Malformed JSON, a missing or wrong field (all named at once), a bad JID.'],
  401: ['Unauthorized', 'No token, or one that is not known.'],
  403: ['Forbidden', 'The role may not do this.'],
  404: ['NotFound', 'Unknown resource, or one of another tenant.'],
  409: ['Conflict', 'The state forbids it.'],
  410: ['Gone', 'Nobody has it any more.'],
  413: ['TooLarge', 'The body is too large.'],
  415: ['UnsupportedMediaType', 'The file, or the body, is not of the kind that is asked for.'],
  416: ['RangeNotSatisfiable', 'The range lies beyond the end.'],
  422: ['IdempotencyMismatch', 'The Idempotency-Key came with another request before.'],
  429: ['RateLimited', 'Too many; see Retry-After.'],
  501: ['NotOffered', 'Known, and not offered by this server: NOT_IMPLEMENTED with the family\'s name.'],
  502: ['UpstreamRejected', 'The service answered with an error: `upstream_code`.'],
  503: ['NotReady', 'The device is not paired or not connected; Retry-After when it is reconnecting.'],
  504: ['UpstreamTimeout', 'No answer in time; the text says whether the effect may still happen.'],
};

const tags = {
  calls: 'Incoming calls: reject, answer with a message.', chats: 'Archive, pin, mute, presence.', contacts: 'Contacts and app state.', messages: 'Sending and receipts.',
  instances: 'Devices: pairing and sessions.', webhooks: 'Where events go.', users: 'Users, roles, tenants.', labels: 'Labels of chats and messages.', payments: 'Payment requests: messages, no money.', status: 'Statuses (stories).', 'not offered': 'Published routes that answer 501.',
};

function parameters(where, members = {}) {
  return Object.entries(members).map(([name, { description, examples, omitFromExample, ...schema }]) => {
    const plain = name.replace(/\?$/, '');
    return { name: plain, in: where, required: plain === name, description, schema, ...(!omitFromExample && examples && { example: examples[0] }) };
  });
}

function curl(op, body) {
  const path = op.path.replace(/\{(\w+)\}/g, (_, name) => op.path_params?.[name]?.examples?.[0] ?? name);
  const query = Object.entries(op.query ?? {}).filter(([name]) => !name.endsWith('?')).map(([name, s]) => `${name}=${encodeURIComponent(s.examples[0])}`).join('&');
  const lines = [`curl -X ${op.method.toUpperCase()} "$BASE${path}${query && '?' + query}"`, '-H "Authorization: Bearer $TOKEN"'];
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`);
  return lines.join(' \\\n  ');
}

// What a message may be asked beside its body.
const waitQuery = { 'wait?': { ...integer('Seconds to wait for the service, then 202 with the id. The header Prefer: respond-async is 0.', 10, { minimum: 0, maximum: 60 }), omitFromExample: true } };

// The endpoints whose errors nest their code.
const nested = (code) => ({ $ref: `#/components/responses/Nested${failures[code][0]}` });

function operation(op) {
  const success = { type: 'object', properties: { success: { type: 'boolean', const: true }, ...op.ok?.properties }, required: ['success', ...(op.ok?.required ?? [])] };
  const answer = op.ok?.$ref ? { allOf: [{ type: 'object', properties: { success: { type: 'boolean', const: true } }, required: ['success'] }, op.ok] } : success;
  const answerExample = op.ok?.$ref ? { success: true, ...exampleOf(op.ok, schemas) } : exampleOf(success, schemas);
  const bodyExample = op.body && exampleOf(op.body, schemas);
  const waits = op.errors.includes(504) ? [429] : [];  // whoever waits may be one too many
  const query = op.path.startsWith('/send/') ? { ...waitQuery, ...op.query } : op.query;
  const codes = [...new Set([...(op.body || op.path_params || op.query ? [400] : []), 401, ...(op.body ? [413] : []), ...waits, ...op.errors])].sort();
  return {
    operationId: op.id, tags: [op.tag], summary: op.summary,
    description: [op.text, op.extension && 'An extension of this server.', op.role && `Needs the ${op.role === 'master' ? 'master token' : `role ${op.role}`}.`].filter(Boolean).join(' ') || undefined,
    ...(op.extension && { 'x-extension': true }),
    ...(op.role === 'master' && { security: [{ master: [] }] }),
    parameters: [...parameters('path', op.path_params), ...parameters('query', query)],
    ...(op.body && { requestBody: { required: !op.body_optional, content: { 'application/json': { schema: op.body, example: bodyExample } } } }),
    responses: {
      ...(op.file ? { 200: { description: op.file, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } } } : {}),
      [op.status ?? 200]: { description: 'Done.', content: { 'application/json': { schema: answer, example: answerExample } } },
      ...(op.later ? { 202: { description: 'It takes longer than the caller waits.', content: { 'application/json': { schema: op.later, example: exampleOf(op.later, schemas) } } } } : {}),
      ...Object.fromEntries(codes.map((code) => [code, op.nested ? nested(code) : { $ref: `#/components/responses/${failures[code][0]}` }])),
    },
    'x-codeSamples': [{ lang: 'Shell', label: 'curl', source: curl(op, bodyExample) }],
  };
}

function refusal({ method, path, family }) {
  return {
    operationId: `${method}_${path.replace(/\W+/g, '_')}`, tags: ['not offered'], summary: `Not offered (${family})`, 'x-family': family,
    parameters: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    responses: { 501: { $ref: '#/components/responses/NotOffered' } },
  };
}

// What such an endpoint will be, under the answer it gives today.
function waiting(op) {
  const { operationId, summary, parameters: given, requestBody } = operation(op);
  return { operationId, summary: `${summary} (not built yet)`, parameters: given, ...(requestBody && { requestBody }) };
}

// examples and omitFromExample steer exampleOf; only the former belongs into the file.
const cleaned = (value) => JSON.parse(JSON.stringify(value, (key, inner) => (key === 'omitFromExample' ? undefined : inner)));

const paths = {};
for (const op of [...calls, ...contacts, ...messages, ...statuses, ...instances, ...users]) {
  const built = !unbuilt.has(`${op.method} ${op.path}`);
  (paths[op.path] ??= {})[op.method] = built ? operation(op) : { ...refusal({ ...op, family: op.tag }), ...waiting(op) };
}
for (const op of unoffered) (paths[op.path] ??= {})[op.method] = refusal(op);

const description = cleaned({
  openapi: '3.1.0',
  info: {
    title: 'WUTS', version: '0.1.0', license: { name: 'MIT', identifier: 'MIT' },
    description: 'A WhatsApp number behind a REST API, as a linked device. Unofficial: not affiliated with WhatsApp; misuse risks the account. No endpoint answers success for bytes written to a socket: what it says was confirmed by the service.\n\n' +
      'Device: name it by `device_id` in the query or in a JSON body, or by the header `X-Device-Id`; they must agree. Nothing named: the only device of the user; with several, 400 `DEVICE_AMBIGUOUS` with `device_ids`. Every answer of a device carries `device_id`.\n\n' +
      'Safe retries: with the header `Idempotency-Key` (1 to 255 visible characters) on POST, PUT, PATCH or DELETE the same key and body get the same answer for 24 hours, with `Idempotency-Replayed: true`; another body is 422 `IDEMPOTENCY_MISMATCH`, one that is under way 409 with Retry-After. An error after which a message may still arrive names `message_id`; GET /messages/{id} tells what became of it. Whoever does not want to wait for a message takes `?wait=` or `Prefer: respond-async` and gets 202.\n\n' +
      'Members of a body that are not known are a bad field; on /send/* they are listed in `warnings`. A phone number is looked up once, and answers name the account it has.',
  },
  servers: [{ url: './' }], security: [{ token: [] }],
  tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  paths,
  webhooks: Object.fromEntries(Object.entries(events).map(([name, { text: about, data }]) => [name, { post: {
    operationId: `on_${name.replace(/\W/g, '_')}`, summary: about,
    description: 'Delivered at least once, in order within a chat, retried with backoff. Headers webhook-id, webhook-timestamp and webhook-signature follow the Standard Webhooks specification.',
    requestBody: { content: { 'application/json': { schema: envelope(name, data), example: exampleOf(envelope(name, data), schemas) } } },
    responses: { 200: { description: 'Any 2xx: taken. 410: stop delivering. Anything else: again later.' } },
  } }])),
  components: {
    schemas,
    responses: Object.fromEntries([['', 'Error'], ['Nested', 'StatusError']].flatMap(([prefix, schema]) => Object.values(failures).map(([name, about]) =>
      [prefix + name, { description: about, content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } } }]))),
    securitySchemes: {
      token: { type: 'http', scheme: 'bearer', description: 'The user\'s token (UUID), in the header only. A bare token without "Bearer" is accepted too.' },
      master: { type: 'http', scheme: 'bearer', description: 'The master token of the operator.' },
    },
  },
});
// One line per operation, schema and event: a change shows as the line it is.
const lines = (value, depth) => depth === 0 || typeof value !== 'object' || Array.isArray(value) ? JSON.stringify(value)
  : `{\n${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${lines(inner, depth - 1)}`).join(',\n')}\n}`;
const written = `{\n${Object.entries(description).map(([key, value]) =>
  `${JSON.stringify(key)}: ${lines(value, { paths: 2, webhooks: 1, components: 2 }[key] ?? 0)}`).join(',\n')}\n}\n`;
const files = [[out, written], [new URL('../../../host-wasm/src/client_api.ts', import.meta.url), typescript(description)]];
if (process.argv.includes('--check')) {
  for (const [file, text] of files) {
    if (readFileSync(file, 'utf8') === text) continue;
    console.error(`${file.pathname} is not what the tables say: run node host-native/site/openapi/build.mjs`);
    process.exitCode = 1;
  }
} else {
  for (const [file, text] of files) writeFileSync(file, text);
}
