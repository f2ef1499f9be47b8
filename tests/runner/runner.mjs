// Runs suites of client tests: side by side where they don't disturb each other, each within its budget of seconds.
//
// A suite is a process. It tells over its channel which test begins, what is waited for and how a test has ended
// (`harness/watch.mjs`). When nothing is heard of it, when it takes too long, or when one of its nodes has died, it is
// ended and named, and the logs of its nodes are shown.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/folder.mjs';
import { reap } from '../harness/reaper.mjs';

/** A network and mounts of a process's own, which whoever has no rights on the machine may have, too. */
const ISOLATION = [...(process.getuid() === 0 ? [] : ['--user', '--map-root-user']), '--net', '--mount', '--'];

const REPORTER = fileURLToPath(new URL('reporter.mjs', import.meta.url));

/** How many suites run side by side. */
const SIDE_BY_SIDE = 4;
/** How many lines of a node's log are shown. */
const LINES = 60;

/** When a suite is given up, in seconds. */
const PATIENCE = {
  /** Nothing was heard of it. */
  silent: 45,
  /** One of its nodes has died, and it still has not ended. */
  nodeDied: 10,
  /** It has ended, and something that it started still holds its output. */
  output: 15,
};

/**
 * The shared network: what its suites find in their environment, where its nodes log, and which of them have died.
 *
 * @typedef {{ env: object, logFiles: string[], deaths: () => string[], stop: () => Promise<unknown> }} Network
 */

/**
 * Runs suites, and answers with what became of each.
 *
 * @param {{ name: string, where: string, undisturbed?: boolean, isolated?: boolean, seconds: number }[]} suites
 * @param {object} options
 * @param {(name: string) => string} options.fileOf where a suite's file is
 * @param {() => Promise<Network>} options.startNetwork starts the shared network
 * @param {(text: string) => void} [options.print]
 * @param {{ silent: number, nodeDied: number, output: number }} [options.patience]
 */
export async function runSuites(suites, { fileOf, startNetwork, print = console.log, patience = PATIENCE }) {
  const results = [];
  const one = async (suite, network) => {
    const result = await runSuite(suite, { file: fileOf(suite.name), network, patience });
    results.push(result);
    print(shown(result));
  };
  const at = (where) => suites.filter((suite) => suite.where === where);

  await sideBySide(at('beside'), one);
  const shared = at('shared');
  if (shared.length > 0) {
    const network = await startNetwork().catch((error) => error);
    const withNetwork = async (suite) => {
      // A network that has lost a node is no network for the suites that follow.
      const [why] = network instanceof Error ? [network.message] : network.deaths();
      if (!why) return one(suite, network);
      const problems = [`it was not run, for there is no shared network: ${why}`];
      const { name, seconds: budget } = suite;
      const result = { name, budget, seconds: 0, passed: [], failed: [], skipped: [], problems, output: '' };
      results.push(result);
      print(shown(result));
    };
    try {
      await sideBySide(
        shared.filter(({ undisturbed }) => !undisturbed),
        withNetwork,
      );
      for (const suite of shared.filter(({ undisturbed }) => undisturbed)) await withNetwork(suite);
    } finally {
      await network.stop?.();
    }
  }
  for (const suite of at('alone')) await one(suite);
  return results;
}

/** Runs suites a few at a time, in the order of their list. */
async function sideBySide(suites, one) {
  const waiting = [...suites];
  const worker = async () => {
    for (let suite = waiting.shift(); suite; suite = waiting.shift()) await one(suite);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
}

/** Runs a suite to its end, or until it is given up. */
async function runSuite({ name, seconds: budget, isolated }, { file, network, patience }) {
  const logs = temporaryFolder();
  const begin = Date.now();
  const passed = [];
  const failed = [];
  const skipped = [];
  let doing = 'nothing yet';
  let heard = begin;
  /** @type {{ since: number, what: string }} */
  let nodeDied;
  let givenUp;

  const child = spawn(
    isolated ? 'unshare' : process.execPath,
    [
      ...(isolated ? [...ISOLATION, process.execPath] : []),
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...[`--test-reporter=${REPORTER}`, `--test-reporter-destination=${path.join(logs, 'events')}`],
      file,
    ],
    {
      env: { ...process.env, ...network?.env, SMARTLAYER_TEST_LOGS: logs },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // In a group of its own, which is ended with it.
      detached: true,
    },
  );
  reap({ pid: child.pid });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  child.on('message', (/** @type {import('../harness/watch.mjs').Message} */ message) => {
    heard = Date.now();
    if (message.test) doing = `the test “${message.test}”`;
    if (message.waiting) doing = doing.replace(/( \(waiting: .*\))?$/s, ` (waiting: ${message.waiting})`);
    if (message.passed) (message.skipped ? skipped : passed).push(message.passed);
    if (message.failed) failed.push(message.failed);
    if (message.died) nodeDied ??= { since: heard, what: message.died };
  });

  const giveUp = (why) => {
    givenUp = why;
    endGroup(child.pid);
  };
  const since = (moment) => (Date.now() - moment) / 1000;
  const timer = setInterval(() => {
    if (givenUp) return;
    const [gone] = network?.deaths() ?? [];
    if (gone) nodeDied ??= { since: Date.now(), what: gone };
    if (nodeDied && since(nodeDied.since) > patience.nodeDied) giveUp(nodeDied.what);
    else if (since(heard) > patience.silent)
      giveUp(`it hangs: nothing was heard for ${patience.silent} s, in ${doing}`);
    else if (since(begin) > budget * 1.5) giveUp(`it takes too long: ended after ${budget * 1.5} s, in ${doing}`);
  }, 200);
  const closed = new Promise((resolve) => child.once('close', resolve));
  const ended = await new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`)));
  clearInterval(timer);
  const held = !(await Promise.race([closed.then(() => true), sleep(patience.output * 1000, false, { ref: false })]));
  if (held) for (const stream of [child.stdout, child.stderr]) stream.destroy();
  endGroup(child.pid);
  reap({ pid: child.pid, gone: true });

  const seconds = since(begin);
  const problems = [];
  if (givenUp) problems.push(givenUp);
  else if (seconds > budget * 1.5) problems.push(`it took ${seconds.toFixed(0)} s, and ${budget} s are its budget`);
  if (nodeDied && nodeDied.what !== givenUp) problems.push(nodeDied.what);
  if (held) problems.push('something that it started outlived it, and held its output');
  if (!givenUp && ended !== 'code 0' && failed.length === 0) problems.push(`it ended with ${ended}`);
  if (ended === 'code 0' && passed.length + skipped.length === 0) problems.push('it ran no test');
  const result = { name, budget, seconds, passed, failed, skipped, problems, output: Buffer.concat(output).toString() };
  if (failed.length + problems.length > 0) result.logs = readLogs(logs, network?.logFiles);
  rmSync(logs, { recursive: true, force: true, maxRetries: 5 });
  return result;
}

/** Ends what is left of a suite and of what it started. */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
}

/** The ends of the logs of a suite's nodes, and of the shared network's. */
function readLogs(folder, others = []) {
  const own = readdirSync(folder).filter((file) => file.endsWith('.log'));
  return [...own.map((file) => path.join(folder, file)), ...others].map((file) => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return { file: path.basename(file), lines: lines.slice(-LINES), more: Math.max(0, lines.length - LINES) };
  });
}

/** What a suite has to say, for the terminal. */
function shown({ name, budget, seconds, output, problems, logs = [] }) {
  const text = [`\n--- ${name}: ${seconds.toFixed(1)} s of ${budget} s`];
  // Its own summary counts what is counted over all suites in the end.
  text.push(output.replace(/^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) .*\n/gm, '').trimEnd());
  for (const problem of problems) text.push(`error: suite ${name}: ${problem}`);
  for (const { file, lines, more } of logs) {
    text.push(`\n  the log ${file}${more ? ` (the last ${LINES} lines of ${more + LINES})` : ''}:`);
    text.push(...lines.map((line) => `  | ${line}`));
  }
  return text.join('\n');
}

/** What became of all suites, in a few lines: the table of times, what failed, and the count. */
export function summary(results) {
  const text = ['', 'suite              seconds  budget'];
  for (const { name, seconds, budget } of results.toSorted((a, b) => b.seconds - a.seconds)) {
    text.push(`${name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} ${String(budget).padStart(7)}`);
  }
  const count = (what) => results.reduce((sum, result) => sum + result[what].length, 0);
  for (const { name, failed, problems } of results) {
    for (const test of failed) text.push(`error: suite ${name}: “${test}” failed`);
    for (const problem of problems) text.push(`error: suite ${name}: ${problem}`);
  }
  const [failed, skipped] = [count('failed') + count('problems'), count('skipped')];
  text.push('', `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return { text: text.join('\n'), ok: failed === 0 };
}
