// Which requests need the link to the service. Everything not named here does: a route of the core that this table does not
// know yet costs a connection, but works.

const linkless: readonly [methods: string, path: RegExp][] = [
  ['GET', /^\/(status|qr|qr\/status|chats|calls\/settings|webhook|events)$/],
  ['PUT', /^\/calls\/settings$/],
  ['POST DELETE', /^\/webhook$/],
  ['POST', /^\/(paircode|disconnect)$/],
];

export function needsLink(method: string, path: string): boolean {
  return !linkless.some(([methods, pattern]) => methods.split(' ').includes(method) && pattern.test(path));
}

// A pairing starts: the link must stay until the phone has answered.
export function startsPairing(method: string, path: string): boolean {
  return (method === 'GET' && path === '/qr') || (method === 'POST' && path === '/paircode');
}
