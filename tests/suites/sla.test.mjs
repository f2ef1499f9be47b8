// Scores on the dev chain: the source's constants, and what governance makes of them.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { createClient } from 'polkadot-api';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';
import { decide, holders } from '../harness/governance.mjs';
import { Node } from '../harness/node.mjs';
import { connect, send } from '../harness/polkadot-js.mjs';

/** A score or delta of one point, as the chain counts. */
const POINT = 1_000_000_000n;

/** Views are of the last final block unless asked otherwise. */
const BEST = { at: 'best' };

let node;
let api;
let views;
let client;
let voters;

before(async () => {
  node = await Node.dev();
  api = await connect(node);
  client = createClient(getWsProvider(node.ws, { websocketClass: WebSocket }));
  views = client.getUnsafeApi().view.Sla;
  voters = await holders();
});

after(async () => {
  client?.destroy();
  await api?.disconnect();
  await node?.stop();
});

const bySlaAdmin = (call) => decide(api, call, { origin: { Origins: 'SlaAdmin' }, proposer: voters[0], voters });

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
    api.tx.sla.forceScore('Anchor', voters[0].address, POINT),
  ]) {
    await assert.rejects(send(api, call, voters[0]), /BadOrigin/);
  }
});

test('a referendum changes a delta and a threshold, and the table, the rate and the next score follow', async () => {
  const bob = voters[1].address;
  assert.equal(await views.slash_rate(bob, BEST), 300_000_000);

  const { dispatched } = await bySlaAdmin(
    api.tx.utility.batchAll([
      api.tx.sla.setDelta('CorrectTheft', 3n * POINT),
      api.tx.sla.setThresholds((POINT * 12n) / 10n, (POINT * 14n) / 10n),
    ]),
  );
  assert.ok(dispatched.isOk, dispatched.toString());

  const row = (await views.deltas(BEST)).find(({ action }) => action.type === 'CorrectTheft');
  assert.deepEqual([row.default, row.current], [POINT, 3n * POINT]);
  assert.equal(await views.slash_rate(bob, BEST), 400_000_000);
  assert.equal(await views.slash_amount(bob, 1_000n, false, BEST), 400n);
  assert.equal(await views.slash_amount(bob, 1_000n, true, BEST), 1_400n);

  const forced = await bySlaAdmin(api.tx.sla.forceScore('ServiceNode', bob, 50n * POINT));
  assert.ok(forced.dispatched.isOk, forced.dispatched.toString());
  assert.equal(await views.score({ type: 'ServiceNode' }, bob, BEST), 50n * POINT);
  assert.equal(await views.slash_rate(bob, BEST), 300_000_000);
  const stored = await api.query.sla.scores('ServiceNode', bob);
  assert.equal(stored.toBigInt(), 50n * POINT);
});

test('a referendum that would break a sign fails with the error that says so', async () => {
  const { dispatched } = await bySlaAdmin(api.tx.sla.setDelta('FailedRedeem', POINT));
  assert.ok(dispatched.isErr);
  const { name } = api.registry.findMetaError(dispatched.asErr.asModule);
  assert.equal(name, 'PenaltyAboveZero');
});
