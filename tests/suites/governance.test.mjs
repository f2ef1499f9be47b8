// Governance by referendum, on a fast chain where holders of two thirds of all tokens vote.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { decide, decideAll, fewHolders } from '../harness/governance.mjs';
import { account, connect, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { quickNode } from '../harness/spec.mjs';

const ROOT = { system: 'Root' };
const EMERGENCY = { Origins: 'Emergency' };

let node;
let api;
let alice;
let bob;
let eve;

before(async () => {
  node = await quickNode();
  api = await connect(node);
  [alice, bob, eve] = await Promise.all(['Alice', 'Bob', 'Eve'].map((name) => account(name)));
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

const pause = (pallet, call) => api.tx.txPause.pause([pallet, call]);

describe('decided at once', () => {
  let share, spend, paused, refused;

  before(async () => {
    [share, spend, paused, refused] = await decideAll(api, [
      { call: api.tx.parameters.setParameter({ Fees: { TreasuryShare: [null, 1_000_000_000] } }), origin: ROOT },
      { call: api.tx.treasury.spend(null, SLN / 1000n, eve.address, null), origin: { Origins: 'Treasurer' } },
      { call: pause('Balances', 'transfer_allow_death'), origin: EMERGENCY },
      { call: pause('Referenda', 'submit'), origin: EMERGENCY },
    ]);
  });

  test('a referendum changes the share of fees that the treasury takes', async (t) => {
    assert.ok(share.dispatched.isOk, share.dispatched.toString());
    const { decide: period } = (await api.query.tempo.schedule()).governance.root;
    assert.ok(share.blocks < (period.toNumber() * 2) / 3, `${share.blocks} blocks`);
    t.diagnostic(`four referenda at once, from preimages to enactments: ${share.seconds.toFixed(1)} s`);
    // From now on the author receives no part of a fee.
    const had = await free(api, alice.address);
    const { events } = await send(api, api.tx.system.remark('0x00'), bob);
    assert.ok(eventOf(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt() > 0n);
    assert.equal(await free(api, alice.address), had);
  });

  test('the treasurer spends, and the payment is claimed', async () => {
    assert.ok(spend.dispatched.isOk, spend.dispatched.toString());
    const had = await free(api, eve.address);
    await send(api, api.tx.treasury.payout(0), alice);
    assert.equal(await free(api, eve.address), had + SLN / 1000n);
  });

  test('the emergency track pauses a call, and not one that governance needs', async () => {
    assert.ok(paused.dispatched.isOk, paused.dispatched.toString());
    assert.ok(refused.dispatched.isErr);
    await assert.rejects(
      send(api, api.tx.balances.transferAllowDeath(bob.address, SLN), alice),
      /system\.CallFiltered/,
    );
  });
});

test('a referendum that a sixth of all tokens supports passes when the support that is asked for has fallen', async (t) => {
  // The root track requires half of all tokens at the start of a decision, and little at its end.
  const { decide: period } = (await api.query.tempo.schedule()).governance.root;
  const voters = await fewHolders();
  const { dispatched, blocks, seconds } = await decide(api, api.tx.system.remark('0x01'), { origin: ROOT, voters });
  assert.ok(dispatched.isOk, dispatched.toString());
  assert.ok(blocks > (period.toNumber() * 2) / 3, `${blocks} blocks`);
  t.diagnostic(`from preimage to enactment: ${seconds.toFixed(1)} s, ${blocks} blocks`);
});

test('an origin that has no track is refused with an error of its own', async () => {
  const proposal = { Inline: api.tx.system.remark('0x00').method.toHex() };
  const signed = { system: { Signed: alice.address } };
  await assert.rejects(send(api, api.tx.referenda.submit(signed, proposal, { After: 2 }), alice), /referenda\.NoTrack/);
});
