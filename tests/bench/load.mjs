// Measures transfers, and cash-outs of payments, per second: `make bench-load`.
//
// Signs transactions of many accounts first, then sends them to one node as fast as it accepts them, and counts them in
// blocks. This measures the node (pool, author and runtime) beside a client that only sends. On a single node, batches of
// cash-outs come first: one session per account, with promises that rise from batch to batch. Transfers follow.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { u8aToHex } from '@polkadot/util';
import { WebSocket } from 'ws';
import { localNetwork } from '../harness/network.mjs';
import { AS_ALICE, Node } from '../harness/node.mjs';
import { account, clock, connect, send, SLN } from '../harness/polkadot-js.mjs';
import { finalizedHeight, rpc } from '../harness/rpc.mjs';
import { chainLike, endow } from '../harness/spec.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { signPromise, substrateKey } from '../tools/promise.mjs';

/**
 * The flags of a node for many transactions. The pool keeps transactions until they are final, and reaches the default
 * limit of 8,192 within seconds. A full pool refuses some transactions and drops others.
 */
const POOL = ['--pool-limit=32768', '--pool-kbytes=65536'];
/** The maximum number of sent transfers, and of batches, that are not yet final. */
const IN_FLIGHT = { transfers: 8_000, batches: 500 };
/** The number of connections to the node, and of concurrent requests on each. */
const CONNECTIONS = 4;
const REQUESTS = 64;
/** The time after which a sender that may not go on gives up, in milliseconds. */
const PATIENCE = 60_000;
/** The number of threads that sign. */
const SIGNERS = cpus().length;

const DESTINATION = 'Load//destination';
const accountName = (index) => `Load//${index}`;

/** The number of promises in a batch of cash-outs. */
const BATCH = 100;
/** The service node that is paid. */
const PAYEE = 'Load//payee';
const submitterName = (group) => `Load//submitter//${group}`;
/** The deposit of a session, and the amount of each promise above the one before. */
const [DEPOSIT, STEP] = [SLN / 2n, SLN / 1000n];

/** Signs the transfers of every SIGNERS-th account. */
async function sign({ accounts, each, first, offset, ws }) {
  const api = await connect({ ws });
  const options = { era: 0, blockHash: api.genesisHash, genesisHash: api.genesisHash };
  const destination = (await account(DESTINATION)).address;
  const signed = [];
  for (let index = offset; index < accounts; index += SIGNERS) {
    const pair = await account(accountName(index));
    const transfers = [];
    for (let nonce = 0; nonce < each; nonce += 1) {
      const tx = api.tx.balances.transferKeepAlive(destination, 1_000_000n + BigInt(nonce));
      transfers.push(tx.sign(pair, { ...options, nonce: first + nonce, runtimeVersion: api.runtimeVersion }).toHex());
    }
    signed.push(transfers);
  }
  await api.disconnect();
  return signed;
}

/** Signs the batches of every SIGNERS-th group of sessions. */
async function signBatches({ sessions, each, offset, ws }) {
  const api = await connect({ ws });
  const options = { era: 0, blockHash: api.genesisHash, genesisHash: api.genesisHash };
  const genesis = api.genesisHash.toHex();
  const signed = [];
  for (let group = offset; group * BATCH < sessions.length; group += SIGNERS) {
    const submitter = await account(submitterName(group));
    const members = sessions
      .slice(group * BATCH, (group + 1) * BATCH)
      .map(({ session, name }) => ({ session, key: substrateKey(`//${name}`, 'sr25519') }));
    const batches = [];
    for (let nonce = 0; nonce < each; nonce += 1) {
      const amount = STEP * BigInt(nonce + 1);
      const promises = [];
      for (const { session, key } of members) {
        promises.push([session, await signPromise(key, { genesis, session, amount })]);
      }
      const tx = api.tx.payments.cashOutMany(promises);
      batches.push(tx.sign(submitter, { ...options, nonce, runtimeVersion: api.runtimeVersion }).toHex());
    }
    signed.push(batches);
  }
  await api.disconnect();
  return signed;
}

/** Bonds the payee, and opens a session of each account. Returns the ids with the names of the accounts. */
async function openSessions(api, accounts) {
  const payee = await account(PAYEE);
  await send(api, api.tx.stakingSlash.bond('ServiceNode', 1_000n * SLN), payee);
  const expiry = (await clock(api)) + 1_500;
  const names = Array.from({ length: accounts }, (_, index) => accountName(index));
  const pairs = await Promise.all(names.map((name) => account(name)));
  for (const [index, pair] of pairs.entries()) {
    const signer = { Sr25519: u8aToHex(pair.publicKey) };
    const tx = api.tx.payments.openSession(payee.address, DEPOSIT, signer, expiry);
    const nonce = (await api.rpc.system.accountNextIndex(pair.address)).toNumber();
    await tx.signAsync(pair, { nonce });
    await api.rpc.author.submitExtrinsic(tx);
    if (index % 1_000 === 999) await sleep(2_000);
  }
  const byPayer = new Map(pairs.map(({ address }, index) => [address, names[index]]));
  return until(
    'all sessions are open',
    async () => {
      const entries = await api.query.payments.sessions.entries();
      if (entries.length < accounts) return false;
      return entries
        .map(([key, session]) => ({
          session: key.args[0].toBigInt(),
          name: byPayer.get(session.unwrap().payer.toString()),
        }))
        .toSorted((one, other) => Number(one.session - other.session));
    },
    { seconds: 120, every: 1000 },
  );
}

/** Fails unless every session has paid this amount. */
async function checkPaid(node, amount) {
  const api = await connect(node);
  const sessions = (await api.query.payments.sessions.entries()).map(([, session]) => session.unwrap());
  await api.disconnect();
  const unpaid = sessions.filter(({ spent }) => spent.toBigInt() !== amount).length;
  if (unpaid > 0) throw new Error(`${unpaid} of ${sessions.length} sessions have not paid all of their promises`);
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
  let refused = 0;
  let next = 0;
  let moved = Date.now();
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
        if (!mayGoOn(next - refused)) {
          if (Date.now() - moved > PATIENCE)
            throw new Error('the node lost transactions: nothing becomes final any more');
          await sleep(20);
          continue;
        }
        moved = Date.now();
        const id = next;
        next += 1;
        const error = await request(id, [transfers[id]]);
        if (error) {
          refusals.set(error.message, (refusals.get(error.message) ?? 0) + 1);
          refused += 1;
        } else taken += 1;
      }
    };
    await Promise.all(Array.from({ length: REQUESTS }, requests));
    socket.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  return { taken, refusals };
}

async function start(nodes, accounts) {
  const named = async (names) => (await Promise.all(names.map((name) => account(name)))).map(({ address }) => address);
  const many = await named([...Array.from({ length: accounts }, (_, index) => accountName(index)), DESTINATION]);
  const few = await named([
    PAYEE,
    ...Array.from({ length: Math.ceil(accounts / BATCH) }, (_, group) => submitterName(group)),
  ]);
  const change = (patch) => {
    endow(many, 2)(patch);
    endow(few, 2_000)(patch);
  };
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

/** Sends signed transactions, and prints how many of them (times `units`) were included per second. */
async function measure(node, what, all, units = 1) {
  const height = Number((await rpc(node.rpcPort, 'chain_getHeader')).number);
  const blocks = new Blocks(node.rpcPort, height + 1);
  let following = true;
  const follow = (async () => {
    while (following) {
      await blocks.follow().catch(() => {});
      await sleep(200);
    }
  })();
  const begin = Date.now();
  const { taken, refusals } = await sendAll(
    node.ws,
    all,
    (sent) => sent - blocks.final < IN_FLIGHT[units === 1 ? 'transfers' : 'batches'],
  );
  const sending = (Date.now() - begin) / 1000;
  await until('all are in blocks, or nothing comes any more', () => blocks.included >= taken || blocks.empty >= 10, {
    seconds: 300,
  });
  following = false;
  await follow;

  // From the first block with transactions to the last, by the timestamps of the blocks.
  const full = blocks.counts.filter(({ signed }) => signed > 0);
  if (full.length < 2) throw new Error(`${what}: fewer than two blocks contain any of them`);
  const api = await connect(node);
  const time = async ({ height }) => {
    const at = await api.at(await api.rpc.chain.getBlockHash(height));
    return (await at.query.timestamp.now()).toNumber();
  };
  const seconds = ((await time(full.at(-1))) - (await time(full[0]))) / 1000;
  const fullest = full.toSorted((one, other) => other.signed - one.signed)[0];
  const at = await api.at(await api.rpc.chain.getBlockHash(fullest.height));
  const used = (await at.query.system.blockWeight()).normal.refTime.toBigInt();
  const most = api.consts.system.blockWeights.perClass.normal.maxTotal.unwrap().refTime.toBigInt();
  await api.disconnect();
  const between = full.slice(1).reduce((sum, { signed }) => sum + signed, 0);
  console.log(what);
  console.log(`  taken by the pool        ${((units * taken) / sending).toFixed(0)} per second`);
  const span = full.at(-1).height - full[0].height + 1;
  console.log(
    `  in blocks                ${((units * between) / seconds).toFixed(0)} per second, ` +
      `in ${full.length} of ${span} blocks, over ${seconds.toFixed(0)} s`,
  );
  console.log(`  in the fullest block     ${units * fullest.signed}, with ${(100n * used) / most} % of its weight`);
  console.log(`  refused by the pool      ${units * (all.length - taken)}`);
  console.log(`  accepted, then lost      ${units * (taken - blocks.included)}`);
  for (const [message, count] of refusals) console.log(`    ${count} × ${message}`);
}

async function main() {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '1' },
      accounts: { type: 'string', default: '1000' },
      transfers: { type: 'string', default: '30000' },
      'cash-outs': { type: 'string', default: '100000' },
    },
  });
  const [nodes, accounts, transfers, cashOuts] = [
    values.nodes,
    values.accounts,
    values.transfers,
    values['cash-outs'],
  ].map(Number);
  if (![1, 4].includes(nodes)) throw new Error('--nodes is 1 or 4');
  if (!(accounts > 0 && transfers >= accounts)) throw new Error('--transfers is at least --accounts');
  if (accounts % BATCH !== 0) throw new Error(`--accounts is a multiple of ${BATCH}`);
  const each = Math.floor(transfers / accounts);
  const perSession = Math.floor(cashOuts / accounts);
  if (!(perSession > 0)) throw new Error('--cash-outs is at least --accounts');
  if (STEP * BigInt(perSession) > DEPOSIT) throw new Error(`--cash-outs is at most ${DEPOSIT / STEP} times --accounts`);

  const { node, stop } = await start(nodes, accounts);
  try {
    let begin = Date.now();
    const since = () => ((Date.now() - begin) / 1000).toFixed(1);
    if (nodes === 1) {
      const api = await connect(node);
      const sessions = await openSessions(api, accounts);
      await api.disconnect();
      console.log(`${sessions.length} sessions opened in ${since()} s`);
      begin = Date.now();
      const batches = await signAll({ kind: 'batches', sessions, each: perSession, ws: node.ws });
      console.log(`${batches.length} batches of ${BATCH} cash-outs signed in ${since()} s`);
      await measure(node, 'cash-outs in batches', batches, BATCH);
      await checkPaid(node, STEP * BigInt(perSession));
    }
    begin = Date.now();
    // Each account has sent one transaction to open its session.
    const all = await signAll({ kind: 'transfers', accounts, each, first: nodes === 1 ? 1 : 0, ws: node.ws });
    console.log(`${all.length} transfers of ${accounts} accounts signed in ${since()} s`);
    await measure(node, 'transfers', all);
  } finally {
    await stop();
  }
}

if (isMainThread) await main();
else parentPort.postMessage(await (workerData.kind === 'batches' ? signBatches : sign)(workerData));
