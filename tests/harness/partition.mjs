// A network whose nodes can be disconnected from each other. Each node has its own network namespace, on one of two bridges.
//
// The suite runs in its own namespaces (`isolated` in the table of suites). It does not touch the network of the machine,
// and everything is removed when it ends.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { FinalChain } from './final-chain.mjs';
import { temporaryFolder } from './folder.mjs';
import { freePort, Node } from './node.mjs';
import { startTogether } from './network.mjs';
import { finalizedHeight } from './rpc.mjs';
import { chainLike, NETWORK_TEMPO } from './spec.mjs';
import { until } from './wait.mjs';

/**
 * The duration of a cut, and the number of times that each is made. A node that loses a peer in the middle of a request sends
 * it none for a minute. The cut is longer than that and the time in which connections are closed.
 */
export const [SECONDS, TIMES] = process.env.SMARTLAYER_LONG_TESTS ? [300, 5] : [75, 1];
/** The time after a cut within which all nodes must have recovered, in seconds. */
const LEVEL_WITHIN = 15;

/** The ports on which every node listens in its own namespace. */
const RPC_PORT = 9944;
const PORT = 30333;
const SEATS = ['alice', 'bob', 'charlie', 'dave'];
/** The kernel settings of the operators' guide. */
const KERNEL = fileURLToPath(new URL('../../ops/sysctl/90-smartlayer.conf', import.meta.url));
/** The part of the nodes' address range that contains all of them. */
const MORE_SPECIFIC = '10.77.0.0/25';

const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });

/** Four anchors, and two bridges to which each can be connected. */
export class CuttableNetwork {
  /** @type {Node[]} */
  nodes = [];
  #servers = [];

  /** Starts the network with a specification. */
  static async start(chain) {
    const network = new CuttableNetwork();
    ip('link', 'set', 'lo', 'up');
    // Names of namespaces are files, which must not outlive the suite.
    execFileSync('mount', ['-t', 'tmpfs', 'none', '/run']);
    mkdirSync('/run/netns');
    for (const bridge of ['one', 'other']) {
      ip('link', 'add', bridge, 'type', 'bridge');
      ip('link', 'set', bridge, 'up');
    }
    const folder = temporaryFolder();
    for (const [index, seat] of SEATS.entries()) network.#lay(seat, index);
    const starter = (seat, index) => async (bootnodes) => {
      const rpcPort = await network.#forward(index);
      const own = [`--${seat}`, `--base-path=${path.join(folder, seat)}`, '--unsafe-force-node-key-generation'];
      const open = ['--unsafe-rpc-external', '--rpc-cors=all', '--allow-private-ip'];
      return Node.start([`--chain=${chain}`, ...own, ...open, ...bootnodes], {
        rpcPort,
        within: { namespace: seat, address: `10.77.0.${index + 1}`, port: PORT, rpcPort: RPC_PORT },
      });
    };
    network.nodes = await startTogether(SEATS.map(starter));
    return network;
  }

  /** Creates a node's namespace, with one link to a bridge and one for requests of the suite. */
  #lay(seat, index) {
    ip('netns', 'add', seat);
    ip('-n', seat, 'link', 'set', 'lo', 'up');
    ip('link', 'add', `to-${seat}`, 'type', 'veth', 'peer', 'name', 'net', 'netns', seat);
    ip('link', 'set', `to-${seat}`, 'master', 'one', 'up');
    ip('-n', seat, 'addr', 'add', `10.77.0.${index + 1}/24`, 'dev', 'net');
    ip('-n', seat, 'link', 'set', 'net', 'up');
    ip('link', 'add', `ask-${seat}`, 'type', 'veth', 'peer', 'name', 'ask', 'netns', seat);
    ip('addr', 'add', `10.78.${index}.1/30`, 'dev', `ask-${seat}`);
    ip('link', 'set', `ask-${seat}`, 'up');
    ip('-n', seat, 'addr', 'add', `10.78.${index}.2/30`, 'dev', 'ask');
    ip('-n', seat, 'link', 'set', 'ask', 'up');
    ip('netns', 'exec', seat, 'sysctl', '--quiet', '--load', KERNEL);
  }

  /**
   * Returns where programs beside a node run: its namespace, where others and the suite reach them, and where they reach it.
   *
   * @returns {import('./program.mjs').Place}
   */
  place(seat) {
    const index = SEATS.indexOf(seat);
    const [address, asked] = [`10.77.0.${index + 1}`, `10.78.${index}.2`];
    return { namespace: seat, address, asked, ws: `ws://127.0.0.1:${RPC_PORT}` };
  }

  /** Opens a port of this namespace that forwards to a node's RPC port. */
  async #forward(index) {
    const port = await freePort();
    const server = createServer((socket) => {
      const other = connect(RPC_PORT, `10.78.${index}.2`);
      for (const [from, to] of [
        [socket, other],
        [other, socket],
      ]) {
        from.on('error', () => to.destroy());
        from.pipe(to);
      }
    });
    await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(undefined)));
    server.unref();
    this.#servers.push(server);
    return port;
  }

  /** Disconnects the named nodes from the others. */
  cut(...seats) {
    for (const seat of seats) ip('link', 'set', `to-${seat}`, 'master', 'other');
  }

  /** Drops all packets of these nodes to the others, but delivers those of the others to them. */
  mute(...seats) {
    for (const seat of seats) ip('-n', seat, 'route', 'add', 'blackhole', MORE_SPECIFIC);
  }

  /** Drops all packets between two nodes. */
  part(one, other) {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ]) {
      ip('-n', from, 'route', 'add', 'blackhole', `${this.place(to).address}/32`);
    }
  }

  /** Connects all nodes again. */
  heal() {
    for (const seat of SEATS) {
      ip('link', 'set', `to-${seat}`, 'master', 'one');
      ip('-n', seat, 'route', 'flush', 'type', 'blackhole');
    }
  }

  async stop() {
    await Promise.all(this.nodes.map((node) => node.stop()));
    for (const server of this.#servers) server.close();
  }
}

/** A network with a quick tempo that is cut and restored, with the final blocks that its nodes have had. */
export class CutTrial {
  #final = new FinalChain();

  /** @param {CuttableNetwork} network */
  constructor(network) {
    this.network = network;
    this.nodes = network.nodes;
  }

  static async start() {
    const network = await CuttableNetwork.start(await chainLike('local', { tempo: NETWORK_TEMPO }));
    await Promise.all(network.nodes.map((node) => node.finalized(5)));
    return new CutTrial(network);
  }

  /** Returns the final height of each node. */
  heights() {
    return Promise.all(this.nodes.map(({ rpcPort }) => finalizedHeight(rpcPort)));
  }

  /** Waits, and reports to the runner that the suite is not hanging. */
  async wait(seconds) {
    const end = Date.now() + seconds * 1000;
    await until('the cut has lasted', () => Date.now() >= end, { seconds: seconds + 10, every: 1000 });
  }

  /** Restores the network, and returns the seconds until finality continues on all nodes, at most three blocks apart. */
  async heal() {
    const had = Math.max(...(await this.heights()));
    this.network.heal();
    const begin = Date.now();
    await until(
      'all are level again',
      async () => {
        const now = await this.heights();
        return Math.min(...now) > had && Math.max(...now) - Math.min(...now) <= 3;
      },
      { seconds: LEVEL_WITHIN },
    );
    await this.#final.check(this.nodes);
    return ((Date.now() - begin) / 1000).toFixed(1);
  }

  stop() {
    return this.network.stop();
  }
}
