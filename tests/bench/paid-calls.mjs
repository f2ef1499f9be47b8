// Measures the paid calls per second of a service node: with its chain and its customers on the same machine.
//
//   node tests/bench/paid-calls.mjs [--customers=64] [--seconds=10] [--sessions=<n>]
//
// With `--sessions`, it measures instead what so many open sessions cost: it opens them on the chain, and pays a call in each.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { NODE } from '../harness/node.mjs';
import { account, clock, connect, SLN } from '../harness/polkadot-js.mjs';
import { bobServes, bond, hexOf, instanceOf } from '../harness/service-node.mjs';
import { nodeForPrograms } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';
import { substrateKey } from '../tools/promise.mjs';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '10' },
    sessions: { type: 'string', default: '0' },
  },
});
const [customers, seconds, many] = [values.customers, values.seconds, values.sessions].map(Number);
const LOAD = path.join(path.dirname(NODE), 'examples', 'load');
const PRICE = 1_000n;
const URI = '//Charlie//load';

const chain = await nodeForPrograms();
const api = await connect(chain);
const genesis = api.genesisHash.toHex();
const [bob, charlie] = await Promise.all(['Bob', 'Charlie'].map((name) => account(name)));
const config = `
[prices]
read = ${PRICE}
free_calls_per_minute = 0
[limits]
connections_per_address = ${2 * customers + 10}
`;
const { node, issuer } = await bobServes(chain, api, config);
try {
  await bond(api, 'Bob');
  await node.start();
  const instance = instanceOf(1);
  await issuer.feed(node, [{ instance, write: issuer.record(instance, hexOf(bob)) }]);

  // Two runs are paid, each with sessions of its own.
  const count = many || 2 * customers;
  const sessions = await openSessions(count);
  const known = async () => (await fetch(`${node.url}/v1/sessions/${sessions.at(-1)}`)).ok;
  await until('the sessions are known', known, { seconds: 120 });

  const load = async (session, price, more = []) => {
    const { stdout } = await promisify(execFile)(LOAD, [
      ...[`--address=127.0.0.1:${node.port}`, `--node=${bob.address}`, `--genesis=${genesis}`, `--uri=${URI}`],
      ...[`--target=/v1/tokens/${issuer.class}/${instance}`, `--session=${session}`, `--customers=${customers}`],
      ...[`--price=${price}`, ...(more.length > 0 ? more : [`--seconds=${seconds}`])],
    ]);
    return JSON.parse(stdout);
  };
  if (many) {
    await measureMany(load, sessions[0]);
  } else {
    await measureCalls(load, sessions);
  }
} finally {
  await node.stop();
  await api.disconnect();
  await chain.stop();
}

/** Opens sessions of Charlie's, whose signers are those of the customers in turn, and returns their ids. */
async function openSessions(count) {
  const together = 100;
  const signers = Array.from({ length: customers }, (_, number) => substrateKey(`${URI}//${number}`, 'sr25519').signer);
  const expiry = (await clock(api)) + 1_900;
  let nonce = (await api.rpc.system.accountNextIndex(charlie.address)).toNumber();
  const first = (await api.query.payments.nextSessionId()).toNumber();
  for (let opened = 0; opened < count; opened += together) {
    const calls = [];
    for (let number = opened; number < Math.min(opened + together, count); number += 1) {
      calls.push(api.tx.payments.openSession(bob.address, SLN / 100n, signers[number % customers], expiry));
    }
    await api.tx.utility.batchAll(calls).signAndSend(charlie, { nonce });
    nonce += 1;
    // Not more at a time than the pool holds.
    const open = async () => (await api.query.payments.nextSessionId()).toNumber() - first;
    await until('they are open', async () => (await open()) >= opened - 40 * together, { seconds: 120 });
  }
  const last = first + count - 1;
  await until('all are open', async () => (await api.query.payments.nextSessionId()).toNumber() > last, {
    seconds: 300,
  });
  return Array.from({ length: count }, (_, index) => first + index);
}

/** The memory of the service node, in MiB. */
function memory() {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8'))[1]) / 1024;
}

async function measureMany(load, first) {
  const before = memory();
  const each = Math.floor(many / customers);
  const paid = await load(first, PRICE, ['--seconds=0', `--sessions-each=${each}`]);
  console.log(`${each * customers} sessions with a paid call in each, ${customers} at a time`);
  console.log(`  first calls: ${paid.perSecond} a second, median ${paid.p50} ms, p99 ${paid.p99} ms`);
  console.log(`  memory: ${before.toFixed(0)} MiB before, ${memory().toFixed(0)} MiB after`);
  const again = await load(first, 2n * PRICE, [`--seconds=${seconds}`, `--sessions-each=${each}`]);
  console.log(`  further calls: ${again.perSecond} a second, median ${again.p50} ms, p99 ${again.p99} ms`);
  console.log(`  memory: ${memory().toFixed(0)} MiB`);
}

async function measureCalls(load, sessions) {
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
}
