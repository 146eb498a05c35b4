// What the tests of the tools share: paths, and a shell that knows .dev/stage.sh.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = (path) => fileURLToPath(new URL(path, import.meta.url)).replace(/\/$/, '');

export function scratch(t) {
  const folder = mkdtempSync(join(tmpdir(), 'wuts-tools-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// Runs `script` in `folder` as `dev` would; the answer holds its exit code and what it printed.
// A test runner inside it is one of its own.
export function shell(folder, script) {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -euo pipefail\n. ${here('../../.dev/stage.sh')}\n${script}`], {
    cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
  return { status, out: stdout.replace(/\x1b\[[0-9]*m/g, '') + stderr };
}
