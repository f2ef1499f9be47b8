// Four anchors and an elected fifth one: duty with all seats, duty with one seat down, and the authors after an election.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { coSign, currentDuty, nextSnapshot, write } from '../harness/anchors.mjs';
import { temporaryFolder } from '../harness/folder.mjs';
import { createKeys, stand } from '../harness/candidacy.mjs';
import { decide } from '../harness/governance.mjs';
import { startTogether } from '../harness/network.mjs';
import { Node } from '../harness/node.mjs';
import { account, connect, send, SLN } from '../harness/polkadot-js.mjs';
import { finalizedHeight } from '../harness/rpc.mjs';
import { chainLike, NETWORK_TEMPO } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';

const NAMES = ['Alice', 'Bob', 'Charlie', 'Dave'];

/** A score of one point, in the chain's unit. */
const POINT = 1_000_000_000n;

const nodes = {};
const pairs = {};
let api;

before(async () => {
  const folder = temporaryFolder();
  const spec = await chainLike('local', { tempo: NETWORK_TEMPO });
  for (const name of [...NAMES, 'Eve', 'Ferdie']) pairs[name] = await account(name);
  const starter = (name) => (bootnodes) => {
    const own = name === 'Eve' ? ['--validator', '--name=Eve', '--rpc-methods=unsafe'] : [`--${name.toLowerCase()}`];
    const base = `--base-path=${path.join(folder, name)}`;
    return Node.start([`--chain=${spec}`, base, '--unsafe-force-node-key-generation', ...own, ...bootnodes]);
  };
  const names = [...NAMES, 'Eve'];
  for (const [index, node] of (await startTogether(names.map(starter))).entries()) nodes[names[index]] = node;
  api = await connect(nodes.Alice);
});

after(async () => {
  await api?.disconnect();
  await Promise.all(Object.values(nodes).map((node) => node.stop()));
});

const nameOf = (address) => Object.keys(pairs).find((name) => pairs[name].address === address);
const height = async () => (await api.rpc.chain.getHeader()).number.toNumber();

/** Returns an interval without a snapshot, with the names in its order of duty. */
async function nextInterval(after) {
  return until('an interval begins', async () => {
    const duty = await currentDuty(api);
    return duty.interval > after && { ...duty, names: duty.order.map(({ who }) => nameOf(who)) };
  });
}

/**
 * Writes the snapshot of an interval as the seat at this place of the order, with co-signatures of these seats. Returns
 * the changed scores by name, or nothing if it was too late, which happens with five nodes on one machine.
 */
async function writeAt(duty, place, signers) {
  await until('its turn', async () => (await height()) >= duty.start + 2 * place, { every: 100 });
  const snapshot = await nextSnapshot(api, duty);
  const writer = pairs[duty.names[place]];
  const keys = Object.fromEntries(signers.map((name) => [pairs[name].address, pairs[name]]));
  try {
    const { events } = await write(api, writer, snapshot, coSign(api, writer, snapshot, keys));
    const changes = events.filter(({ section, method }) => section === 'sla' && method === 'UpdateSLA');
    return Object.fromEntries(
      changes.map(({ data }) => [
        nameOf(data.account.toString()),
        { score: data.totalScore.toBigInt(), delta: data.delta.toBigInt() },
      ]),
    );
  } catch (error) {
    // Its block, or an ancestor of it, was replaced by another one.
    if (
      /anchors\.(AlreadyWritten|WrongInterval|WrongParent|NotYourTurn)$|Priority is too low|Usurped|transaction is Invalid/.test(
        error.message,
      )
    ) {
      return undefined;
    }
    throw error;
  }
}

/** The anchor whose node is stopped. */
let down;

test('every seat writes in its turn, and when one is down, a backup does and the score falls', async (t) => {
  // The first in order writes and earns a point, until a seat with a point is first again: the node of that seat is stopped.
  const earned = new Set();
  let duty;
  for (;;) {
    duty = await nextInterval(duty?.interval ?? 0);
    const [first] = duty.names;
    // The node that serves the requests keeps running.
    if (first === 'Alice') continue;
    if (earned.has(first)) break;
    const changes = await writeAt(duty, 0, NAMES);
    if (!changes) continue;
    assert.deepEqual(changes, { [first]: { score: POINT, delta: POINT } });
    earned.add(first);
  }

  let changes;
  do {
    if (!down) {
      [down] = duty.names;
      await nodes[down].stop('SIGKILL');
    } else {
      duty = await nextInterval(duty.interval);
    }
    const others = NAMES.filter((name) => name !== down);
    changes = await writeAt(duty, duty.names[0] === down ? 1 : 0, others);
  } while (duty.names[0] !== down || !changes);
  const backup = duty.names[1];
  // It has lost its point, in this interval or in one that nobody wrote in time.
  assert.equal(changes[down].score, 0n);
  assert.ok(changes[down].delta <= 0n);
  assert.equal(changes[backup].delta, POINT);
  t.diagnostic(`${down} was down`);
});

test('an election changes the set: the new anchor authors and finalises, the removed one no longer does', async (t) => {
  const eve = pairs.Eve;
  await stand(api, eve, await createKeys(api, nodes.Eve, eve));
  const admitted = await decide(api, api.tx.anchors.admit(eve.address), {
    origin: { Origins: 'AnchorAdmin' },
  });
  assert.ok(admitted.dispatched.isOk, admitted.dispatched.toString());

  const removed = NAMES.findLast((name) => name !== down && name !== 'Alice');
  const kept = NAMES.filter((name) => name !== removed);
  const approved = [eve.address, ...kept.map((name) => pairs[name].address)];
  const begin = Date.now();
  await send(api, api.tx.anchors.vote(approved, 100_000n * SLN), pairs.Ferdie);

  const validators = async () => (await api.query.session.validators()).map((who) => nameOf(who.toString()));
  const seated = await until(
    'Eve sits',
    async () => {
      const names = await validators();
      return names.includes('Eve') && names;
    },
    { seconds: 180 },
  );
  t.diagnostic(`from the vote to the seat: ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  assert.deepEqual(seated.toSorted(), ['Eve', ...kept].toSorted());

  // With one of four seats down, all other three must vote to finalise a block, including Eve.
  const since = await height();
  const authors = new Set();
  let next = since + 2;
  await until(
    'Eve authors, and what she authors is final',
    async () => {
      for (const head = await finalizedHeight(nodes.Alice.rpcPort); next <= head; next += 1) {
        const header = await api.derive.chain.getHeader(await api.rpc.chain.getBlockHash(next));
        // What was the best chain may have been replaced by one whose session began some blocks later.
        const parent = await api.at(header.parentHash);
        const set = (await parent.query.session.validators()).map((who) => nameOf(who.toString()));
        if (set.includes('Eve')) authors.add(nameOf(header.author.toString()));
      }
      return authors.has('Eve') && next > since + 12;
    },
    { seconds: 120 },
  );
  assert.ok(!authors.has(removed), [...authors].join());
});
