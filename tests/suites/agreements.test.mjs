// A service node and the seats negotiate an agreement on a network of four anchors, from its proposal to its end.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { u8aToHex } from '@polkadot/util';
import { sharedNodes } from '../harness/network.mjs';
import { account, clock, connect, errorName, eventOf, free, send as sendOnce, SLN } from '../harness/polkadot-js.mjs';
import { until } from '../harness/wait.mjs';
import { coSign, payload } from '../tools/agreement.mjs';

/** A bond for ten units. */
const BOND = 1_000n * SLN;
/** What is held during the test, and what a budget period of measurement costs. */
const [TEST_FEE, FEE] = [5n * SLN, SLN];

/** Signs and sends a transaction. On a network, what follows from it is only there to stay when it is final. */
const send = (call, signer) => sendOnce(api, call, signer, { finalized: true });

let api;
let genesis;
let seats;
let node, other, anyone;

const tx = () => api.tx.agreements;
const view = () => api.call.agreementsApi;
const negotiationOf = async (id) => (await view().negotiation(id)).unwrapOr(undefined);
const agreementOf = async (id) => (await view().agreement(id)).unwrapOr(undefined);

/** An offer under the basic module of the token API. */
const offer = (latency, { units = 5, windows = 8 } = {}) => ({
  module: 0,
  bounds: [
    { metric: 'Availability', value: 995_000 },
    { metric: 'Latency', value: latency },
  ],
  units,
  windows,
});

before(async () => {
  api = await connect(sharedNodes()[0]);
  genesis = api.genesisHash.toHex();
  seats = await Promise.all(['Alice', 'Bob', 'Charlie', 'Dave'].map((name) => account(name)));
  [node, other, anyone] = await Promise.all(
    ['agreed//node', 'agreed//other', 'agreed//anyone'].map((name) => account(name)),
  );
  const transfers = [node, other, anyone].map(({ address }) =>
    api.tx.balances.transferKeepAlive(address, 2_000n * SLN),
  );
  await send(api.tx.utility.batchAll(transfers), await account('Ferdie'));
  await Promise.all([node, other].map((pair) => send(api.tx.stakingSlash.bond('ServiceNode', BOND), pair)));
});

after(() => api?.disconnect());

/** Proposes, and returns the id of the negotiation. */
async function propose(what, by) {
  const { events } = await send(tx().propose(what), by);
  return eventOf(events, 'agreements', 'Offered').data.agreement.toNumber();
}

/** The bytes that seats sign to take the offer of a negotiation. */
async function taken(id, changes = {}) {
  const { round, deadline, offer: stored } = await negotiationOf(id);
  const { module, bounds, units, windows } = stored.toJSON();
  const now = {
    genesis,
    negotiation: id,
    round: round.toNumber(),
    provider: node.address,
    deadline: deadline.toNumber(),
  };
  const bytes = payload({ ...now, offer: { module, bounds, units, windows }, ...changes });
  return bytes;
}

/** Offers something else for the network, with the signatures of these seats. */
async function counter(id, round, what, by) {
  const deadline = (await clock(api)) + 60;
  const bytes = payload({ genesis, negotiation: id, round: round + 1, provider: node.address, offer: what, deadline });
  const known = await view().payload(id, round + 1, node.address, what, deadline);
  // The library leaves the length before it.
  assert.ok(known.toHex().endsWith(u8aToHex(bytes).slice(2)), 'the chain reads the same in it');
  return send(tx().counterBySeats(id, round, what, deadline, coSign(by, bytes)), anyone);
}

test('every chain has standard modules', async () => {
  const modules = (await view().modules(null)).map(([, { specification }]) => specification.toHuman().name);
  for (const name of ['Token API basic', 'Token API strict', 'Storage', 'GPU inference']) {
    assert.ok(
      modules.some((found) => found === name || Buffer.from(found.slice(2), 'hex').toString() === name),
      name,
    );
  }
  assert.equal((await view().compare(1, 0)).unwrap().type, 'Stricter');
});

test('a node and the seats agree after two counter-offers, its slot is drawn, and it ends the agreement', async (t) => {
  const id = await propose(offer(2_000), node);
  await assert.rejects(send(tx().propose(offer(2_000)), node), /agreements\.AlreadyNegotiating/);

  // The seats want it faster, the node less fast, and they agree in the middle.
  await assert.rejects(counter(id, 1, offer(250), seats.slice(0, 2)), /anchors\.TooFewSignatures/);
  const before = await free(api, anyone.address);
  await counter(id, 1, offer(250), seats.slice(0, 3));
  assert.equal(await free(api, anyone.address), before, 'whoever brings the word of the seats pays nothing');
  await assert.rejects(send(tx().accept(id, 1), node), /agreements\.AnotherRound/);
  await send(tx().counter(id, 2, offer(1_000)), node);
  await counter(id, 3, offer(500), seats.slice(1));
  assert.equal((await negotiationOf(id)).by.type, 'Network');
  await assert.rejects(send(tx().accept(id, 4), other), /agreements\.NotProvider/);
  await send(tx().counter(id, 4, offer(600)), node);

  // What it costs is known before, and is what it costs.
  const [measuring, testing] = (await view().quote(node.address, offer(600))).asOk;
  assert.deepEqual([measuring.toBigInt(), testing.toBigInt()], [FEE, TEST_FEE]);
  const funds = await free(api, node.address);
  await send(tx().conclude(id, 5, coSign(seats.slice(0, 3), await taken(id))), anyone);
  assert.equal(funds - (await free(api, node.address)), FEE + TEST_FEE);
  assert.equal(await negotiationOf(id), undefined);

  // Its units keep their bond.
  await assert.rejects(send(api.tx.stakingSlash.unbond(501n * SLN), node), /stakingSlash\.Committed/);

  const begin = Date.now();
  const placed = await until(
    'a slot is drawn',
    async () => {
      const { place } = await agreementOf(id);
      return place.isSlot && { number: place.asSlot.toNumber() };
    },
    { seconds: 60 },
  );
  t.diagnostic(`slot ${placed.number} after ${((Date.now() - begin) / 1000).toFixed(0)} s`);
  const [[found, , slot]] = await view().serviceOf(node.address);
  assert.equal(found.toNumber(), id);
  assert.ok(slot.unwrap().stage.isTesting);

  // It leaves in its test, which costs the fee.
  const left = await send(tx().end(id), node);
  assert.equal(eventOf(left.events, 'agreements', 'TestFeeLost').data.amount.toBigInt(), TEST_FEE);
  await until('the agreement has ended', async () => !(await agreementOf(id)), { seconds: 90 });
  await send(api.tx.stakingSlash.unbond(501n * SLN), node);
  await send(api.tx.stakingSlash.rebond(501n * SLN), node);
});

test('signatures are good for one agreement, round, node and deadline, and for this chain', async () => {
  const id = await propose(offer(800), node);
  const three = seats.slice(0, 3);
  const { deadline } = await negotiationOf(id);
  const wrong = [
    { negotiation: id + 1 },
    { round: 2 },
    { provider: other.address },
    { deadline: deadline.toNumber() + 1 },
    { genesis: `0x${'01'.repeat(32)}` },
    { offer: offer(801) },
    { offer: offer(800, { units: 6 }) },
  ];
  for (const changes of wrong) {
    const signatures = coSign(three, await taken(id, changes));
    await assert.rejects(
      sendOnce(api, tx().conclude(id, 1, signatures), anyone),
      /anchors\.BadSignature/,
      JSON.stringify(changes),
    );
  }
  const signed = await taken(id);
  const twice = coSign([seats[0], seats[0], seats[1]], signed);
  await assert.rejects(sendOnce(api, tx().conclude(id, 1, twice), anyone), /anchors\.SignedTwice/);
  const stranger = coSign([seats[0], seats[1], anyone], signed);
  await assert.rejects(sendOnce(api, tx().conclude(id, 1, stranger), anyone), /anchors\.SignerNotSeated/);
  await send(tx().withdraw(id), node);
  await assert.rejects(
    sendOnce(api, tx().conclude(id, 1, coSign(three, signed)), anyone),
    /agreements\.NoSuchNegotiation/,
  );
});

test('what cannot be agreed is refused with its reason, before it costs anything but the fee', async () => {
  /** @type {[any, string][]} */
  const refused = [
    [offer(100), 'OutOfRange'],
    [offer(800, { units: 11 }), 'TooManyUnits'],
    [offer(800, { units: 0 }), 'NoUnits'],
    [offer(800, { windows: 0 }), 'BadDuration'],
    [{ ...offer(800), module: 77 }, 'NoSuchModule'],
    [{ ...offer(800), bounds: [] }, 'OutOfRange'],
  ];
  for (const [what, error] of refused) {
    const quote = await view().quote(other.address, what);
    assert.equal(errorName(api, quote.asErr), `agreements.${error}`);
    await assert.rejects(sendOnce(api, tx().propose(what), other), new RegExp(`agreements\\.${error}`));
  }
  await assert.rejects(sendOnce(api, tx().propose(offer(800)), anyone), /agreements\.NotServiceNode/);
});
