// Programs that run beside a test, and end with it.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './folder.mjs';
import { reap } from './reaper.mjs';
import { died } from './watch.mjs';

/** The folder of the logs. The runner shows the logs of a failed suite. */
const LOGS = process.env.SMARTLAYER_TEST_LOGS ?? temporaryFolder();

/** The number of programs that this process has started, which is part of a log's name. */
let started = 0;

/**
 * Where a program runs: a network namespace, the address at which others reach it, the one at which the suite does, and the
 * WebSocket of the chain's node in it.
 *
 * @typedef {{ namespace: string, address: string, asked: string, ws: string }} Place
 */

/** A program that runs. */
export class Program {
  /** @type {import('node:child_process').ChildProcess} */
  #child;
  /** Whether it should still run. */
  #runs = false;
  /** Is kept when it ends. @type {Promise<void>} */
  exited;
  /** What messages call it. @type {string} */
  name;
  /** @type {string} */
  logFile;

  /**
   * Starts it. It ends with this process, even if this is killed.
   *
   * @param {string[]} command
   * @param {{ label: string, env?: NodeJS.ProcessEnv, place?: Place }} options the name of its log, its environment, and its place
   */
  spawn(command, { label, env = process.env, place = undefined }) {
    const [program, ...args] = [...(place ? ['ip', 'netns', 'exec', place.namespace] : []), ...command];
    started += 1;
    this.logFile = path.join(LOGS, `${started}-${label}.log`);
    mkdirSync(LOGS, { recursive: true });
    const log = openSync(this.logFile, 'a');
    this.#child = spawn(program, args, { env, stdio: ['ignore', log, log] });
    closeSync(log);
    reap({ pid: this.pid });
    this.exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.once('exit', (code, signal) => {
      if (this.#runs) died(`${this.name} ended by itself (${signal ?? `code ${code}`})`);
    });
    this.name = `${label} (process ${this.pid})`;
  }

  /** From now on, the suite fails if it ends without being stopped. */
  shouldRun() {
    this.#runs = true;
  }

  get pid() {
    return this.#child.pid;
  }

  get log() {
    return readFileSync(this.logFile, 'utf8');
  }

  get ended() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /**
   * Ends it if it was started, and waits for its end.
   *
   * @param {NodeJS.Signals} [signal]
   */
  async stop(signal = 'SIGTERM') {
    this.#runs = false;
    if (!this.#child) return;
    if (!this.ended) {
      this.#child.kill(signal);
      const kill = setTimeout(() => this.#child.kill('SIGKILL'), 30_000);
      await this.exited;
      clearTimeout(kill);
    }
    reap({ pid: this.pid, gone: true });
  }
}
