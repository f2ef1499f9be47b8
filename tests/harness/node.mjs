// Starts nodes, and ends them in any case.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { temporaryFolder } from './folder.mjs';
import { Program } from './program.mjs';
import { reap } from './reaper.mjs';
import { finalizedHeight, rpc } from './rpc.mjs';
import { until } from './wait.mjs';
import { tell } from './watch.mjs';

/** The program of the node under test. */
export const NODE = process.env.SMARTLAYER_NODE ?? fail('SMARTLAYER_NODE must name the built node');

/** The folder in which all nodes of the tests cache compiled runtimes, with which they start in a second. */
const RUNTIME_CACHE = `--runtime-cache=${process.env.SMARTLAYER_RUNTIME_CACHE ?? 'off'}`;

/** Returns these arguments, extended by the shared runtime cache unless they set one. */
const withCache = (args) => (args.some((arg) => arg.startsWith('--runtime-cache=')) ? args : [...args, RUNTIME_CACHE]);

/** @returns {never} */
function fail(message) {
  throw new Error(message);
}

/**
 * The number of ports of this process, and the first one, which the runner chooses. Without it, those of two processes mostly differ.
 * The system gives none of them to connections.
 */
const PORTS = 300;
const FIRST_PORT = Number(process.env.SMARTLAYER_TEST_PORTS ?? 27_600 + (process.pid % 16) * PORTS);
/** The number of ports that were considered. */
let considered = 0;

/**
 * Returns a free port of this machine, a different one at each call and in each suite: what is started again finds its port as
 * it has left it.
 */
export async function freePort() {
  while (considered < PORTS) {
    const port = FIRST_PORT + considered;
    considered += 1;
    if (await isFree(port)) return port;
  }
  throw new Error(`none of the ports from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} is free any more`);
}

async function isFree(port) {
  const server = createServer();
  const listens = new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.once('listening', () => resolve(true));
  });
  server.listen(port, '127.0.0.1');
  if (!(await listens)) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * Runs a program to its end, by default the node under test, and returns its output and exit code. `bare` adds no flags
 * to `args`.
 */
export async function run(args, { seconds = 60, bare = false, program = NODE, env = process.env } = {}) {
  const waits = () => tell({ waiting: `the end of ${path.basename(program)}` });
  waits();
  // It has its own time, so it does not hang before that is over.
  const beat = setInterval(waits, 10_000);
  const child = spawn(program, bare ? args : withCache(args), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  reap({ pid: child.pid });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const { code, signal } =
    child.exitCode === null && child.signalCode === null
      ? await new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
      : { code: child.exitCode, signal: child.signalCode };
  clearTimeout(timer);
  clearInterval(beat);
  reap({ pid: child.pid, gone: true });
  return { code, signal, stdout, stderr };
}

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * The network namespace of a node, and the ports on which it listens there.
 *
 * @typedef {{ namespace: string, address: string, port: number, rpcPort: number }} Within
 */

/** A running node. */
export class Node extends Program {
  /** What it was started with. @type {string[]} */
  args;
  /** Where it answers requests, finds its peers, and shows its metrics. @type {number} */
  rpcPort;
  /** @type {number} */
  port;
  /** @type {number} */
  metricsPort;
  /** @type {Within | undefined} */
  #within;

  /**
   * Starts a node on its own ports. The node ends with this process, even if this is killed.
   *
   * @param {string[]} args
   * @param {{ rpcPort?: number, port?: number, metrics?: boolean, within?: Within }} [options] `within` a network
   *   namespace it listens on ports of that, and `rpcPort` leads there
   */
  static async start(args, { rpcPort, port, metrics = false, within } = {}) {
    const node = new Node();
    node.rpcPort = rpcPort ?? (await freePort());
    node.port = port ?? (await freePort());
    node.args = args;
    node.#within = within;
    const listens = within ?? { address: '127.0.0.1', port: node.port, rpcPort: node.rpcPort };
    const own = [
      `--rpc-port=${listens.rpcPort}`,
      `--listen-addr=/ip4/${listens.address}/tcp/${listens.port}`,
      '--no-telemetry',
      // Suites run side by side, and some of their chains have the same genesis: nodes must not find those of others.
      '--no-mdns',
    ];
    if (metrics) {
      node.metricsPort = await freePort();
      own.push(`--prometheus-port=${node.metricsPort}`);
    } else {
      own.push('--no-prometheus');
    }
    node.#begin(withCache([...args, ...own]));
    try {
      // Another program may use the port, with or without answering.
      await until(`${node.name} answers`, async () => {
        if (node.ended) return true;
        const identity = await Promise.race([node.exited, rpc(node.rpcPort, 'system_localPeerId')]);
        return identity && node.log.includes(identity);
      });
      if (node.ended) throw new Error(`${node.name} ended by itself`);
    } catch (error) {
      await node.stop();
      throw new Error(`${node.name} did not start:\n${node.log}`, { cause: error });
    }
    node.shouldRun();
    return node;
  }

  #begin(args) {
    const who = args.find((argument) => /^--(alice|bob|charlie|dave|dev|name=\w+)$/.test(argument)) ?? 'node';
    const label = who.replace(/^--(name=)?/, '');
    const within = this.#within ? ['ip', 'netns', 'exec', this.#within.namespace] : [];
    // A development chain keeps its data in the folder for temporary files.
    this.spawn([...within, NODE, ...args], { label, env: { ...process.env, TMPDIR: temporaryFolder() } });
    this.name = `node ${label} (RPC on port ${this.rpcPort}, process ${this.pid})`;
  }

  /** Starts a chain of one node. */
  static dev(...args) {
    return Node.start(['--dev', ...args]);
  }

  get ws() {
    return `ws://127.0.0.1:${this.rpcPort}`;
  }

  /** Returns the address for its peers. */
  async address() {
    const { address, port } = this.#within ?? { address: '127.0.0.1', port: this.port };
    return `/ip4/${address}/tcp/${port}/p2p/${await rpc(this.rpcPort, 'system_localPeerId')}`;
  }

  async finalized(height, seconds = 60) {
    await until(`block ${height} is final`, async () => (await finalizedHeight(this.rpcPort)) >= height, { seconds });
  }
}

/** Returns the flags of a node that authors as Alice, with a new folder. */
export const AS_ALICE = ['--alice', '--force-authoring', '--unsafe-force-node-key-generation'];
