// The tests clean up even if they are killed, and the runner reports the cause of a failed suite within a minute.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { reap } from '../harness/reaper.mjs';
import { until } from '../harness/wait.mjs';
import { runSuites, summary } from '../runner/runner.mjs';
import { SUITES } from '../runner/suites.mjs';

const NODE = new URL('../harness/node.mjs', import.meta.url);
const FOLDER = new URL('../harness/folder.mjs', import.meta.url);

/** Starts a node, creates a folder, prints both, and never ends by itself. */
const SCRIPT = `
  import { Node } from '${NODE}';
  import { temporaryFolder } from '${FOLDER}';
  const folder = temporaryFolder();
  const node = await Node.start(['--dev', '--base-path=' + folder]);
  console.log(JSON.stringify({ pid: node.pid, folder }));
  setInterval(() => {}, 1000);
`;

const isRunning = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGKILL'])) {
  test(`a test that ends by ${signal} leaves no node and no folder`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    reap({ pid: child.pid });
    child.stderr.pipe(process.stderr, { end: false });
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(([code]) => assert.fail(`it ended with ${code}, and said nothing`)),
    ]);
    const { pid, folder } = JSON.parse(line);
    assert.ok(isRunning(pid) && existsSync(folder));
    child.kill(signal);
    await once(child, 'exit');
    reap({ pid: child.pid, gone: true });
    await until('the node has ended', () => !isRunning(pid), { seconds: 20 });
    await until('the folder is gone', () => !existsSync(folder), { seconds: 20 });
  });
}

describe('a suite', () => {
  const fixture = (name) => fileURLToPath(new URL(`../runner/fixtures/${name}.test.mjs`, import.meta.url));
  const PATIENCE = { silent: 20, nodeDied: 1, output: 1 };
  const beside = (name, seconds = 30) => ({ name, where: 'beside', seconds });

  const NETWORK = {
    env: { SMARTLAYER_NETWORK: 'the network' },
    logFiles: [],
    deaths: () => [],
    stop: async () => {},
  };

  /** Runs fixtures with short time limits, and returns their results. */
  async function runs(suites, { fileOf = fixture, patience = PATIENCE, startNetwork = async () => NETWORK } = {}) {
    const printed = [];
    const options = { fileOf, patience, print: (text) => printed.push(text), startNetwork };
    const results = await runSuites(suites, options);
    return { results, printed: printed.join('\n'), ...summary(results) };
  }

  test('that hangs is ended, with the name of its test', async () => {
    const { ok, text } = await runs([beside('hangs')], { patience: { ...PATIENCE, silent: 8 } });
    assert.equal(ok, false);
    assert.match(text, /error: suite hangs: it hangs: nothing was heard for 8 s, in the test “is never answered”/);
  });

  test('that is ended ends with all that it started', async () => {
    const { ok, text, results } = await runs([beside('holds-output')], { patience: { ...PATIENCE, silent: 8 } });
    assert.equal(ok, false);
    assert.match(text, /error: suite holds-output: it hangs/);
    const [, pid] = results[0].output.match(/started (\d+)/);
    await until('what it started has ended', () => !isRunning(Number(pid)), { seconds: 5 });
  });

  test('that takes half as long again as its budget fails', async () => {
    const { ok, text } = await runs([beside('waits', 0.5)]);
    assert.equal(ok, false);
    assert.match(text, /error: suite waits: it takes too long: ended after 0\.75 s/);
    assert.equal((await runs([beside('waits', 10)])).ok, true);
  });

  test('whose node dies fails at once, and shows the node and its log', async () => {
    for (const name of ['node-dies', 'node-dies-unseen']) {
      const { ok, text, printed, results } = await runs([beside(name)]);
      assert.equal(ok, false);
      assert.match(text, /node dev \(RPC on port \d+, process \d+\) ended by itself \(SIGKILL\)/);
      assert.match(printed, /the log 1-dev\.log.*SmartLayer Node/s);
      assert.ok(results[0].seconds < 30, `${results[0].seconds} s`);
    }
  });

  test('whose port is taken fails at once, and names the port', async () => {
    const { ok, printed, text } = await runs([beside('port-taken')]);
    assert.equal(ok, false);
    assert.match(printed, /the port for RPC, 127\.0\.0\.1:\d+, .*--rpc-port/);
    assert.match(text, /error: suite port-taken: “.*” failed: .*the port for RPC, 127\.0\.0\.1:\d+, .*--rpc-port/s);
  });

  test('shares the network with others, unless it must not be disturbed', async () => {
    const shared = (name, undisturbed = false) => ({ name, where: 'shared', undisturbed, seconds: 20 });
    const suites = [shared('one'), shared('two'), shared('alone', true)];
    const { ok, results } = await runs(suites, { fileOf: () => fixture('waits') });
    assert.ok(ok);
    const time = Object.fromEntries(
      results.map(({ name, output }) => {
        const [, began] = output.match(/began (\d+) on the network/);
        const [, ended] = output.match(/ended (\d+)/);
        return [name, { began: Number(began), ended: Number(ended) }];
      }),
    );
    assert.ok(time.one.began < time.two.ended && time.two.began < time.one.ended);
    assert.ok(time.alone.began > Math.max(time.one.ended, time.two.ended));
  });

  test('is not run on a network that did not start or has lost a node, and is named', async () => {
    const shared = [{ name: 'waits', where: 'shared', seconds: 20 }];
    for (const startNetwork of [
      () => Promise.reject(new Error('no port is free')),
      async () => ({ ...NETWORK, deaths: () => ['node dave ended by itself'] }),
    ]) {
      const { ok, text } = await runs([...shared, beside('waits')], { startNetwork });
      assert.equal(ok, false);
      assert.match(text, /error: suite waits: it was not run, .*(no port is free|node dave ended by itself)/);
      assert.match(text, /1 passed, 1 failed/);
    }
  });

  test('has a name of its own, a place and a budget', () => {
    assert.equal(new Set(SUITES.map(({ name }) => name)).size, SUITES.length);
    for (const { name, where, seconds } of SUITES) {
      assert.ok(['beside', 'shared', 'quiet'].includes(where) && seconds > 0, name);
    }
  });
});
