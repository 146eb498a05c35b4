// Users, tenants, health.
import { choice, flag, id, integer, list, nullable, object, pageNext, pageQuery, ref, text, time } from './schema.mjs';

const roles = ['admin', 'manager', 'user'];
const userId = { id: id('The user.') };
const tenantId = { id: id('The tenant.') };
const account = { email: text('E-mail.', 'owner@example.com'), password: text('8 to 256 characters.', 'correct horse battery'), 'webhook_url?': { ...text('For devices to come.', 'https://example.com/hook'), omitFromExample: true } };
const said = (message) => object({ message: text('For people.', message) });

export default [
  {
    method: 'post', path: '/users', id: 'createUser', tag: 'users', summary: 'Create a user', role: 'admin', status: 201, body: object({ ...account, role: choice('Role.', roles, 'user') }),
    ok: object({ user: ref('NewUser'), webhook_configured: flag('A webhook waits for the first device.', false), webhook_url: nullable(text('It.', 'https://example.com/hook')), note: text('For people.', 'Keep the token: it is shown only now.') }), errors: [403, 409],
  },
  { method: 'get', path: '/users', id: 'listUsers', tag: 'users', summary: 'List users', role: 'admin', text: 'Tokens are masked: they are stored hashed and shown once, at creation.', query: pageQuery, ok: object({ users: list(ref('User'), 'The users.'), ...pageNext }), errors: [403] },
  { method: 'get', path: '/users/{id}', id: 'getUserById', tag: 'users', summary: 'Show a user', role: 'manager', path_params: userId, ok: object({ data: ref('User') }), errors: [403, 404] },
  { method: 'put', path: '/users/{id}', id: 'updateUser', tag: 'users', summary: 'Change a user', role: 'manager', path_params: userId, body: object({ 'active?': flag('false: the token stops working.'), 'role?': choice('Role.', roles, 'user') }), ok: said('User updated successfully'), errors: [403, 404] },
  { method: 'delete', path: '/users/{id}', id: 'deleteUser', tag: 'users', summary: 'Delete a user', role: 'manager', text: 'For good, with the user\'s devices. Not oneself.', path_params: userId, ok: said('User deleted successfully'), errors: [403, 404] },
  { method: 'post', path: '/users/{id}/promote', id: 'promoteUser', tag: 'users', summary: 'Change a user\'s role', role: 'manager', path_params: userId, body: object({ new_role: choice('Role.', roles, 'manager') }),
    ok: object({ message: text('For people.', 'User promoted successfully'), data: object({ user_id: id('The user.'), old_role: choice('Before.', roles, 'user'), new_role: choice('Now.', roles, 'manager') }) }), errors: [403, 404] },
  { method: 'post', path: '/users/{id}/token', id: 'renewToken', tag: 'users', summary: 'A new token', extension: true, text: 'The old one ends at once. One\'s own, or of a user one may change.', path_params: userId,
    ok: object({ message: text('For people.', 'Token renewed; it is shown only now'), data: object({ user_id: id('The user.'), token: text('Shown only now.', '7d0f3a52-8f0c-4a0b-9c0e-5a4d1e2b3c4f') }) }), errors: [403, 404] },
  {
    method: 'post', path: '/register', id: 'superAdminRegisterTenant', tag: 'users', summary: 'Create a tenant', role: 'master', status: 201, body: object({ tenant_name: text('Its name.', 'Acme'), ...account, 'role?': choice('The first user is always admin.', roles) }),
    ok: object({ user: ref('NewUser'), tenant: ref('Tenant'), token: text('Shown only now.', '7d0f3a52-8f0c-4a0b-9c0e-5a4d1e2b3c4f'), webhook_configured: flag('A webhook waits for the first device.', false), webhook_url: nullable(text('It.', 'https://example.com/hook')), note: text('For people.', 'Keep the token: it is shown only now.') }), errors: [409],
  },
  { method: 'get', path: '/tenants', id: 'superAdminListTenants', tag: 'users', summary: 'List tenants', role: 'master', query: pageQuery, ok: object({ tenants: list(ref('Tenant'), 'The tenants.'), ...pageNext }), errors: [] },
  { method: 'get', path: '/global/tenants/{id}', id: 'superAdminGetTenant', tag: 'users', summary: 'Show a tenant', role: 'master', path_params: tenantId, ok: object({ data: ref('Tenant') }), errors: [404] },
  { method: 'delete', path: '/global/tenants/{id}', id: 'superAdminDeleteTenant', tag: 'users', summary: 'Delete a tenant', role: 'master', text: 'With its users and devices; devices are logged out first.', path_params: tenantId,
    ok: object({ message: text('For people.', 'Tenant deleted successfully'), data: object({ tenant_id: id('It.'), tenant_name: text('Its name.', 'Acme'), deleted_at: time('When.') }) }), errors: [404] },
];

const user = { id: id('Its id.'), tenant_id: id('Its tenant.'), email: text('E-mail.', 'owner@example.com'), role: choice('Role.', roles), active: flag('The token works.'), created_at: time('Created.'), updated_at: time('Changed.') };
export const schemas = {
  Tenant: object({ id: id('Its id.'), name: text('Its name.', 'Acme'), created_at: time('Created.'), updated_at: time('Changed.') }),
  NewUser: object({ ...user, token: text('Shown only now.', '7d0f3a52-8f0c-4a0b-9c0e-5a4d1e2b3c4f') }),
  User: object({ ...user, 'token?': text('Masked.', '********-****-****-****-********3c4f') }),
};
