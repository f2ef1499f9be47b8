// Runs suites of client tests, in parallel where they do not disturb each other, each within its budget of seconds.
//
// Each suite is a process, which reports the start and the result of each test and what it waits for
// (`harness/watch.mjs`). If it stops reporting, exceeds its time, or loses a node, the runner ends it, and prints its name
// and the logs of its nodes.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/folder.mjs';
import { reap } from '../harness/reaper.mjs';

/** A command with a separate network and separate mounts, which also works without root. */
const ISOLATION = [...(process.getuid() === 0 ? [] : ['--user', '--map-root-user']), '--net', '--mount', '--'];

const REPORTER = fileURLToPath(new URL('reporter.mjs', import.meta.url));

/** The number of suites that run in parallel. */
const SIDE_BY_SIDE = 6;
/** The number of suites that start networks or measure time. They mostly wait. */
const QUIET = 3;
/**
 * The first port of the first suite, and how many each has: below those that the system gives to connections. A runner within a suite
 * shares that suite's.
 */
const WITHIN = process.env.SMARTLAYER_TEST_PORTS;
const [FIRST_PORT, PORTS_OF_A_SUITE] = WITHIN ? [Number(WITHIN) + 150, 10] : [15_000, 300];
/** The number of lines that are shown of a node's log. */
const LINES = 60;

/** The times after which a suite is ended, in seconds. */
const PATIENCE = {
  /** Since its last message. */
  silent: 45,
  /** Since the death of one of its nodes. */
  nodeDied: 10,
  /** Since its own end, if a process that it started keeps its output open. */
  output: 15,
};

/** How often is looked whether a suite computes, in seconds, and the share of a processor that it then uses at least. */
const SAMPLE = 5;
const BUSY = 0.15;

/**
 * The shared network: the environment variables for its suites, the folder of its logs, and its dead nodes.
 *
 * @typedef {{ env: object, logFiles: string[], deaths: () => string[], stop: () => Promise<unknown> }} Network
 */

/**
 * Runs suites, and returns the result of each.
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
  const tell = (result) => {
    results.push(result);
    print(shown(result));
  };
  const one = async (suite, network) => {
    const firstPort = FIRST_PORT + PORTS_OF_A_SUITE * suites.indexOf(suite);
    tell(await runSuite(suite, { file: fileOf(suite.name), network, patience, firstPort }));
  };
  const skip = ({ name, seconds: budget }, why) =>
    tell({ name, budget, seconds: 0, passed: [], failed: [], skipped: [], problems: [why], output: '' });
  const at = (where) => suites.filter((suite) => suite.where === where);
  const jobs = (chosen) => chosen.map((suite) => () => one(suite));

  const shared = at('shared');
  const ofNetwork = shared.length > 0 ? [() => onSharedNetwork(shared, { one, startNetwork, skip })] : [];
  await sideBySide([...ofNetwork, ...jobs(at('beside'))]);
  await sideBySide(jobs(at('quiet')), QUIET);
  return results;
}

/** Starts the shared network, runs its suites, and stops it. Those that it must not be disturbed for run one after another. */
async function onSharedNetwork(suites, { one, startNetwork, skip }) {
  const network = await startNetwork().catch((error) => error);
  const withNetwork = async (suite) => {
    // The next suites need a complete network.
    const [why] = network instanceof Error ? [network.message] : network.deaths();
    if (why) skip(suite, `it was not run, for there is no shared network: ${why}`);
    else await one(suite, network);
  };
  try {
    await sideBySide(suites.filter(({ undisturbed }) => !undisturbed).map((suite) => () => withNetwork(suite)));
    for (const suite of suites.filter(({ undisturbed }) => undisturbed)) await withNetwork(suite);
  } finally {
    await network.stop?.();
  }
}

/** Does jobs in the order of the list, a few in parallel. */
async function sideBySide(jobs, lanes = SIDE_BY_SIDE) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: lanes }, worker));
}

/** Runs a suite until it ends or its time is over. */
async function runSuite({ name, seconds: budget, isolated }, { file, network, patience, firstPort }) {
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
      env: { ...process.env, ...network?.env, SMARTLAYER_TEST_LOGS: logs, SMARTLAYER_TEST_PORTS: String(firstPort) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A separate process group, which ends with the suite.
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
    if (message.failed) failed.push({ test: message.failed, why: message.why });
    if (message.died) nodeDied ??= { since: heard, what: message.died };
  });

  const giveUp = (why) => {
    givenUp = why;
    endGroup(child.pid);
  };
  const since = (moment) => (Date.now() - moment) / 1000;
  let sample = { at: begin, used: 0 };
  const timer = setInterval(() => {
    if (givenUp) return;
    // A suite that computes says nothing meanwhile, and does not hang.
    if (since(sample.at) > SAMPLE) {
      const used = processorTime(child.pid);
      if (used - sample.used > BUSY * since(sample.at)) heard = Date.now();
      sample = { at: Date.now(), used };
    }
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

/** Returns the processor time that a process has used, in seconds. */
function processorTime(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    // It has ended.
    return 0;
  }
}

/** Ends all remaining processes of a suite. */
function endGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No process remains.
  }
}

/** Returns the last lines of the logs of a suite's nodes and of the shared network. */
function readLogs(folder, others = []) {
  const own = readdirSync(folder).filter((file) => file.endsWith('.log'));
  return [...own.map((file) => path.join(folder, file)), ...others].map((file) => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    return { file: path.basename(file), lines: lines.slice(-LINES), more: Math.max(0, lines.length - LINES) };
  });
}

/** Returns the report of a suite. */
function shown({ name, budget, seconds, output, problems, logs = [] }) {
  const text = [`\n--- ${name}: ${seconds.toFixed(1)} s of ${budget} s`];
  // Its summary is omitted, because the final report counts all suites.
  text.push(output.replace(/^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) .*\n/gm, '').trimEnd());
  for (const problem of problems) text.push(`error: suite ${name}: ${problem}`);
  for (const { file, lines, more } of logs) {
    text.push(`\n  the log ${file}${more ? ` (the last ${LINES} lines of ${more + LINES})` : ''}:`);
    text.push(...lines.map((line) => `  | ${line}`));
  }
  return text.join('\n');
}

/** Returns the final report: the table of times, the failures, and the counts. */
export function summary(results) {
  const text = ['', 'suite              seconds  budget'];
  for (const { name, seconds, budget } of results.toSorted((a, b) => b.seconds - a.seconds)) {
    text.push(`${name.padEnd(18)} ${seconds.toFixed(1).padStart(7)} ${String(budget).padStart(7)}`);
  }
  const count = (what) => results.reduce((sum, result) => sum + result[what].length, 0);
  for (const { name, failed, problems } of results) {
    for (const { test, why } of failed) text.push(`error: suite ${name}: “${test}” failed: ${why}`);
    for (const problem of problems) text.push(`error: suite ${name}: ${problem}`);
  }
  const [failed, skipped] = [count('failed') + count('problems'), count('skipped')];
  text.push('', `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return { text: text.join('\n'), ok: failed === 0 };
}
