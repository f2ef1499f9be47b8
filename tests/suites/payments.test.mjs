// Payment sessions on a fast chain, with promises that the libraries of wallets sign.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { payPerCall } from '../examples/pay-per-call.mjs';
import { account, clock, connect, eventOf, eventsOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { quickNode } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';
import { ethereumKey, signPromise, substrateKey } from '../tools/promise.mjs';

let node;
let api;
let genesis;
let alice, bob, charlie;

before(async () => {
  node = await quickNode();
  api = await connect(node);
  genesis = api.genesisHash.toHex();
  [alice, bob, charlie] = await Promise.all(['Alice', 'Bob', 'Charlie'].map((name) => account(name)));
  await send(api, api.tx.stakingSlash.bond('ServiceNode', 1_000n * SLN), bob);
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

const tx = () => api.tx.payments;
const key = () => substrateKey('//Charlie//promises', 'sr25519');

/** Opens a session of Charlie's with Bob's node, and returns its id. */
async function open(amount, signer = key().signer, blocks = 500) {
  const expiry = (await clock(api)) + blocks;
  const { events } = await send(api, tx().openSession(bob.address, amount, signer, expiry), charlie);
  return eventOf(events, 'payments', 'SessionOpened').data.session.toBigInt();
}

const promise = (by, session, amount) => signPromise(by, { genesis, session, amount });

/** Returns the names of the errors for which items of a batch were skipped. */
const skipped = (events) =>
  eventsOf(events, 'payments', 'Skipped').map(({ data }) => api.registry.findMetaError(data.error.asModule).name);

test('promises of every kind of wallet are paid', async () => {
  const types = /** @type {const} */ (['sr25519', 'ed25519', 'ecdsa']);
  const keys = [
    ...types.flatMap((type) => [false, true].map((wrapped) => substrateKey('//Charlie//promises', type, { wrapped }))),
    ethereumKey(`0x${'17'.repeat(32)}`),
  ];
  for (const one of keys) {
    const session = await open(10n * SLN, one.signer);
    const before = await free(api, bob.address);
    const signed = await promise(one, session, 4n * SLN);
    const claimable = (await api.call.paymentsApi.claimable(session, signed)).asOk;
    const { events } = await send(api, tx().cashOut(session, signed), alice);
    const { payment } = eventOf(events, 'payments', 'CashedOut').data;
    assert.equal(payment.toHex(), claimable.toHex(), one.scheme);
    const parts = [payment.node, payment.burned, payment.anchors, payment.nodes, payment.credited];
    assert.deepEqual(
      parts.map((part) => part.toBigInt()),
      [(36n * SLN) / 10n, SLN / 5n, SLN / 10n, SLN / 10n, 0n],
    );
    assert.equal((await free(api, bob.address)) - before, payment.node.toBigInt());
  }
});

test('a promise that is not what it should be is refused with its reason, and nothing is paid', async () => {
  const [session, other] = [await open(10n * SLN), await open(10n * SLN)];
  await send(api, tx().cashOut(session, await promise(key(), session, 2n * SLN)), bob);
  const good = await promise(key(), session, 3n * SLN);
  const bytes = good.signature.bytes;
  /** @type {[object, string][]} */
  const refused = [
    [await promise(key(), session, 2n * SLN), 'AlreadyPaid'],
    [await promise(key(), session, SLN), 'AlreadyPaid'],
    [await promise(key(), other, 3n * SLN), 'AnotherSession'],
    [await signPromise(key(), { genesis: `0x${'01'.repeat(32)}`, session, amount: 3n * SLN }), 'AnotherChain'],
    [await promise(substrateKey('//Eve', 'sr25519'), session, 3n * SLN), 'AnotherSigner'],
    [{ ...good, signature: { scheme: 'Ed25519', bytes } }, 'WrongScheme'],
    [{ ...good, signature: { scheme: 'WrappedSr25519', bytes } }, 'BadSignature'],
    [{ ...good, signature: { scheme: 'Sr25519', bytes: bytes.slice(0, -2) } }, 'WrongLength'],
    [{ ...good, promise: { ...good.promise, amount: 9n * SLN } }, 'BadSignature'],
  ];
  const before = (await api.query.payments.sessions(session)).toHex();
  for (const [signed, error] of refused) {
    await assert.rejects(send(api, tx().cashOut(session, signed), bob), new RegExp(`payments\\.${error}`));
  }
  const batch = refused.map(([signed]) => [session, signed]);
  const { events } = await send(api, tx().cashOutMany(batch), bob);
  assert.deepEqual(
    skipped(events),
    refused.map(([, error]) => error),
  );
  assert.equal((await api.query.payments.sessions(session)).toHex(), before);
});

test('a batch pays what is good, once to the node', async () => {
  const sessions = [await open(10n * SLN), await open(10n * SLN), await open(10n * SLN)];
  const items = await Promise.all(sessions.map(async (id) => [id, await promise(key(), id, 2n * SLN)]));
  items.splice(1, 0, [999n, items[0][1]]);
  const before = await free(api, bob.address);
  const { events } = await send(api, tx().cashOutMany(items), alice);
  assert.equal(eventsOf(events, 'payments', 'CashedOut').length, 3);
  assert.deepEqual(skipped(events), ['NoSuchSession']);
  assert.equal(eventsOf(events, 'balances', 'Deposit').filter(({ data }) => data.who.eq(bob.address)).length, 1);
  assert.equal((await free(api, bob.address)) - before, (54n * SLN) / 10n);
});

test('the last promise is paid after the payer has closed, and the rest returns when the thaw has ended', async (t) => {
  const session = await open(10n * SLN);
  const last = await promise(key(), session, 7n * SLN);
  const closing = await send(api, tx().close(session, null), charlie);
  const thawed = eventOf(closing.events, 'payments', 'Closing').data.until.toNumber();
  await send(api, tx().cashOut(session, last), bob);
  await assert.rejects(send(api, tx().settle(session), alice), /payments\.ThawNotEnded/);
  await until(`block ${thawed}`, async () => (await clock(api)) >= thawed, { seconds: 60 });
  await assert.rejects(
    send(api, tx().cashOut(session, await promise(key(), session, 8n * SLN)), bob),
    /payments\.ThawEnded/,
  );
  const { events } = await send(api, tx().settle(session), alice);
  assert.equal(eventOf(events, 'payments', 'Settled').data.returned.toBigInt(), 3n * SLN);
  await assert.rejects(send(api, tx().cashOut(session, last), bob), /payments\.NoSuchSession/);
  // A new session has a new id, so the old promise is for another one.
  const next = await open(10n * SLN);
  assert.ok(next > session);
  await assert.rejects(send(api, tx().cashOut(next, last), bob), /payments\.AnotherSession/);
  t.diagnostic(`thawed at block ${thawed}`);
});

test('a promise above the deposit is paid in parts, and a replaced key pays what it has promised', async () => {
  const session = await open(2n * SLN);
  const last = await promise(key(), session, 5n * SLN);
  const first = await send(api, tx().cashOut(session, last), bob);
  assert.equal(eventOf(first.events, 'payments', 'CashedOut').data.spent.toBigInt(), 2n * SLN);
  assert.equal(eventOf(first.events, 'payments', 'Claimed').data.amount.toBigInt(), 5n * SLN);
  await assert.rejects(send(api, tx().cashOut(session, last), bob), /payments\.DepositUsedUp/);

  const other = ethereumKey(`0x${'18'.repeat(32)}`);
  const replaced = await send(api, tx().replaceSigner(session, other.signer), charlie);
  assert.ok(eventOf(replaced.events, 'payments', 'SignerReplaced').data.until.toNumber() > (await clock(api)));
  await assert.rejects(
    send(api, tx().replaceSigner(session, key().signer), charlie),
    /payments\.SignerReplacedRecently/,
  );
  await send(api, tx().topUp(session, 8n * SLN), charlie);
  await send(api, tx().extend(session, (await clock(api)) + 600), charlie);
  const second = await send(api, tx().cashOut(session, last), bob);
  assert.equal(eventOf(second.events, 'payments', 'CashedOut').data.spent.toBigInt(), 5n * SLN);

  const closed = await send(api, tx().close(session, await promise(other, session, 6n * SLN)), bob);
  assert.equal(eventOf(closed.events, 'payments', 'CashedOut').data.spent.toBigInt(), 6n * SLN);
  assert.equal(eventOf(closed.events, 'payments', 'ClosedByNode').data.returned.toBigInt(), 4n * SLN);
});

test('the sessions of an account are listed', async () => {
  const opened = [await open(SLN), await open(SLN)];
  const page = async ({ address }, after = null) =>
    (await api.call.paymentsApi.sessionsOf(address, after)).map((id) => id.toBigInt());
  for (const who of [charlie, bob]) {
    const all = await page(who);
    for (const id of opened) assert.ok(all.includes(id));
    // The next page begins after an id.
    assert.deepEqual(await page(who, all[0]), all.slice(1));
  }
  const session = (await api.call.paymentsApi.session(opened[0])).unwrap();
  assert.equal(session.payer.toString(), charlie.address);
  assert.equal(session.node.toString(), bob.address);
});

test("the guide's example pays per call, and prints what the guide shows", async () => {
  const guide = readFileSync(new URL('../../docs/guides/pay-per-call.md', import.meta.url), 'utf8');
  const [, output] = /```\n\n```\n(.*?)\n```/s.exec(guide);
  const lines = [];
  await payPerCall(api, (line) => lines.push(line));
  const withoutIds = (text) => text.replace(/(session|block) \d+/g, '$1 …');
  assert.equal(withoutIds(lines.join('\n')), withoutIds(output));
});
