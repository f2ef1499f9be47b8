// Decides something by referendum, as holders would.
import { account, eventOf, send, SLN } from './polkadot-js.mjs';
import { until } from './wait.mjs';

/** Holders of a test chain whose votes together pass a referendum. */
export function holders() {
  return Promise.all(['Alice', 'Bob', 'Charlie', 'Dave'].map((name) => account(name)));
}

/**
 * Proposes a call on a track, votes for it with the voters' tokens, and waits until its enactment is final: of several
 * nodes' blocks, some are not. Answers with the result of its dispatch, and the seconds it took.
 */
export async function decide(api, call, { origin, proposer, voters, stake = 500_000n * SLN, seconds = 180 }) {
  const begin = Date.now();
  const encoded = call.method.toHex();
  const hash = call.method.hash.toHex();
  const final = { finalized: true };

  const proposal = { Lookup: { hash, len: (encoded.length - 2) / 2 } };
  const submit = [api.tx.preimage.notePreimage(encoded), api.tx.referenda.submit(origin, proposal, { After: 2 })];
  const submitted = await send(api, api.tx.utility.batchAll(submit), proposer, final);
  const index = eventOf(submitted.events, 'referenda', 'Submitted').data.index.toNumber();
  const { block } = await send(api, api.tx.referenda.placeDecisionDeposit(index), proposer, final);
  const vote = { Standard: { vote: { aye: true, conviction: 'Locked1x' }, balance: stake } };
  await Promise.all(voters.map((voter) => send(api, api.tx.convictionVoting.vote(index, vote), voter)));

  const dispatched = await enacted(api, index, block, seconds - (Date.now() - begin) / 1000);
  return { index, dispatched, seconds: (Date.now() - begin) / 1000 };
}

/**
 * Waits for the scheduler to dispatch what a referendum has approved, in a final block after this one, and answers
 * with the result.
 */
async function enacted(api, index, after, seconds) {
  const name = referendumTaskName(api, index);
  const height = async (hash) => (await api.rpc.chain.getHeader(hash)).number.toNumber();
  let next = (await height(after)) + 1;
  return until(
    `referendum ${index} is enacted`,
    async () => {
      for (const head = await height(await api.rpc.chain.getFinalizedHead()); next <= head; next += 1) {
        const { query } = await api.at(await api.rpc.chain.getBlockHash(next));
        for (const { event } of await query.system.events()) {
          if (
            event.section === 'scheduler' &&
            event.method === 'Dispatched' &&
            event.data.id.unwrapOr(undefined)?.eq(name)
          ) {
            return event.data.result;
          }
        }
      }
      return undefined;
    },
    { seconds },
  );
}

/** The name under which referenda schedules an enactment: a hash of its lock identifier, the word and the index. */
function referendumTaskName(api, index) {
  const tuple = api.registry.createType('([u8; 8], Text, u32)', ['assembly', 'enactment', index]);
  return api.registry.hash(tuple.toU8a());
}

/**
 * Applies an upgrade that was authorised: anyone may, and nobody signs or pays. Answers with the events of the
 * transaction.
 */
export async function applyUpgrade(api, code) {
  let answer;
  const unsubscribe = await api.tx.system.applyAuthorizedUpgrade(code).send(({ status, events }) => {
    if (status.isInBlock) answer ??= { events: events.map(({ event }) => event) };
    else if (status.isInvalid || status.isDropped || status.isUsurped) answer ??= { failed: status.type };
  });
  try {
    const { events, failed } = await until('the upgrade is in a block', () => answer);
    if (failed) throw new Error(`the transaction is ${failed}`);
    return events;
  } finally {
    unsubscribe();
  }
}
