// Who may do what, and that every refusal looks the same.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client, Network, RawEdge, bundle, masterToken } from './support.mjs';

let network, edge, one, two;

before(async () => {
  const bundled = await bundle();
  network = await Network.start();
  edge = await RawEdge.start(bundled, network);
  one = await Client.create(edge, 'one');
  two = await Client.create(edge, 'two');
});
after(async () => {
  await edge?.kill();
  network?.stop();
});

const raw = (path, headers = {}, method = 'GET') => fetch(edge.url + path, { method, headers });
const shown = async (answer) => ({
  status: answer.status, challenge: answer.headers.get('www-authenticate'), body: (await answer.text()).replace(/\d{4}-[^"]*Z/, 'T'),
});

describe('tokens', () => {
  test('every refusal is the same', async () => {
    const object = one.token.slice(5, 69), secret = one.token.slice(70);
    const otherObject = two.token.slice(5, 69);
    const made = `${object.slice(0, 62)}${object.endsWith('00') ? '11' : '00'}`;
    const bad = [
      {}, { authorization: '' }, { authorization: 'Bearer' }, { authorization: 'Bearer x' }, { authorization: `Basic ${one.token}` },
      { authorization: `Bearer ${one.token}x` }, { authorization: `Bearer wuts_${object}_${'A'.repeat(43)}` },
      { authorization: `Bearer wuts_${otherObject}_${secret}` },  // the secret of another device
      { authorization: `Bearer wuts_${made}_${secret}` },                   // an object that does not exist
      { authorization: `Bearer ${masterToken}` }, { authorization: `Bearer ${'y'.repeat(4000)}` },
      { cookie: `token=${one.token}`, 'x-api-key': one.token },
    ];
    const expected = await shown(await raw('/status'));
    assert.equal(expected.status, 401);
    assert.equal(expected.challenge, 'Bearer');
    for (const headers of bad) assert.deepEqual(await shown(await raw('/status', headers)), expected, JSON.stringify(headers));
    for (const path of [`/status?token=${one.token}`, `/status?access_token=${one.token}`, '/edge', '/nothing', '/devices', '/devices/x']) {
      assert.deepEqual(await shown(await raw(path)), expected, path);
    }
    assert.deepEqual(await shown(await raw('/devices', { authorization: `Bearer ${one.token}` })), expected, 'a device is no master');
    assert.deepEqual(await shown(await raw(`/devices/${one.id}`, { authorization: `Bearer ${one.token}` }, 'DELETE')), expected);
  });

  test('the scheme in any case, or none', async () => {
    for (const authorization of [`Bearer ${one.token}`, `bearer ${one.token}`, one.token]) {
      assert.equal((await raw('/status', { authorization })).status, 200, authorization.slice(0, 8));
    }
  });

  test('a token is of one device', async () => {
    assert.equal((await one.status()).device_id, one.id);
    assert.equal((await two.status()).device_id, two.id);
  });

  test('the master sees the list, without tokens', async () => {
    const { json, text } = await edge.call(masterToken, 'GET', '/devices');
    assert.deepEqual(json.devices.map(({ id }) => id).sort(), [one.id, two.id].sort());
    assert.ok(!text.includes('wuts_'));
    assert.equal((await edge.call(masterToken, 'POST', '/devices', { name: '' })).json.error_code, 'VALIDATION_ERROR');
    assert.equal((await edge.call(masterToken, 'GET', `/devices/${one.id}`)).status, 404);
  });

  test('a new token voids the old one', async () => {
    const { json } = await edge.call(masterToken, 'POST', `/devices/${two.id}/token`);
    assert.equal((await two.call('GET', '/status')).status, 401);
    two.token = json.token;
    assert.equal((await two.status()).device_id, two.id);
  });

  test('what is stored holds no token', () => {
    const files = readdirSync(join(edge.folder, 'objects'), { recursive: true }).map((name) => join(edge.folder, 'objects', name));
    const stored = files.filter((name) => /sqlite/.test(name)).map((name) => readFileSync(name));
    assert.ok(stored.length > 0);
    for (const { token } of [one, two]) for (const bytes of stored) assert.ok(!bytes.includes(token.slice(70)));
    for (const bytes of stored) assert.ok(!bytes.includes(masterToken));
  });

  test('nothing of a request is logged', () => {
    for (const { token } of [one, two]) assert.ok(!edge.log.includes(token.slice(70)), edge.log);
  });
});

describe('without a master secret', () => {
  test('nobody can make a device', async () => {
    const open = await RawEdge.start(await bundle(), network, { MASTER_TOKEN_SHA256: '' });
    try {
      for (const token of ['', 'x', masterToken]) assert.equal((await open.call(token, 'POST', '/devices', { name: 'x' })).status, 401);
    } finally {
      await open.kill();
    }
  });
});
