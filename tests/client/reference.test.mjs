// A client written for the published reference, against `wuts demo`: only documented requests, every family, and of each
// answer the documented fields with their kinds. The tables are typed off the reference, not made from our description.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import unbuilt from '../../host-native/site/openapi/unbuilt.mjs';
import { startDemo } from '../support/demo.mjs';

const peer = '5511988888888', peerJid = `${peer}@s.whatsapp.net`, group = '120363000000000001@g.us';
const picture = '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AKp//2Q==';

let demo;
const found = {};  // what earlier answers gave, for later requests

before(async () => {
  demo = await startDemo();
  found.master = demo.master;
});
after(() => demo?.stop());

async function ask(method, path, body, bearer = demo.token) {
  const answer = await fetch(demo.base + path, { method, headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
                                            body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, json: text ? JSON.parse(text) : undefined };
}

const kinds = {
  text: (v) => typeof v === 'string', flag: (v) => typeof v === 'boolean', number: (v) => typeof v === 'number', list: Array.isArray,
  map: (v) => v !== null && typeof v === 'object' && !Array.isArray(v),
  time: (v) => typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(v),
  uuid: (v) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(v),
};

// `shape` is 'data.connected:flag data.jid="..."': a path with its kind, or with the value it must have.
function check(json, shape) {
  for (const part of shape.match(/\S+?(:\w+|="[^"]*"|=\S+)/g) ?? []) {
    const [, path, kind, wanted] = /^(.+?)(?::(\w+)|=(.*))$/.exec(part);
    const value = path.split('.').reduce((at, key) => at?.[key], json);
    if (kind) assert.ok(kinds[kind](value), `${path} should be ${kind}: ${JSON.stringify(json).slice(0, 400)}`);
    else assert.deepEqual(value, JSON.parse(wanted), `${path}: ${JSON.stringify(json).slice(0, 400)}`);
  }
}

// Described and not built: such a route must say so. A line that leaves unbuilt.mjs makes its rows here ask for the answer.
const notBuilt = [...unbuilt].map((line) => {
  const [method, path] = line.split(' ');
  return { method: method.toUpperCase(), path: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/?]+')}(\\?|$)`) };
});

function family(name, rows) {
  describe(name, () => {
    for (const [method, path, body, status, shape, options = {}] of rows) {
      test(`${method} ${path}`, async () => {
        const fill = (value) => JSON.parse(JSON.stringify(value).replace(/<(\w+)>/g, (_, key) => {
          assert.ok(key in found, `no ${key} yet`);
          return found[key];
        }));
        const answer = await ask(method, fill(path), body === undefined ? undefined : fill(body), options.bearer ? fill(options.bearer) : demo.token);
        if (notBuilt.some((one) => one.method === method && one.path.test(path))) return assert.equal(answer.status, 501);
        assert.equal(answer.status, status, JSON.stringify(answer.json).slice(0, 400));
        check(answer.json, shape);
        for (const [key, at] of Object.entries(options.keep ?? {})) found[key] = at.split('.').reduce((value, part) => value[part], answer.json);
      });
    }
  });
}

test('a call rings, and is rejected by what its event said', async () => {
  const told = await demo.rings('audio');
  const call = (await told.json()).call_id;
  for (let tries = 0; ; ++tries) {
    const { json } = await ask('GET', '/calls');
    if (json.calls.some((one) => one.call_id === call)) break;
    assert.ok(tries < 100, 'the call does not come');
    await new Promise((done) => setTimeout(done, 50));
  }
  const answer = await ask('POST', '/calls/reject', { call_id: call, from: peerJid });
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  check(answer.json, 'success=true');
});

// Requests with `number` are answered with the chat and metadata, those with `to` with a text for people.
const sent = 'success=true message_id:text timestamp:time status="sent" chat_jid:text metadata.device_id:text';
const sentTo = 'success=true message_id:text timestamp:time message:text';

family('chats', [
  ['POST', `/chats/${peerJid}/archive`, { archived: true }, 200, `success=true chat_jid="${peerJid}" archived=true`],
  ['POST', `/chats/${peerJid}/archive`, { archived: false, last_message_timestamp: 1700000000 }, 200, 'archived=false'],
  ['POST', `/chats/${peerJid}/mute`, { muted: true, duration_seconds: 28800 }, 200, `success=true chat_jid="${peerJid}" muted=true duration_seconds=28800`],
  ['GET', '/chats', undefined, 200, 'success=true chats:list count:number chats.0.jid:text chats.0.type:text chats.0.pinned:flag chats.0.archived:flag chats.0.participant_count:number'],
  ['POST', `/chats/${peerJid}/mute`, { muted: false }, 200, 'muted=false'],
  ['POST', `/chats/${peerJid}/pin`, undefined, 200, `success=true chat_jid="${peerJid}" pinned=true`],
  ['DELETE', `/chats/${peerJid}/pin`, undefined, 200, 'pinned=false'],
  ['POST', `/chats/${peerJid}/typing`, { state: 'typing', media: 'text' }, 200, `success=true chat_jid="${peerJid}" state="composing" media="text"`],
  ['POST', '/presence', { state: 'available' }, 200, 'success=true state="available"'],
  ['POST', '/presence/subscribe', { jid: peerJid, ensure_online: true }, 200, `success=true subject_jid="${peerJid}"`],
  ['PUT', `/chats/${peerJid}/disappearing`, { preset: '7d' }, 200, `success=true chat_jid="${peerJid}" preset="7d" seconds=604800 timestamp:time`],
]);

family('contacts', [
  ['POST', '/appstate/sync', undefined, 200, 'success=true scopes:list full_sync=false'],
  ['POST', '/appstate/sync', { scopes: ['contacts', 'chats'], full: true }, 200, 'scopes=["contacts","chats"] full_sync=true'],
  ['POST', '/contacts/block', { number: peer }, 200, 'success=true data.jid:text data.phone_number:text data.action="block" data.blocked=true data.count:number data.dhash:text'],
  ['GET', '/contacts/blocklist', undefined, 200, 'success=true data.items:list data.count=1 data.dhash:text data.items.0.jid:text'],
  ['POST', '/contacts/unblock', { jid: peerJid }, 200, 'data.action="unblock" data.blocked=false'],
  ['POST', '/contact/check', { numbers: [peer, '5511900000000'] }, 200, `success=true data.${peer}=true data.5511900000000:flag`],
  ['GET', `/contacts/profile?number=${peer}`, undefined, 200, 'success=true data.jid:text data.user_info:map data.user_info.Devices:list'],
  ['GET', `/contacts/profile-picture?jid=${peerJid}&preview=false`, undefined, 200, 'success=true data.jid:text'],
  ['GET', '/contacts', undefined, 200, 'success=true count:number contacts:list'],
  ['POST', '/contacts/resolve', { jids: [peer, peerJid] }, 200, 'success=true count=2 items:list items.0.input:text items.0.jid:text'],
]);

family('labels', [
  ['PUT', '/labels/7', { name: 'New customer', color: 3 }, 200, 'success=true label_id="7" name="New customer" color=3 deleted=false'],
  ['POST', `/chats/${peerJid}/labels`, { label_id: '7' }, 200, `success=true chat_jid="${peerJid}" label_id="7" labeled=true`],
  ['DELETE', `/chats/${peerJid}/labels/7`, undefined, 200, 'labeled=false'],
  ['POST', '/messages/3EB0000000000000000001/labels', { label_id: '7', chat_jid: peerJid }, 200, `chat_jid="${peerJid}" message_id="3EB0000000000000000001" label_id="7" labeled=true`],
  ['DELETE', `/messages/3EB0000000000000000001/labels/7?chat_jid=${peerJid}`, undefined, 200, 'labeled=false'],
  ['PUT', '/labels/7', { name: 'New customer', color: 3, deleted: true }, 200, 'deleted=true'],
]);

family('messages', [
  ['POST', '/send/text', { number: peer, text: 'Hello' }, 200, sent, { keep: { message: 'message_id' } }],
  ['POST', '/send/text', { number: peerJid, text: 'And this', delay: 0, quoted: { key: { id: '<message>', fromMe: true }, message: { conversation: 'Hello' } } }, 200, sent],
  ['POST', '/send/text/mentions', { number: group, text: 'Hello @5511988888888', mentions: { specificUsers: [{ jid: peerJid, name: 'Caller', position: [6, 20] }] } }, 200, sent],
  ['POST', '/send/location', { to: peerJid, latitude: -23.55052, longitude: -46.633308, name: 'Office', address: 'Example street 1' }, 200, sentTo],
  ['POST', '/send/contact', { to: peerJid, contact: { display_name: 'Example Person', phone: '5511977777777', company: 'Example' } }, 200, sentTo],
  ['POST', '/send/contacts', { to: peerJid, contacts: [{ display_name: 'Example Person', phone: '5511977777777' }, { display_name: 'Other', phone: '5511966666666' }] }, 200, `${sentTo} contact_count=2`],
  ['POST', '/send/poll', { to: peerJid, question: 'When?', options: [{ option_name: 'Morning' }, { option_name: 'Evening' }], allow_multiple_answers: false }, 200, `${sentTo} options_count=2 multiple_choice=false`],
  ['POST', '/send/reaction', { number: peer, messageId: '<message>', reaction: '👍', fromMe: true }, 200, sent],
  ['PUT', '/messages/<message>', { to: peerJid, message: 'Hello, edited' }, 200, 'success=true message_id:text message:text'],
  ['POST', '/messages/3EB0000000000000000001/read', { chat_jid: peerJid, sender_jid: peerJid }, 200,
   `success=true chat_jid="${peerJid}" sender_jid="${peerJid}" message_ids=["3EB0000000000000000001"] receipt_type="read" timestamp:time`],
  ['DELETE', '/messages/delete', { messageId: '<message>', chatJid: peerJid, deleteType: 'for_everyone' }, 200, `success=true message_id:text deleted_at:time delete_type="for_everyone" chat_jid="${peerJid}"`],
]);

family('webhooks', [
  ['GET', '/webhook/events', undefined, 200, 'success=true events:list'],
  ['POST', '/webhook', { webhook_url: 'http://127.0.0.1:8090/hook', enabled_events: ['call.offer', 'message.received'], secret: 'an example of a secret', retry_attempts: 3, timeout: 10 }, 200,
   'success=true message:text webhook.id:text webhook.webhook_url:text webhook.enabled_events:list webhook.enabled=true webhook.retry_attempts=3 webhook.timeout=10 webhook.created_at:time'],
  ['GET', '/webhook', undefined, 200, 'success=true webhook.id:text webhook.headers:map'],
  ['POST', '/user/webhook', { webhook_url: 'http://127.0.0.1:8090/all' }, 200, 'success=true message:text data.webhook_url:text data.available_events:list data.events_count=58'],
  ['DELETE', '/webhook', undefined, 200, 'success=true message:text'],
]);

family('users and admin', [
  ['POST', '/register', { tenant_name: 'Example shop', email: 'owner@example.com', password: 'an example of a password', role: 'admin' }, 201,
   'success=true user.id:text user.email="owner@example.com" user.role="admin" tenant.id:text tenant.name="Example shop" token:uuid', { bearer: '<master>', keep: { tenant: 'tenant.id', admin: 'token' } }],
  ['GET', '/tenants', undefined, 200, 'success=true tenants:list', { bearer: '<master>' }],
  ['GET', '/global/tenants/<tenant>', undefined, 200, 'success=true data:map', { bearer: '<master>' }],
  ['POST', '/users', { email: 'desk@example.com', password: 'an example of a password', role: 'user' }, 201,
   'success=true user.id:text user.tenant_id:text user.email="desk@example.com" user.role="user" user.token:uuid user.active=true', { bearer: '<admin>', keep: { user: 'user.id' } }],
  ['GET', '/users', undefined, 200, 'success=true users:list', { bearer: '<admin>' }],
  ['GET', '/users/<user>', undefined, 200, 'success=true data.id:text data.email="desk@example.com" data.role="user" data.active=true data.tenant_id:text', { bearer: '<admin>' }],
  ['PUT', '/users/<user>', { active: false }, 200, 'success=true message:text', { bearer: '<admin>' }],
  ['POST', '/users/<user>/promote', { new_role: 'admin' }, 200, 'success=true message:text data.user_id:text data.old_role="user" data.new_role="admin"', { bearer: '<admin>' }],
  ['DELETE', '/users/<user>', undefined, 200, 'success=true message:text', { bearer: '<admin>' }],
  ['DELETE', '/global/tenants/<tenant>', undefined, 200, 'success=true message:text data.tenant_id:text data.tenant_name="Example shop" data.deleted_at:time', { bearer: '<master>' }],
]);

family('instances', [
  ['POST', '/devices', { name: 'Second' }, 201, 'success=true device.id:uuid device.name="Second" device.connected=false data.device_id:uuid data.name="Second"', { keep: { second: 'device.id' } }],
  ['GET', '/devices', undefined, 200, 'success=true devices:list devices.0.id:uuid devices.0.connected:flag'],
  ['GET', '/user/devices', undefined, 200, 'success=true data.devices:list data.count=2 data.user_id:text'],
  ['GET', '/qr?device_id=<second>', undefined, 200, 'success=true data.qr_code:text data.image:text data.cached:flag data.expires_at:time data.ttl:number'],
  ['GET', '/qr/status?device_id=<second>', undefined, 200, 'success=true data.exists=true data.generated_at:time'],
  ['POST', '/paircode', { phone: '5511999990000', device_id: '<second>' }, 200, 'success=true data.code:text data.phone:text data.expires_in:number data.cached:flag data.instructions:text'],
  ['DELETE', '/devices/<second>', undefined, 200, 'success=true message:text'],
  ['GET', '/status', undefined, 200, 'success=true data.connected=true data.status="connected" data.device_id:uuid data.jid:text data.phone_number:text data.is_logged_in=true'],
  ['GET', '/privacy', undefined, 200, 'success=true data.GroupAdd:text data.LastSeen:text data.ReadReceipts:text data.CallAdd:text data.Online:text'],
  ['POST', '/profile/picture', { image_base64: picture }, 200, 'success=true picture_id:text'],
  ['POST', '/disconnect', undefined, 200, 'success=true data.message:text data.device_id:uuid'],
  ['POST', '/connect', undefined, 200, 'success=true data.status="connected" data.device_id:uuid data.needs_qr=false'],
]);

// Known, and not offered: never 404, and the answer names the family.
describe('families that are not offered', () => {
  for (const [method, path] of [['GET', '/groups'], ['POST', '/communities'], ['GET', '/newsletters'], ['GET', '/proxy']]) {
    test(`${method} ${path}`, async () => {
      const answer = await ask(method, path, method === 'GET' ? undefined : {});
      assert.equal(answer.status, 501);
      check(answer.json, 'success=false error:text error_code="NOT_IMPLEMENTED"');
    });
  }
});

// Offered since: an empty request is told what is missing.
describe('media, statuses and payments', () => {
  for (const path of ['/send/image', '/send/video', '/send/audio', '/send/document', '/send/sticker', '/send/live-location', '/send/buttons', '/send/buttons-response',
    '/send/interactive', '/send/list-response', '/send/template', '/send/product', '/send/catalog', '/payment/request', '/payment/send', '/payment/decline', '/payment/cancel',
    '/messages/history/request']) {
    test(`POST ${path}`, async () => {
      const answer = await ask('POST', path, {});
      assert.equal(answer.status, 400);
      check(answer.json, 'success=false error:text error_code="VALIDATION_ERROR" validation:list');
    });
  }
  for (const path of ['/status/text', '/status/media']) {
    test(`POST ${path}: the errors of this family are nested`, async () => {
      const answer = await ask('POST', path, {});
      assert.equal(answer.status, 400);
      check(answer.json, 'success=false error.code:text error.message:text');
    });
  }
  test('GET /status/privacy', async () => check((await ask('GET', '/status/privacy')).json, 'success=true lists:list'));
  test('the file of a message that is not known', async () => {
    const answer = await ask('GET', '/messages/3EB0000000000000000001/media');
    assert.equal(answer.status, 404);
    check(answer.json, 'success=false error:text error_code:text');
  });
});

test('logout, last', async () => {
  const answer = await ask('POST', '/logout');
  assert.equal(answer.status, 200);
  check(answer.json, 'success=true data.message:text data.device_id:uuid');
});
