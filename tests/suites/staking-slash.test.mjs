// Bonds, slashes and rewards on a fast chain, from the view of an operator.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { decide } from '../harness/governance.mjs';
import { BEST, papiClient } from '../harness/papi.mjs';
import { account, connect, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { quickNode } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';

/** A score of one point, in the chain's unit. */
const POINT = 1_000_000_000n;

/** The minimum bond of a service node. */
const BOND = 1_000n * SLN;

const NODE_ROLE = 'ServiceNode';

let node;
let api;
let client;
let views;
let alice, bob, charlie, dave, eve, ferdie;

before(async () => {
  node = await quickNode();
  api = await connect(node);
  client = papiClient(node);
  views = client.getUnsafeApi().view.StakingSlash;
  const names = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'];
  [alice, bob, charlie, dave, eve, ferdie] = await Promise.all(names.map((name) => account(name)));
});

after(async () => {
  client?.destroy();
  await api?.disconnect();
  await node?.stop();
});

const tx = () => api.tx.stakingSlash;
const held = async (who) => {
  const holds = await api.query.balances.holds(who.address);
  const bond = holds.find(({ id }) => id.isStakingSlash && id.asStakingSlash.isBond);
  return bond ? bond.amount.toBigInt() : 0n;
};
/** Waits until both clients agree, because one client's best block may be older. */
const isSoon = (who, activity) =>
  until(`${who.meta.name ?? who.address} is ${activity}`, async () => {
    const now = await views.activity(who.address, BEST);
    return now.type === activity;
  });
const height = async () => (await api.rpc.chain.getHeader()).number.toNumber();
const reached = (block) => until(`block ${block}`, async () => (await height()) >= block, { seconds: 20 + 2 * block });

/** The block at which Charlie's unbonding matures, which the last test uses. */
let freeAt;

test('an operator bonds, names its keys, rests, works again, and begins to leave', async () => {
  await send(api, tx().bond(NODE_ROLE, BOND / 2n), charlie);
  await isSoon(charlie, 'BelowMinimum');
  await send(api, tx().bondExtra(BOND / 2n), charlie);
  await isSoon(charlie, 'Active');
  assert.equal(await held(charlie), BOND);

  const operator = await account('Charlie//operator');
  await send(api, api.tx.balances.transferKeepAlive(operator.address, SLN), charlie);
  await send(api, tx().setOperator(operator.address), charlie);
  await send(api, tx().operateFor(charlie.address), operator);
  await assert.rejects(send(api, tx().unbond(1n), operator), /stakingSlash\.NotBonded/);
  await send(api, tx().setServiceKey((await account('Charlie//service')).address), charlie);
  await until('the operator is known', async () => {
    const ledger = await views.ledger(charlie.address, BEST);
    return ledger?.operator === operator.address;
  });

  await send(api, tx().chill(), charlie);
  await isSoon(charlie, 'Chilled');
  await send(api, tx().activate(), charlie);

  await send(api, tx().unbond(BOND), charlie);
  await send(api, tx().rebond(BOND / 4n), charlie);
  const { events } = await send(api, tx().unbond(BOND / 4n), charlie);
  freeAt = eventOf(events, 'stakingSlash', 'Unbonded').data.until.toNumber();
  await assert.rejects(send(api, tx().withdrawUnbonded(), charlie), /stakingSlash\.NothingToWithdraw/);
  assert.equal(await held(charlie), BOND);
  await assert.rejects(send(api, tx().withdrawUnbonded(), charlie), /stakingSlash\.NothingToWithdraw/);
});

test('what makes no sense is refused with an error that says so, and changes nothing', async () => {
  const before = await held(dave);
  for (const [call, signer, error] of [
    [tx().bond(NODE_ROLE, 1n), dave, 'BondTooSmall'],
    [tx().bond(NODE_ROLE, BOND), charlie, 'AlreadyBonded'],
    [tx().bondExtra(BOND), dave, 'NotBonded'],
    [tx().bondExtra(0n), charlie, 'ZeroAmount'],
    [tx().unbond(BOND), charlie, 'NotEnoughBonded'],
    [tx().rebond(2n * BOND), charlie, 'NotEnoughUnbonding'],
    [tx().activate(), charlie, 'AlreadyActive'],
    [tx().operateFor(charlie.address), dave, 'NotNamed'],
    [tx().stopOperating(), dave, 'NotOperating'],
    [tx().setServiceKey(dave.address), alice, 'NotServiceNode'],
    [tx().appeal(77), charlie, 'NoSuchSlash'],
    [tx().applySlash(77), charlie, 'NoSuchSlash'],
    [tx().payout(dave.address), charlie, 'NotBonded'],
    [tx().payout(charlie.address), charlie, 'NothingToPay'],
    [tx().fundPool(NODE_ROLE, 0n), charlie, 'ZeroAmount'],
  ]) {
    await assert.rejects(send(api, call, signer), new RegExp(`stakingSlash\\.${error}$`));
  }
  for (const call of [
    tx().forceSlash(charlie.address, 'Whole', null),
    tx().cancel(0),
    tx().rule(0, true),
    tx().setParams(await api.query.stakingSlash.parameters()),
  ]) {
    await assert.rejects(send(api, call, charlie), /BadOrigin/);
  }
  assert.equal(await held(dave), before);
  await assert.rejects(send(api, tx().bond(NODE_ROLE, 10_000_000n * SLN), dave), /FundsUnavailable/);
});

test('a slash is applied to one node, appealed and restored to another, and a third is rewarded', async (t) => {
  for (const who of [bob, dave, eve]) await send(api, tx().bond(NODE_ROLE, 2n * BOND), who);
  const forced = await decide(
    api,
    api.tx.utility.batchAll([
      api.tx.sla.forceScore(NODE_ROLE, bob.address, 50n * POINT),
      tx().forceSlash(dave.address, 'Rate', ferdie.address),
      tx().forceSlash(eve.address, 'Rate', ferdie.address),
    ]),
    { origin: { system: 'Root' } },
  );
  assert.ok(forced.dispatched.isOk, forced.dispatched.toString());
  const [slash] = await until('the slash is seen', async () => {
    const pending = await views.pending_slashes(eve.address, BEST);
    return pending.length > 0 && pending;
  });
  const [id, { from_active: amount, due }] = slash;
  // With score 0 the slash is 30 %, which is set aside at once and applied later.
  assert.equal(amount, (2n * BOND * 30n) / 100n);
  await isSoon(eve, 'Active');
  // Clients without views use the runtime API.
  assert.ok((await api.call.stakingSlashApi.activity(eve.address)).isActive);
  const [[idOfApi, slashOfApi]] = await api.call.stakingSlashApi.pendingSlashes(eve.address);
  assert.deepEqual([idOfApi.toNumber(), slashOfApi.due.toNumber()], [Number(id), due]);
  await assert.rejects(send(api, tx().appeal(id), bob), /stakingSlash\.NotOffender/);
  await assert.rejects(send(api, tx().applySlash(id), bob), /stakingSlash\.NotDue/);

  const appealed = await send(api, tx().appeal(id), eve);
  const later = eventOf(appealed.events, 'stakingSlash', 'SlashAppealed').data.due.toNumber();
  assert.ok(later > due, `${later} is not after ${due}`);
  await assert.rejects(send(api, tx().appeal(id), eve), /stakingSlash\.AlreadyAppealed/);
  const review = decide(api, tx().rule(id, false), { origin: { Origins: 'SlashReview' } });

  // Meanwhile the pool is filled, and Dave's slash becomes due.
  const victimHad = await free(api, ferdie.address);
  await send(api, tx().fundPool(NODE_ROLE, 100n * SLN), ferdie);
  // The first block of a session applies no slashes, so it is applied in the next block if that is the due one.
  await reached(due + 1);
  assert.equal(await held(dave), 2n * BOND - amount);
  const paid = (await free(api, ferdie.address)) - victimHad;
  assert.ok(paid > amount / 2n - 101n * SLN && paid <= amount / 2n - 100n * SLN, `${paid}`);

  const { dispatched, seconds } = await review;
  t.diagnostic(`a review from preimage to ruling: ${seconds.toFixed(1)} s`);
  assert.ok(dispatched.isOk, dispatched.toString());
  assert.equal(await held(eve), 2n * BOND);
  await until('nothing is set aside', async () => {
    const [pending, ledger] = await Promise.all([
      views.pending_slashes(eve.address, BEST),
      views.ledger(eve.address, BEST),
    ]);
    return pending.length === 0 && ledger.active === 2n * BOND;
  });
  const holds = await api.query.balances.holds(eve.address);
  const reasons = holds.map(({ id }) => id.asStakingSlash.toString()).toSorted();
  assert.deepEqual(reasons, ['Bond', 'Storage'], 'the deposit of the appeal has returned');

  // Only Bob has a score, so he receives the whole pool.
  const claimable = await until(
    'the pool has streamed',
    async () => {
      const amount = await views.claimable(bob.address, BEST);
      return amount > 99n * SLN && amount;
    },
    { seconds: 90 },
  );
  assert.ok((await api.call.stakingSlashApi.claimable(bob.address)).toBigInt() >= claimable);
  const bobHad = await free(api, bob.address);
  await send(api, tx().payout(bob.address), alice);
  assert.ok((await free(api, bob.address)) - bobHad >= claimable);
});

test('what was withdrawn is free when its time has come, and not before', async () => {
  await reached(freeAt);
  await send(api, tx().withdrawUnbonded(), charlie);
  assert.equal(await held(charlie), 0n);
  await isSoon(charlie, 'NotBonded');
});
