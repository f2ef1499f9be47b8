// Measures the number of transfers per second: `make bench-load`.
//
// Signs transfers of many accounts first, then sends them to one node as fast as it accepts them, and counts them in blocks.
// This measures the node (pool, author and runtime) beside a client that only sends.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { localNetwork } from '../harness/network.mjs';
import { AS_ALICE, Node } from '../harness/node.mjs';
import { account, connect } from '../harness/polkadot-js.mjs';
import { finalizedHeight, rpc } from '../harness/rpc.mjs';
import { chainLike, endow } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';

/**
 * The flags of a node for many transactions. The pool keeps transactions until they are final, and reaches the default
 * limit of 8,192 within seconds. A full pool refuses some transactions and drops others.
 */
const POOL = ['--pool-limit=32768', '--pool-kbytes=65536'];
/** The maximum number of sent transfers that are not yet final. */
const IN_FLIGHT = 8_000;
/** The number of connections to the node, and of concurrent requests on each. */
const CONNECTIONS = 4;
const REQUESTS = 64;
/** The number of threads that sign. */
const SIGNERS = cpus().length;

const DESTINATION = 'Load//destination';
const accountName = (index) => `Load//${index}`;

/** Signs the transfers of every SIGNERS-th account. */
async function sign({ accounts, each, offset, ws }) {
  const api = await connect({ ws });
  const options = { era: 0, blockHash: api.genesisHash, genesisHash: api.genesisHash };
  const destination = (await account(DESTINATION)).address;
  const signed = [];
  for (let index = offset; index < accounts; index += SIGNERS) {
    const pair = await account(accountName(index));
    const transfers = [];
    for (let nonce = 0; nonce < each; nonce += 1) {
      const tx = api.tx.balances.transferKeepAlive(destination, 1_000_000n + BigInt(nonce));
      transfers.push(tx.sign(pair, { ...options, nonce, runtimeVersion: api.runtimeVersion }).toHex());
    }
    signed.push(transfers);
  }
  await api.disconnect();
  return signed;
}

/** Signs on all processors, ordered by nonce and then by account. */
async function signAll(job) {
  const parts = await Promise.all(
    Array.from({ length: SIGNERS }, (_, offset) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { ...job, offset } });
      return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    }),
  );
  const accounts = parts.flat();
  return Array.from({ length: job.each }, (_, nonce) => accounts.map((transfers) => transfers[nonce])).flat();
}

/** Counts the transfers in each block of the best chain, from a block on. */
class Blocks {
  counts = [];
  included = 0;
  final = 0;
  /** The number of latest blocks without a transfer. */
  empty = 0;
  #next;
  #nextFinal = 0;

  constructor(port, from) {
    this.port = port;
    this.#next = from;
  }

  async follow() {
    const head = Number((await rpc(this.port, 'chain_getHeader')).number);
    for (; this.#next <= head; this.#next += 1) {
      const hash = await rpc(this.port, 'chain_getBlockHash', [this.#next]);
      const { block } = await rpc(this.port, 'chain_getBlock', [hash]);
      // Each block also contains the inherent with the time, which is a few bytes long.
      const signed = block.extrinsics.filter((extrinsic) => extrinsic.length > 200).length;
      this.counts.push({ height: this.#next, signed });
      this.included += signed;
      this.empty = signed > 0 ? 0 : this.empty + 1;
    }
    const finalized = await finalizedHeight(this.port);
    for (; this.counts[this.#nextFinal]?.height <= finalized; this.#nextFinal += 1) {
      this.final += this.counts[this.#nextFinal].signed;
    }
  }
}

/** Sends transfers over several connections, and returns the number of accepted ones and the reasons of refusals. */
async function sendAll(ws, transfers, mayGoOn) {
  const refusals = new Map();
  let taken = 0;
  let next = 0;
  const connection = async () => {
    const socket = new WebSocket(ws);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const waiting = new Map();
    socket.on('message', (text) => {
      const { id, error } = JSON.parse(text.toString());
      waiting.get(id)(error);
      waiting.delete(id);
    });
    // Open requests will never be answered.
    socket.on('close', () => {
      for (const answer of waiting.values()) answer({ message: 'the connection was closed' });
    });
    const request = (id, params) =>
      new Promise((resolve) => {
        if (socket.readyState !== WebSocket.OPEN) return resolve({ message: 'the connection was closed' });
        waiting.set(id, resolve);
        socket.send(JSON.stringify({ id, jsonrpc: '2.0', method: 'author_submitExtrinsic', params }));
      });
    const requests = async () => {
      while (next < transfers.length) {
        if (!mayGoOn(taken)) {
          await sleep(20);
          continue;
        }
        const id = next;
        next += 1;
        const error = await request(id, [transfers[id]]);
        if (error) refusals.set(error.message, (refusals.get(error.message) ?? 0) + 1);
        else taken += 1;
      }
    };
    await Promise.all(Array.from({ length: REQUESTS }, requests));
    socket.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return { taken, refusals };
}

async function start(nodes, accounts) {
  const endowed = await Promise.all(Array.from({ length: accounts }, (_, index) => account(accountName(index))));
  const change = endow(
    [...endowed, await account(DESTINATION)].map(({ address }) => address),
    1,
  );
  if (nodes === 1) {
    const node = await Node.start([`--chain=${await chainLike('dev', { change })}`, ...AS_ALICE, '--tmp', ...POOL]);
    return { node, stop: () => node.stop() };
  }
  const network = await localNetwork({
    chain: await chainLike('local', { tempo: { slotMillis: 1_000 }, change }),
    flags: POOL,
  });
  return { node: network.nodes[0], stop: network.stop };
}

async function main() {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1' },
      accounts: { type: 'string', default: '1000' },
      transfers: { type: 'string', default: '30000' },
    },
  });
  const [nodes, accounts, transfers] = [values.nodes, values.accounts, values.transfers].map(Number);
  if (![1, 4].includes(nodes)) throw new Error('--nodes is 1 or 4');
  if (!(accounts > 0 && transfers >= accounts)) throw new Error('--transfers is at least --accounts');
  const each = Math.floor(transfers / accounts);

  const { node, stop } = await start(nodes, accounts);
  try {
    let begin = Date.now();
    const since = () => (Date.now() - begin) / 1000;
    const all = await signAll({ accounts, each, ws: node.ws });
    console.log(`${all.length} transfers of ${accounts} accounts signed in ${since().toFixed(1)} s`);

    const height = Number((await rpc(node.rpcPort, 'chain_getHeader')).number);
    const blocks = new Blocks(node.rpcPort, height + 1);
    let following = true;
    const follow = (async () => {
      while (following) {
        await blocks.follow().catch(() => {});
        await sleep(200);
      }
    })();
    begin = Date.now();
    const { taken, refusals } = await sendAll(node.ws, all, (sent) => sent - blocks.final < IN_FLIGHT);
    const sending = since();
    await until('all are in blocks, or nothing comes any more', () => blocks.included >= taken || blocks.empty >= 10);
    following = false;
    await follow;

    // From the first block with transfers to the last, by the timestamps of the blocks.
    const full = blocks.counts.filter(({ signed }) => signed > 0);
    const api = await connect(node);
    const time = async ({ height }) => {
      const at = await api.at(await api.rpc.chain.getBlockHash(height));
      return (await at.query.timestamp.now()).toNumber();
    };
    const seconds = ((await time(full.at(-1))) - (await time(full[0]))) / 1000;
    await api.disconnect();
    const between = full.slice(1).reduce((sum, { signed }) => sum + signed, 0);
    const fullest = Math.max(...full.map(({ signed }) => signed));
    console.log(`taken by the pool        ${(taken / sending).toFixed(0)} a second`);
    console.log(`in blocks                ${(between / seconds).toFixed(0)} a second, over ${full.length} blocks`);
    console.log(`the fullest block        ${fullest}`);
    console.log(`refused by the pool      ${all.length - taken}`);
    console.log(`taken, and lost          ${taken - blocks.included}`);
    for (const [message, count] of refusals) console.log(`  ${count} × ${message}`);
  } finally {
    await stop();
  }
}

if (isMainThread) await main();
else parentPort.postMessage(await sign(workerData));
