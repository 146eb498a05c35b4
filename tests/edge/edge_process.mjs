// A process of its own around miniflare: reads its options from stdin, says where it listens and which process is workerd.
import { readFileSync, readdirSync } from 'node:fs';
import { Log, LogLevel, Miniflare } from 'miniflare';

let text = '';
for await (const part of process.stdin) text += part;
const flare = new Miniflare({
  modules: true,
  modulesRules: [{ type: 'CompiledWasm', include: ['**/*.wasm'] }, { type: 'ESModule', include: ['**/*.mjs', '**/*.js'] }],
  cf: false,
  host: '127.0.0.1',
  port: 0,
  log: new Log(LogLevel.WARN),
  ...JSON.parse(text),
});
const url = await flare.ready;
const parentOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')[1];
  } catch {
    return '';  // it is gone
  }
};
const workerd = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && parentOf(pid) === String(process.pid));
console.log(`ready ${url} ${workerd}`);
