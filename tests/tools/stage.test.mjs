// What `./dev test` shows and counts: a line a stage, the reason of a failure, warnings, and the last line.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { here, scratch, shell } from './support.mjs';

const put = (file, text) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

test('stages: a line each with the time; what they say is in a log', (t) => {
  const folder = scratch(t);
  const { status, out } = shell(folder, `counting=yes
    long() { for i in $(seq 2000); do echo "[$i/2000] Building CXX object x.o"; done; }
    stage "release build" long
    check "a check" true
    close`);
  assert.equal(status, 0);
  assert.match(out, /^== release build \(0:0\d\)\n== a check \(0:0\d\)\n== total 0:0\d, logs in build\/log\n1 passed, 0 failed\n$/);
  assert.equal(readFileSync(join(folder, 'build/log/01-release-build.log'), 'utf8').split('\n').length, 2001);
});

test('a stage that fails ends the run: the reason, the log, and a last line that counts it', (t) => {
  const { status, out } = shell(scratch(t), `counting=yes
    build() { echo "[1/9] fine"; echo "FAILED: x.o"; echo "x.cpp:1: error: no"; false; echo "went on"; }
    stage "release build" build
    stage "tests" true`);
  assert.equal(status, 1);
  assert.match(out, /^== release build \(0:0\d\): FAILED\nFAILED: x\.o\nx\.cpp:1: error: no\nthe whole log: build\/log\/01-release-build\.log\n/);
  assert.match(out, /\n0 passed, 1 failed\n$/);
});

test('a check that fails is counted, and the run goes on', (t) => {
  const { status, out } = shell(scratch(t), `counting=yes; check "one" false; check "two" true; close`);
  assert.equal(status, 1);
  assert.match(out, /\n1 passed, 1 failed\n$/);
});

test('without tests to count there is no last line about them', (t) => {
  const { status, out } = shell(scratch(t), 'stage "release build" false');
  assert.equal(status, 1);
  assert.doesNotMatch(out, /passed/);
});

const quiet = '[1/3] Building CXX object a/x.o\n[2/3] Building CXX object a/y.o\n[3/3] Linking CXX executable prog\n';
const loud = `[1/3] Building CXX object a/x.o
[2/3] Building CXX object a/y.o
/src/y.cpp:3:7: warning: unused variable 'n' [-Wunused-variable]
[3/3] Linking CXX executable prog
`;
for (const [name, log, kept, failed] of [
  ['no warning', quiet, ['a/x.o', 'a/y.o', 'prog'], 0],
  ['a warning of a compiler', loud, ['a/x.o', 'prog'], 1],
  ['a warning of the linker', `${quiet}wasm-ld: warning: function signature mismatch\n`, ['a/x.o', 'a/y.o'], 1],
  ['a warning of cmake', `CMake Warning at CMakeLists.txt:3 (message):\n${quiet}`, ['a/x.o', 'a/y.o', 'prog'], 1],
  ['a file that has the word in its name', '[1/2] Building CXX object a/x.o\n-- no-warning: fine\n', ['a/x.o', 'a/y.o', 'prog'], 0],
]) {
  test(`${name}: ${failed ? 'a failure, and its output is made again by the next run' : 'passes'}`, (t) => {
    const folder = scratch(t);
    for (const file of ['a/x.o', 'a/y.o', 'prog']) put(join(folder, 'build/release', file), '');
    put(join(folder, 'fixture'), log);
    const { status, out } = shell(folder, 'counting=yes; stage "build" cat fixture; count_warnings build/release; close');
    assert.equal(status, failed);
    assert.match(out, new RegExp(`${1 - failed} passed, ${failed} failed\\n$`));
    if (failed) assert.match(out, /compilers warn in build\/release[^]*[Ww]arning[^]*the whole log: build\/log/);
    assert.deepEqual(['a/x.o', 'a/y.o', 'prog'].filter((file) => existsSync(join(folder, 'build/release', file))), kept);
  });
}

// A ctest that leaves `last` behind and ends with `code`.
function ctest(t, last, code) {
  const folder = scratch(t);
  put(join(folder, 'last'), last);
  for (const name of ['count.awk', 'failures.awk']) put(join(folder, 'tests/support', name), readFileSync(here(`../support/${name}`)));
  return shell(folder, `counting=yes jobs=1
    ctest() { mkdir -p b/Testing/Temporary; cp last b/Testing/Temporary/LastTest.log; return ${code}; }
    run_tests "tests" b; close`);
}
const section = (i, name, said, end) => `${i}/2 Testing: ${name}\n${i}/2 Test: ${name}\nCommand: "x"\nOutput:\n----\n${said}\n<end of output>\n${end}\n`;

test('ctest: what a failed program said is shown, what others said is not', (t) => {
  const good = section(1, 'base', 'All tests passed (9 assertions in 4 test cases)', 'Test Passed.');
  const bad = section(2, 'wire', 'node_test.cpp:7: FAILED:\ntest cases: 3 | 2 passed | 1 failed', 'Test Failed.');
  const { status, out } = ctest(t, good + bad, 8);
  assert.equal(status, 1);
  assert.match(out, /^-- wire\n[^]*node_test\.cpp:7: FAILED/m);
  assert.doesNotMatch(out, /base/);
  assert.match(out, /== tests \(0:0\d\): 6 passed, 1 failed\n/);
  assert.match(out, /\n6 passed, 1 failed\n$/);
});

test('ctest: a runner that fails without a failed test, or runs none, is a failure', (t) => {
  assert.match(ctest(t, section(1, 'base', 'All tests passed (9 assertions in 4 test cases)', 'Test Passed.'), 8).out, /\n4 passed, 1 failed\n$/);
  assert.match(ctest(t, '', 0).out, /\n0 passed, 1 failed\n$/);
});

test('beside: it runs meanwhile; its lines and counts come when it is joined', (t) => {
  const { status, out } = shell(scratch(t), `counting=yes
    slow() { check "one" sleep 1; check "two" false; check "three" true; }
    beside slow; check "meanwhile" true; join_beside; close`);
  assert.equal(status, 1);
  assert.match(out, /^== meanwhile [^]*== one [^]*== two \(0:0\d\): FAILED\n[^]*== three /);
  assert.match(out, /\n3 passed, 1 failed\n$/);
});

test('beside: one that stops in the middle is a failure, and so is one that is killed', (t) => {
  const stopped = shell(scratch(t), `counting=yes
    ends() { check "one" true; stage "two" false; check "never" true; }
    beside ends; join_beside; close`);
  assert.equal(stopped.status, 1);
  assert.doesNotMatch(stopped.out, /never/);
  assert.match(stopped.out, /\n1 passed, 1 failed\n$/);
  const killed = shell(scratch(t), `counting=yes
    ends() { kill -9 $BASHPID; }
    beside ends; check "one" true; join_beside; close`);
  assert.match(killed.out, /\n1 passed, 1 failed\n/);
});

test('node: counts of its runner, the failed tests shown', (t) => {
  const folder = scratch(t);
  put(join(folder, 'a.test.mjs'), "import test from 'node:test'; test('good', () => {}); test('bad', () => { throw new Error('the reason'); });");
  const { status, out } = shell(folder, 'counting=yes; run_node "pages" a.test.mjs; close');
  assert.equal(status, 1);
  assert.match(out, /not ok 2 - bad[^]*the reason/);
  assert.match(out, /\n1 passed, 1 failed\n$/);
  assert.match(shell(folder, 'counting=yes; run_node "pages" none.test.mjs; close').out, /\n0 passed, 1 failed\n$/);
});
