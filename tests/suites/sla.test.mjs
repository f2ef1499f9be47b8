// Scores on a fast chain: the constants of the source, and their changes by governance.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { decide, decideAll } from '../harness/governance.mjs';
import { BEST, papiClient } from '../harness/papi.mjs';
import { account, connect, send } from '../harness/polkadot-js.mjs';
import { quickNode } from '../harness/spec.mjs';

/** A score or delta of one point, in the chain's unit. */
const POINT = 1_000_000_000n;

let node;
let api;
let views;
let client;
let alice;
let bob;

before(async () => {
  node = await quickNode();
  api = await connect(node);
  client = papiClient(node);
  views = client.getUnsafeApi().view.Sla;
  [alice, bob] = await Promise.all(['Alice', 'Bob'].map((name) => account(name)));
});

after(async () => {
  client?.destroy();
  await api?.disconnect();
  await node?.stop();
});

const SLA_ADMIN = { Origins: 'SlaAdmin' };

test('every default delta, target and threshold of the source is a constant of its name', () => {
  const expected = {
    vaultSLATarget: 100n,
    stakedRelayerSLATarget: 100n,
    failedRedeem: -100n,
    executedIssue: 4n,
    submitIssueProof: 1n,
    blockSubmission: 1n,
    correctNoData: 1n,
    correctInvalid: 10n,
    correctTheft: 1n,
    correctOracleOffline: 1n,
    falseNoData: -10n,
    falseInvalid: -100n,
    ignoredVote: -10n,
    missedDuty: -10n,
  };
  for (const [name, points] of Object.entries(expected)) {
    assert.equal(api.consts.sla[name].toBigInt(), points * POINT, name);
  }
  assert.equal(api.consts.sla.liquidationThreshold.toBigInt(), (POINT * 11n) / 10n);
  assert.equal(api.consts.sla.premiumRedeemThreshold.toBigInt(), (POINT * 13n) / 10n);
  assert.equal(api.consts.sla.volumeWindow.toNumber(), 100);
});

test('the source names are those of the metadata, letter by letter', () => {
  const pallet = api.runtimeMetadata.asLatest.pallets.find(({ name }) => name.eq('Sla'));
  const names = pallet.constants.map(({ name }) => name.toString());
  for (const name of ['VaultSLATarget', 'StakedRelayerSLATarget', 'FailedRedeem', 'FalseInvalid', 'IgnoredVote']) {
    assert.ok(names.includes(name), name);
  }
});

test('nobody but governance sets anything', async () => {
  for (const call of [
    api.tx.sla.setDelta('CorrectTheft', POINT),
    api.tx.sla.setThresholds(POINT, POINT),
    api.tx.sla.setTarget('Anchor', POINT),
    api.tx.sla.forceScore('Anchor', alice.address, POINT),
  ]) {
    await assert.rejects(send(api, call, alice), /BadOrigin/);
  }
});

test('referenda change deltas and thresholds, and the table, the rate and the next score follow', async () => {
  const who = bob.address;
  assert.equal(await views.slash_rate(who, BEST), 300_000_000);

  const [changed, broken] = await decideAll(
    api,
    [
      api.tx.utility.batchAll([
        api.tx.sla.setDelta('CorrectTheft', 3n * POINT),
        api.tx.sla.setThresholds((POINT * 12n) / 10n, (POINT * 14n) / 10n),
      ]),
      // A delta with the wrong sign is refused with its own error.
      api.tx.sla.setDelta('FailedRedeem', POINT),
    ].map((call) => ({ call, origin: SLA_ADMIN })),
  );
  assert.ok(changed.dispatched.isOk, changed.dispatched.toString());
  assert.ok(broken.dispatched.isErr);
  assert.equal(api.registry.findMetaError(broken.dispatched.asErr.asModule).name, 'PenaltyAboveZero');

  const row = (await views.deltas(BEST)).find(({ action }) => action.type === 'CorrectTheft');
  assert.deepEqual([row.default, row.current], [POINT, 3n * POINT]);
  assert.equal(await views.slash_rate(who, BEST), 400_000_000);
  assert.equal(await views.slash_amount(who, 1_000n, false, BEST), 400n);
  assert.equal(await views.slash_amount(who, 1_000n, true, BEST), 1_400n);

  const forced = await decide(api, api.tx.sla.forceScore('ServiceNode', who, 50n * POINT), { origin: SLA_ADMIN });
  assert.ok(forced.dispatched.isOk, forced.dispatched.toString());
  assert.equal(await views.score({ type: 'ServiceNode' }, who, BEST), 50n * POINT);
  assert.equal(await views.slash_rate(who, BEST), 300_000_000);
  const stored = await api.query.sla.scores('ServiceNode', who);
  assert.equal(stored.toBigInt(), 50n * POINT);
  // Clients without views use the runtime API.
  assert.equal((await api.call.slaApi.score('ServiceNode', who)).toBigInt(), 50n * POINT);
  assert.equal((await api.call.slaApi.slashRate(who)).toNumber(), 300_000_000);
});
