// Starts built nodes, and always ends them.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { temporaryFolder } from './folder.mjs';
import { reap } from './reaper.mjs';
import { finalizedHeight, rpc } from './rpc.mjs';
import { until } from './wait.mjs';

/** The node under test. */
export const NODE = process.env.SMARTLAYER_NODE ?? fail('SMARTLAYER_NODE must name the built node');

function fail(message) {
  throw new Error(message);
}

/** The ports that were given away: the system may offer one again before it is in use. */
const given = new Set();

/** A port of this machine that is free now, and another one each time. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (given.has(port)) return freePort();
  given.add(port);
  return port;
}

/** Runs the program to its end, and answers with what it printed and how it ended. */
export async function run(args, { seconds = 60, env = {} } = {}) {
  const child = spawn(NODE, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  reap({ pid: child.pid });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const { code, signal } =
    child.exitCode === null && child.signalCode === null
      ? await new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
      : { code: child.exitCode, signal: child.signalCode };
  clearTimeout(timer);
  reap({ pid: child.pid, gone: true });
  return { code, signal, stdout, stderr };
}

async function text(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A running node. */
export class Node {
  #child;
  #log = [];

  /** Starts a node on ports of its own. Whatever happens to this process, the node ends with it. */
  static async start(args, { rpcPort, port, metrics = false } = {}) {
    const node = new Node();
    node.rpcPort = rpcPort ?? (await freePort());
    node.port = port ?? (await freePort());
    node.args = args;
    const own = [`--rpc-port=${node.rpcPort}`, `--listen-addr=/ip4/127.0.0.1/tcp/${node.port}`, '--no-telemetry'];
    if (metrics) {
      node.metricsPort = await freePort();
      own.push(`--prometheus-port=${node.metricsPort}`);
    } else {
      own.push('--no-prometheus');
    }
    // A development chain keeps its data where temporary files are.
    const env = { ...process.env, TMPDIR: temporaryFolder() };
    node.#child = spawn(NODE, [...args, ...own], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [node.#child.stdout, node.#child.stderr]) {
      stream.on('data', (chunk) => node.#log.push(chunk.toString()));
    }
    reap({ pid: node.pid });
    try {
      await node.ready();
    } catch (error) {
      await node.stop();
      throw new Error(`the node did not start:\n${node.log}`, { cause: error });
    }
    return node;
  }

  /** A chain of one node. */
  static dev(...args) {
    return Node.start(['--dev', ...args]);
  }

  get pid() {
    return this.#child.pid;
  }

  get log() {
    return this.#log.join('');
  }

  get ws() {
    return `ws://127.0.0.1:${this.rpcPort}`;
  }

  /** Where its peers find it. */
  async address() {
    return `/ip4/127.0.0.1/tcp/${this.port}/p2p/${await rpc(this.rpcPort, 'system_localPeerId')}`;
  }

  get ended() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async ready() {
    await until('the node answers', async () => {
      if (this.ended) return true;
      return rpc(this.rpcPort, 'system_health');
    });
    if (this.ended) throw new Error('the node ended by itself');
  }

  async finalized(height, seconds = 60) {
    await until(`block ${height} is final`, async () => (await finalizedHeight(this.rpcPort)) >= height, { seconds });
  }

  /** Ends the node, and waits for its end. */
  async stop(signal = 'SIGTERM') {
    if (!this.ended) {
      const exit = new Promise((resolve) => this.#child.once('exit', resolve));
      this.#child.kill(signal);
      const kill = setTimeout(() => this.#child.kill('SIGKILL'), 30_000);
      await exit;
      clearTimeout(kill);
    }
    reap({ pid: this.pid, gone: true });
  }
}

/** Flags of a node that authors as Alice, in a folder that is new. */
export const AS_ALICE = ['--alice', '--force-authoring', '--unsafe-force-node-key-generation'];

const SEATS = ['alice', 'bob', 'charlie', 'dave'];

/**
 * A network of four anchors, each with its own folder and ports. `join` starts another node with a seat's keys,
 * `restart` one that has ended, over the same folder and on the same ports.
 */
export async function localNetwork({ chain = 'local' } = {}) {
  const folder = temporaryFolder();
  const nodes = [];
  const join = async (seat) => {
    const args = [
      `--chain=${chain}`,
      `--${seat}`,
      `--base-path=${path.join(folder, `${seat}-${nodes.length}`)}`,
      '--unsafe-force-node-key-generation',
    ];
    if (nodes.length > 0) args.push(`--bootnodes=${await nodes[0].address()}`);
    const node = await Node.start(args);
    nodes.push(node);
    return node;
  };
  const restart = async (node) => {
    const { args, rpcPort, port } = node;
    const again = await Node.start(args, { rpcPort, port });
    nodes.splice(nodes.indexOf(node), 1, again);
    return again;
  };
  const stop = () => Promise.all(nodes.map((node) => node.stop()));
  try {
    for (const seat of SEATS) await join(seat);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, join, restart, stop };
}
