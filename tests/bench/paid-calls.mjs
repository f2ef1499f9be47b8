// Measures the paid calls per second of a service node: with its chain and its customers on the same machine.
//
//   node tests/bench/paid-calls.mjs [--customers=64] [--seconds=10]
import { execFile } from 'node:child_process';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { NODE } from '../harness/node.mjs';
import { account, clock, connect, eventsOf, send, SLN } from '../harness/polkadot-js.mjs';
import { bond, hexOf, instanceOf, Issuer, ServiceNode } from '../harness/service-node.mjs';
import { quickNode } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';
import { substrateKey } from '../tools/promise.mjs';

const { values } = parseArgs({
  options: { customers: { type: 'string', default: '64' }, seconds: { type: 'string', default: '10' } },
});
const [customers, seconds] = [Number(values.customers), Number(values.seconds)];
const LOAD = path.join(path.dirname(NODE), 'examples', 'load');
const PRICE = 1_000n;
const URI = '//Charlie//load';

const chain = await quickNode();
const api = await connect(chain);
let node;
try {
  const genesis = api.genesisHash.toHex();
  const [bob, charlie] = await Promise.all(['Bob', 'Charlie'].map((name) => account(name)));
  const issuer = new Issuer(await account('Issuer'), genesis);
  const config = (price) => `
[prices]
read = ${price}
free_calls_per_minute = 0
[limits]
connections_per_address = ${2 * customers + 10}
`;
  const classes = [issuer.class];
  node = await ServiceNode.create({
    chain,
    genesis,
    name: 'Bob',
    address: bob.address,
    classes,
    config: config(PRICE),
  });
  await bond(api, 'Bob');
  await node.start();
  const instance = instanceOf(1);
  await issuer.feed(node, [{ instance, write: issuer.record(instance, hexOf(bob)) }]);

  // Two runs are paid, each with sessions of its own.
  const sessions = [];
  const expiry = (await clock(api)) + 2_000;
  for (let opened = 0; opened < 2 * customers; opened += 50) {
    const calls = [];
    for (let number = opened; number < Math.min(opened + 50, 2 * customers); number += 1) {
      const { signer } = substrateKey(`${URI}//${number % customers}`, 'sr25519');
      calls.push(api.tx.payments.openSession(bob.address, SLN, signer, expiry));
    }
    const { events } = await send(api, api.tx.utility.batchAll(calls), charlie, { finalized: true });
    sessions.push(...eventsOf(events, 'payments', 'SessionOpened').map(({ data }) => data.session.toNumber()));
  }
  await until('the sessions are known', async () => (await fetch(`${node.url}/v1/sessions/${sessions.at(-1)}`)).ok);

  const load = async (session, price, more = []) => {
    const { stdout } = await promisify(execFile)(LOAD, [
      ...[`--address=127.0.0.1:${node.port}`, `--node=${bob.address}`, `--genesis=${genesis}`, `--uri=${URI}`],
      ...[`--target=/v1/tokens/${issuer.class}/${instance}`, `--session=${session}`, `--customers=${customers}`],
      ...[`--price=${price}`, ...(more.length > 0 ? more : [`--seconds=${seconds}`])],
    ]);
    return JSON.parse(stdout);
  };
  // The first run warms up.
  await load(sessions[0], PRICE, ['--seconds=2']);
  const paid = await load(sessions[customers], PRICE);
  await node.stop();
  node.configure(node.config.replace(`read = ${PRICE}`, 'read = 0'));
  await node.start();
  const free = await load(0, 0);
  await node.stop();
  const checks = await load(0, 0, [`--checks=${paid.calls}`]);
  console.log(`${customers} customers, ${seconds} s each`);
  for (const [what, { perSecond, p50, p99, max }] of Object.entries({ paid, free })) {
    console.log(`  ${what} calls: ${perSecond} a second, median ${p50} ms, p99 ${p99} ms, longest ${max} ms`);
  }
  console.log(`  bare checks of ${checks.checks} promises: ${checks.perSecond} a second`);
} finally {
  await node?.stop();
  await api.disconnect();
  await chain.stop();
}
