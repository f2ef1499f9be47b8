// Networks of several nodes.
import path from 'node:path';
import { temporaryFolder } from './folder.mjs';
import { Node } from './node.mjs';
import { chainLike, NETWORK_TEMPO } from './spec.mjs';
import { deaths } from './watch.mjs';

const SEATS = ['alice', 'bob', 'charlie', 'dave'];

/**
 * Starts a network: the first node, which the others find by its address, and then all others together. `starters` make
 * a node each, of the flags that name the first.
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
 * A network of four anchors, each with its own folder and ports. `restart` starts a node that has ended again, over the
 * same folder and on the same ports.
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

/** The nodes of the network that suites share: `name`, `rpcPort`, `ws` and `logFile` of each. */
export function sharedNodes() {
  const given = process.env.SMARTLAYER_NETWORK;
  if (!given) throw new Error('this suite wants the shared network: run it by `make test-clients SUITE=<name>`');
  return JSON.parse(given);
}

/** Starts the network that suites share. */
export async function startSharedNetwork() {
  const { nodes, stop } = await localNetwork({ chain: await chainLike('local', { tempo: NETWORK_TEMPO }) });
  const described = nodes.map(({ name, rpcPort, ws, logFile }) => ({ name, rpcPort, ws, logFile }));
  const env = { SMARTLAYER_NETWORK: JSON.stringify(described) };
  return { env, logFiles: nodes.map(({ logFile }) => logFile), deaths, stop };
}
