// Snapshots and proofs on a fast chain with Alice as the only anchor.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { coSign, currentDuty, nextSnapshot, write } from '../harness/anchors.mjs';
import { BEST, papiClient } from '../harness/papi.mjs';
import { account, connect, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { quickNode } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';
import * as commitment from '../tools/commitment.mjs';

const CLASS = `0x${'01'.repeat(32)}`;

let node;
let api;
let client;
let runtime;
let alice, bob, eve, ferdie;

before(async () => {
  node = await quickNode();
  api = await connect(node);
  client = papiClient(node);
  runtime = client.getUnsafeApi();
  [alice, bob, eve, ferdie] = await Promise.all(['Alice', 'Bob', 'Eve', 'Ferdie'].map((name) => account(name)));
});

after(async () => {
  client?.destroy();
  await api?.disconnect();
  await node?.stop();
});

/** Returns an interval with enough blocks left. */
async function freshInterval() {
  const now = await currentDuty(api);
  return until('an interval begins', async () => {
    const duty = await currentDuty(api);
    return duty.interval > now.interval && duty;
  });
}

/** Operations of Bob's node for Ferdie, and their trees. */
function served(count) {
  const operations = Array.from({ length: count }, (_, sequence) => ({
    class: CLASS,
    instance: `0x${'02'.repeat(32)}`,
    sequence,
    user: u8aToHex(ferdie.publicKey),
    node: u8aToHex(bob.publicKey),
    payload: `0x${'03'.repeat(32)}`,
  }));
  const leaves = operations.map((operation) => commitment.leaf(commitment.operationBytes(operation)));
  const { root, count: committed } = commitment.commit(leaves);
  return { operations, leaves, operationsCommitment: { root: u8aToHex(root), count: committed } };
}

const proofOf = (leaves, index) => ({ index, siblings: commitment.prove(leaves, index).map((hash) => u8aToHex(hash)) });

/** The same, with 64-bit numbers as polkadot-api requires them. */
const wide = (operation) => ({ ...operation, sequence: BigInt(operation.sequence) });

test('a snapshot is written free of charge, and what is wrong with others is said', async () => {
  const duty = await freshInterval();
  assert.deepEqual(
    duty.order.map(({ who }) => who),
    [alice.address],
  );
  const right = await nextSnapshot(api, duty);
  const submit = (snapshot, signer = alice, signatures = coSign(api, alice, snapshot, { [alice.address]: alice })) =>
    write(api, signer, snapshot, signatures);
  const other = `0x${'77'.repeat(32)}`;
  /** @type {[() => Promise<unknown>, string][]} */
  const attempts = [
    [() => submit({ ...right, interval: right.interval + 1 }), 'WrongInterval'],
    [() => submit({ ...right, parent: other }), 'WrongParent'],
    [() => submit({ ...right, void: right.void + 1 }), 'WrongVoid'],
    [() => submit(right, bob), 'NotSeated'],
    [() => submit(right, alice, []), 'TooFewSignatures'],
    [() => submit(right, alice, coSign(api, alice, right, { [bob.address]: bob })), 'SignerNotSeated'],
    [() => submit(right, alice, coSign(api, alice, right, { [alice.address]: bob })), 'WrongKey'],
    [
      () => submit(right, alice, coSign(api, alice, { ...right, interval: 0 }, { [alice.address]: alice })),
      'BadSignature',
    ],
    // The co-signature is for another writer.
    [() => submit(right, alice, coSign(api, bob, right, { [alice.address]: alice })), 'BadSignature'],
  ];
  for (const [attempt, error] of attempts) {
    await assert.rejects(attempt(), new RegExp(`anchors\\.${error}$`));
  }
  const { hash, events } = await submit(right);
  const [, written] = eventOf(events, 'anchors', 'SnapshotWritten').data;
  assert.equal(written.toHex(), hash);
  const paid = eventOf(events, 'transactionPayment', 'TransactionFeePaid');
  assert.equal(paid.data.actualFee.toBigInt(), 0n);
  await assert.rejects(submit(right), /anchors\.AlreadyWritten/);
});

test('anyone proves an operation, and a node proves its service with the user’s signature', async () => {
  const { operations, leaves, operationsCommitment } = served(13);
  const set = [
    { class: CLASS, bit: 5 },
    { class: CLASS, bit: 9_000 },
  ];
  const { root, count } = commitment.commit(commitment.bitmapLeaves(set));
  const duty = await freshInterval();
  const snapshot = await nextSnapshot(api, duty, {
    operations: operationsCommitment,
    bitmap: { root: u8aToHex(root), count },
  });
  await write(api, alice, snapshot, coSign(api, alice, snapshot, { [alice.address]: alice }));
  await send(api, api.tx.stakingSlash.bond('ServiceNode', 1_000n * SLN), bob);

  const [operation, proof] = [operations[7], proofOf(leaves, 7)];
  const verify = (asked, given) => runtime.apis.AnchorsApi.verify_operation(duty.interval, wide(asked), given, BEST);
  await until('the best block has it', () => verify(operation, proof));
  assert.equal(await verify(operations[6], proof), false);
  assert.equal(await verify(operation, proofOf(leaves, 6)), false);

  const payload = u8aConcat(
    stringToU8a('SmartLayer issue proof'),
    api.genesisHash.toU8a(),
    commitment.operationBytes(operation),
  );
  const asTheChainSees = await runtime.apis.AnchorsApi.issue_proof_payload(wide(operation), BEST);
  assert.equal(u8aToHex(payload), u8aToHex(asTheChainSees));
  const signed = (pair) => ({ Sr25519: u8aToHex(pair.sign(payload)) });
  const submit = (given, signature, signer = bob) =>
    send(api, api.tx.anchors.submitIssueProof(duty.interval, operation, given, signature), signer);
  await assert.rejects(submit(proof, signed(eve)), /anchors\.BadUserSignature/);
  await assert.rejects(submit(proofOf(leaves, 6), signed(ferdie)), /anchors\.BadProof/);
  await assert.rejects(submit(proof, signed(ferdie), eve), /anchors\.NotServiceNode/);
  const { events } = await submit(proof, signed(ferdie));
  assert.ok(eventOf(events, 'anchors', 'IssueProved'));
  assert.ok(eventOf(events, 'sla', 'UpdateSLA'));
  await assert.rejects(submit(proof, signed(ferdie)), /anchors\.AlreadyProved/);
});

test('a vote is held until a whole term has passed', async () => {
  const before = await free(api, eve.address);
  await send(api, api.tx.anchors.vote([alice.address], 10n * SLN), eve);
  assert.ok((await free(api, eve.address)) <= before - 10n * SLN);
  await assert.rejects(send(api, api.tx.anchors.vote([bob.address], 10n * SLN), eve), /anchors\.NotCandidate/);
  await assert.rejects(send(api, api.tx.anchors.vote([alice.address], 1n), eve), /anchors\.StakeTooSmall/);
  await assert.rejects(send(api, api.tx.anchors.resign(), alice), /anchors\.FloorBreached/);
  const { events } = await send(api, api.tx.anchors.retractVote(), eve);
  const until_ = eventOf(events, 'anchors', 'VoteRetracted').data.until.toNumber();
  await assert.rejects(send(api, api.tx.anchors.withdrawStake(), eve), /anchors\.NothingThawed/);
  await until('the vote has thawed', async () => (await api.query.anchors.currentTerm()).toNumber() >= until_, {
    seconds: 240,
  });
  await send(api, api.tx.anchors.withdrawStake(), eve);
  assert.ok((await free(api, eve.address)) > before - SLN);
});
