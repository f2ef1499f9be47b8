// Starts networks of several nodes.
import path from 'node:path';
import { temporaryFolder } from './folder.mjs';
import { Node } from './node.mjs';
import { chainLike, NETWORK_TEMPO } from './spec.mjs';
import { deaths } from './watch.mjs';

const SEATS = ['alice', 'bob', 'charlie', 'dave'];

/**
 * Starts the first node of a network, and then all others at once, with the address of the first. Each function of
 * `starters` starts one node with the given flags.
 *
 * @param {((bootnodes: string[]) => Promise<Node>)[]} starters
 */
export async function startTogether(starters) {
  const [first, ...others] = starters;
  const nodes = [await first([])];
  try {
    const bootnodes = [`--bootnodes=${await nodes[0].address()}`];
    const started = await Promise.allSettled(others.map((start) => start(bootnodes)));
    nodes.push(...started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    return nodes;
  } catch (error) {
    await Promise.all(nodes.map((node) => node.stop()));
    throw error;
  }
}

/**
 * Starts a network of four anchors, each with its own folder and ports. `restart` starts an ended node again, with the
 * same folder and ports.
 */
export async function localNetwork({ chain = 'local', flags = [] } = {}) {
  const folder = temporaryFolder();
  const starter = (seat) => (bootnodes) => {
    const own = [`--${seat}`, `--base-path=${path.join(folder, seat)}`, '--unsafe-force-node-key-generation'];
    return Node.start([`--chain=${chain}`, ...own, ...flags, ...bootnodes]);
  };
  const nodes = await startTogether(SEATS.map(starter));
  const restart = async (node) => {
    const { args, rpcPort, port } = node;
    const again = await Node.start(args, { rpcPort, port });
    nodes.splice(nodes.indexOf(node), 1, again);
    return again;
  };
  const stop = () => Promise.all(nodes.map((node) => node.stop()));
  return { nodes, restart, stop };
}

/** The nodes of the shared network, each with `name`, `rpcPort`, `ws` and `logFile`. */
export function sharedNodes() {
  const given = process.env.SMARTLAYER_NETWORK;
  if (!given) throw new Error('this suite requires the shared network: run it with `make test-clients SUITE=<name>`');
  return JSON.parse(given);
}

/** Starts the shared network. */
export async function startSharedNetwork() {
  const { nodes, stop } = await localNetwork({ chain: await chainLike('local', { tempo: NETWORK_TEMPO }) });
  const described = nodes.map(({ name, rpcPort, ws, logFile }) => ({ name, rpcPort, ws, logFile }));
  const env = { SMARTLAYER_NETWORK: JSON.stringify(described) };
  return { env, logFiles: nodes.map(({ logFile }) => logFile), deaths, stop };
}
