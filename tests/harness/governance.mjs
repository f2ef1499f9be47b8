// Decides calls by referendum, as holders would.
import { account, eventsOf, send, SLN } from './polkadot-js.mjs';
import { until } from './wait.mjs';

/** The voters of the tests, with their SLN. The first four have a sixth of all tokens, all ten have two thirds. */
const STAKES = {
  Alice: 500_000n,
  Bob: 500_000n,
  Charlie: 500_000n,
  Dave: 500_000n,
  'Alice//stash': 990_000n,
  'Bob//stash': 990_000n,
  'Charlie//stash': 990_000n,
  'Dave//stash': 990_000n,
  'Eve//stash': 990_000n,
  'Ferdie//stash': 990_000n,
};

/** Holders with enough votes for any referendum, from its first block on. */
export function holders() {
  return Promise.all(
    Object.entries(STAKES).map(async ([name, stake]) => ({ pair: await account(name), stake: stake * SLN })),
  );
}

/** Those of them who do nothing else, so that nobody sends two transactions at once with one of their accounts. */
export async function quietHolders() {
  return (await holders()).slice(4);
}

/** Holders with enough votes only after the required support has fallen. */
export async function fewHolders() {
  return (await holders()).slice(0, 4);
}

/**
 * Decides one call by referendum, see `decideAll`.
 *
 * @param {{ origin: object, proposer?: any, voters?: { pair: any, stake: bigint }[], seconds?: number, finalized?: boolean }} options
 */
export async function decide(api, call, options) {
  const { origin, ...rest } = options;
  const [decision] = await decideAll(api, [{ call, origin }], rest);
  return decision;
}

/**
 * Proposes calls, each on the track of its origin, votes for all of them, and waits until their enactments are final.
 * With `finalized: false` it waits only for the best block, which may still be replaced on a network. Returns, for each
 * call, the result of its dispatch, the number of blocks since its deposit, and the total seconds.
 *
 * @param {{ proposer?: any, voters?: { pair: any, stake: bigint }[], seconds?: number, finalized?: boolean }} [options]
 */
export async function decideAll(api, proposals, options = {}) {
  const { voters, seconds = 180, finalized = true, proposer = await account('Alice') } = options;
  const begin = Date.now();
  const final = { finalized };

  const submit = proposals.flatMap(({ call, origin }) => {
    const encoded = call.method.toHex();
    const proposal = { Lookup: { hash: call.method.hash.toHex(), len: (encoded.length - 2) / 2 } };
    return [api.tx.preimage.notePreimage(encoded), api.tx.referenda.submit(origin, proposal, { After: 2 })];
  });
  const submitted = await send(api, api.tx.utility.batchAll(submit), proposer, final);
  const indices = eventsOf(submitted.events, 'referenda', 'Submitted').map(({ data }) => data.index.toNumber());
  const deposits = indices.map((index) => api.tx.referenda.placeDecisionDeposit(index));
  const { block } = await send(api, api.tx.utility.batchAll(deposits), proposer, final);
  const votes = (stake) => {
    const vote = { Standard: { vote: { aye: true, conviction: 'Locked1x' }, balance: stake } };
    // One that is decided already takes no more votes, and the others still do.
    return api.tx.utility.forceBatch(indices.map((index) => api.tx.convictionVoting.vote(index, vote)));
  };
  await Promise.all((voters ?? (await holders())).map(({ pair, stake }) => send(api, votes(stake), pair)));

  return Promise.all(
    indices.map(async (index) => {
      const from = (await api.rpc.chain.getHeader(block)).number.toNumber();
      const left = seconds - (Date.now() - begin) / 1000;
      const { dispatched, height } = await enacted(api, index, { after: from, seconds: left, finalized });
      return { dispatched, blocks: height - from, seconds: (Date.now() - begin) / 1000 };
    }),
  );
}

/**
 * Waits until the scheduler dispatches an approved call in a block above this height, and returns the result and the
 * height.
 */
async function enacted(api, index, { after, seconds, finalized }) {
  const name = referendumTaskName(api, index);
  let next = after + 1;
  return until(
    `referendum ${index} is enacted`,
    async () => {
      const { chain } = api.rpc;
      const head = await (finalized ? chain.getHeader(await chain.getFinalizedHead()) : chain.getHeader());
      for (; next <= head.number.toNumber(); next += 1) {
        const { query } = await api.at(await api.rpc.chain.getBlockHash(next));
        for (const { event } of await query.system.events()) {
          if (
            event.section === 'scheduler' &&
            event.method === 'Dispatched' &&
            event.data.id.unwrapOr(undefined)?.eq(name)
          ) {
            return { dispatched: event.data.result, height: next };
          }
        }
      }
      return undefined;
    },
    { seconds },
  );
}

/** Returns the name of a referendum's scheduled enactment: a hash of the lock identifier, the word and the index. */
function referendumTaskName(api, index) {
  const tuple = api.registry.createType('([u8; 8], Text, u32)', ['assembly', 'enactment', index]);
  return api.registry.hash(tuple.toU8a());
}

/**
 * Applies an authorised upgrade with an unsigned transaction, and returns its events.
 */
export async function applyUpgrade(api, code) {
  let answer;
  const unsubscribe = await api.tx.system.applyAuthorizedUpgrade(code).send(({ status, events }) => {
    if (status.isInBlock) answer ??= { events: events.map(({ event }) => event) };
    else if (status.isInvalid || status.isDropped || status.isUsurped) answer ??= { failed: status.type };
  });
  try {
    const { events, failed } = await until('the upgrade is in a block', () => answer, { seconds: 120 });
    if (failed) throw new Error(`the transaction is ${failed}`);
    return events;
  } finally {
    unsubscribe();
  }
}
