// Holders upgrade the runtime of the chain while a service node serves: one upgrade leaves alone what the program uses, and another
// one changes it.
import { afterEach, test } from 'node:test';
import assert from 'node:assert/strict';
import { u8aToHex } from '@polkadot/util';
import { blake2AsHex } from '@polkadot/util-crypto';
import { AS_ALICE, Node } from '../harness/node.mjs';
import { account, clock, connect, eventOf, send, SLN } from '../harness/polkadot-js.mjs';
import { finalizedHeight, rpc } from '../harness/rpc.mjs';
import { bobServes, bond, hexOf, instanceOf, Issuer, ServiceNode } from '../harness/service-node.mjs';
import { chainForPrograms, quickChainWithUpgrade } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';
import { signPromise, substrateKey } from '../tools/promise.mjs';
import { compressed, readRuntime, rewording, versionOf } from '../tools/runtime.mjs';
import { paymentHeader, requestBytes } from '../tools/token-api.mjs';

/** The runtime of the next version, in which everything that the service node uses is as before. */
const NEXT = readRuntime(process.env.SMARTLAYER_NEXT_RUNTIME);
const { specVersion: VERSION } = versionOf(NEXT);
const PRICE = 1_000_000n;
const CONFIG = `
[prices]
read = ${PRICE}
free_calls_per_minute = 0
[cash_out]
blocks_before_expiry = 20
at_least = 0
every_seconds = 1
`;

let chain, api, genesis, bob, charlie, session, promised;
/** @type {ServiceNode} */
let node;
/** @type {Issuer} */
let issuer;

const website = () => substrateKey('//Charlie//website', 'sr25519');
const target = () => `/v1/tokens/${issuer.class}/${instanceOf(1)}`;

/** Starts a chain that can be upgraded to this code, and a service node with a token and a session. */
async function begin(code) {
  const spec = await quickChainWithUpgrade(blake2AsHex(code), await chainForPrograms());
  chain = await Node.start([`--chain=${spec}`, ...AS_ALICE, '--tmp']);
  api = await connect(chain);
  [bob, charlie] = await Promise.all(['Bob', 'Charlie'].map((name) => account(name)));
  ({ node, issuer, genesis } = await bobServes(chain, api, CONFIG));
  await bond(api, 'Bob', { url: node.url });
  await node.start();
  await issuer.feed(node, [{ instance: instanceOf(1), write: issuer.record(instanceOf(1), hexOf(bob)) }]);
  const open = api.tx.payments.openSession(bob.address, SLN, website().signer, (await clock(api)) + 1_000);
  const { events } = await send(api, open, charlie, { finalized: true });
  session = eventOf(events, 'payments', 'SessionOpened').data.session.toBigInt();
  promised = 0n;
  await until('the session is known', async () => (await fetch(`${node.url}/v1/sessions/${session}`)).ok);
}

afterEach(async () => {
  await node?.stop();
  await api?.disconnect();
  await chain?.stop();
});

/** Calls with the next promise. */
async function call() {
  const signed = await signPromise(website(), { genesis, session, amount: promised + PRICE });
  const headers = { 'payment-signature': paymentHeader(signed, { node: bob.address, genesis, price: PRICE }) };
  const response = await fetch(`${node.url}${target()}`, { headers });
  const json = await response.json();
  if (response.status === 200) promised += PRICE;
  return { status: response.status, json };
}

/** Installs the runtime, and waits until a few blocks of it are final. */
async function upgrade(code) {
  // Not sent by the client, which reads the events of that block with the metadata of either runtime.
  const apply = api.tx.system.applyAuthorizedUpgrade(u8aToHex(code));
  await rpc(chain.rpcPort, 'author_submitExtrinsic', [apply.toHex()]);
  await until('the next runtime runs', async () => {
    return (await rpc(chain.rpcPort, 'state_getRuntimeVersion')).specVersion === VERSION;
  });
  await chain.finalized((await finalizedHeight(chain.rpcPort)) + 4);
}

test('an upgrade that leaves alone what it uses is not noticed by its customers', async () => {
  await begin(NEXT.code);
  const pid = node.pid;
  let upgraded = false;
  const statuses = [];
  const customer = (async () => {
    while (!upgraded) statuses.push((await call()).status);
  })();
  await upgrade(NEXT.code);
  upgraded = true;
  await customer;
  assert.ok(statuses.length > 20);
  assert.deepEqual(
    statuses.filter((status) => status !== 200),
    [],
  );

  // It works on the chain as well, without having been started again.
  const demand = u8aToHex(requestBytes('GET', target()));
  await send(api, api.tx.reports.demand(session, issuer.class, instanceOf(1), demand), charlie, { finalized: true });
  await until('the demand is answered', async () => (await api.query.reports.openDemands(session)).isNone);
  await until('the answer is final', async () => {
    const metrics = await (await fetch(`${node.privateUrl}/metrics`)).text();
    return metrics.includes('smartlayer_service_node_demands_answered_total 1');
  });
  const response = await fetch(`${node.privateUrl}/cash-out`, { method: 'POST' });
  assert.equal(response.status, 200, await response.clone().text());
  assert.ok(BigInt((await response.json()).received) > 0n);
  const { spent } = (await api.query.payments.sessions(session)).unwrap();
  assert.equal(spent.toBigInt(), promised);
  assert.equal(node.pid, pid);
  assert.doesNotMatch(node.log, /has changed with version/);
});

test('one that changes what it uses stops it with the reason, and nothing is lost', async () => {
  const changed = compressed(rewording(NEXT, 'CashedOut', 'PaidToOut'));
  await begin(changed);
  for (let calls = 0; calls < 3; calls += 1) assert.equal((await call()).status, 200);
  await upgrade(changed);
  const message = `the event Payments.CashedOut has changed with version ${VERSION} of the runtime: install a newer version`;
  const refused = await until('it refuses', async () => {
    const answer = await call();
    return answer.status === 503 && answer;
  });
  assert.ok(refused.json.message.includes(message), refused.json.message);
  assert.ok(node.log.includes(`nothing is served: ${message}`), node.log);
  const { stdout, code } = await node.command('check');
  assert.equal(code, 1);
  assert.ok(stdout.includes(message), stdout);

  // It is not charged for what was refused, and all of it is there for the newer version.
  const { json: state } = await node.session(session, website());
  assert.deepEqual([state.charged, state.promise.amount], [promised, promised].map(String));
  await node.stop();
  const inspected = JSON.parse((await node.command('inspect')).stdout);
  assert.deepEqual([inspected.tokens, inspected.operations, inspected.sessions], [1, 1, 1]);
  await node.start({ ready: false });
  assert.equal((await call()).status, 503);
});
