// The dev chain is governed by referendum, only faster than a live one.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { decide, holders } from '../harness/governance.mjs';
import { Node } from '../harness/node.mjs';
import { account, connect, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';

let node;
let api;
let alice;
let voters;

before(async () => {
  node = await Node.dev();
  api = await connect(node);
  alice = await account('Alice');
  voters = await holders();
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

test('a referendum changes the share of fees that the treasury takes, within three minutes', async (t) => {
  const share = (parts) => api.tx.parameters.setParameter({ Fees: { TreasuryShare: [null, parts] } });
  const { dispatched, seconds } = await decide(api, share(1_000_000_000), {
    origin: { system: 'Root' },
    proposer: alice,
    voters,
  });
  assert.ok(dispatched.isOk, dispatched.toString());
  assert.ok(seconds < 180, `${seconds} s`);
  t.diagnostic(`from preimage to enactment: ${seconds.toFixed(1)} s`);

  // From now on the author gets nothing of a fee.
  const bob = voters[1];
  const had = await free(api, alice.address);
  const { events } = await send(api, api.tx.system.remark('0x00'), bob);
  assert.ok(eventOf(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt() > 0n);
  assert.equal(await free(api, alice.address), had);
});

test('the treasurer spends, and the payment is claimed', async () => {
  const eve = await account('Eve');
  const spend = api.tx.treasury.spend(null, SLN / 1000n, eve.address, null);
  const { dispatched } = await decide(api, spend, { origin: { Origins: 'Treasurer' }, proposer: alice, voters });
  assert.ok(dispatched.isOk, dispatched.toString());
  const had = await free(api, eve.address);
  await send(api, api.tx.treasury.payout(0), alice);
  assert.equal(await free(api, eve.address), had + SLN / 1000n);
});

test('an origin that has no track is refused with an error of its own', async () => {
  const proposal = { Inline: api.tx.system.remark('0x00').method.toHex() };
  const signed = { system: { Signed: alice.address } };
  await assert.rejects(send(api, api.tx.referenda.submit(signed, proposal, { After: 2 }), alice), /referenda\.NoTrack/);
});

test('the emergency track pauses a call, and not one that governance needs', async () => {
  const pause = (pallet, call) => api.tx.txPause.pause([pallet, call]);
  const options = { origin: { Origins: 'Emergency' }, proposer: alice, voters };
  const [paused, refused] = [
    await decide(api, pause('Balances', 'transfer_allow_death'), options),
    await decide(api, pause('Referenda', 'submit'), options),
  ];
  assert.ok(paused.dispatched.isOk, paused.dispatched.toString());
  assert.ok(refused.dispatched.isErr);
  await assert.rejects(
    send(api, api.tx.balances.transferAllowDeath(voters[1].address, SLN), alice),
    /system\.CallFiltered/,
  );
});
