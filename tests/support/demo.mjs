// `wuts demo` as a user starts it, and what it prints.
import { spawn } from 'node:child_process';

export const program = new URL('../../build/release/wuts', import.meta.url).pathname;

// { base, token, master, device, ring, rings(kind), stop() }
export async function startDemo() {
  const child = spawn(program, ['demo', '--port', '0', '--sim-port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const found = {};
  const patterns = { base: /^base URL +(\S+)/m, token: /^token +(\S+)/m, master: /^master +(\S+)/m, device: /^device +(\S+)/m, ring: /curl -X POST (\S+)\/ring/ };
  let text = '';
  child.stdout.setEncoding('utf8');
  await new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`the demo does not start:\n${text}`)), 60_000);
    child.stdout.on('data', (chunk) => {
      text += chunk;
      for (const [key, pattern] of Object.entries(patterns)) found[key] ??= pattern.exec(text)?.[1];
      if (Object.keys(patterns).some((key) => !found[key])) return;
      clearTimeout(timer);
      done();
    });
  });
  return {
    ...found,
    rings: (kind) => fetch(`${found.ring}/ring`, { method: 'POST', body: JSON.stringify({ kind }) }),
    stop: () => new Promise((done) => {
      child.once('exit', done);
      child.kill('SIGTERM');
    }),
  };
}
