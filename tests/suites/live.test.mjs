// A new live network according to docs/guides/start-a-live-network.md, and its operators' procedures of keep-your-keys.md
// and recover-from-a-lost-machine.md. Its tempo is that of the development chain, with shorter sessions.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKeys } from '../harness/candidacy.mjs';
import { FinalChain } from '../harness/final-chain.mjs';
import { temporaryFolder } from '../harness/folder.mjs';
import { Node, NODE } from '../harness/node.mjs';
import { account, connect, send, SLN } from '../harness/polkadot-js.mjs';
import { bestHeight, rpc } from '../harness/rpc.mjs';
import { until } from '../harness/wait.mjs';

const OPS = fileURLToPath(new URL('../../ops', import.meta.url));
const ID = 'smartlayer_test_live';
const folder = temporaryFolder();
const final = new FinalChain();
const operators = [];
let chain;
let network;

/** The log line of a node for its own block. */
const SEALED = /Pre-sealed block for proposal/;

const env = { ...process.env, SMARTLAYER_NODE: NODE };
const run = (program, ...args) => spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 1 << 28 });
const makeKeys = (keystore) => run(path.join(OPS, 'make-session-keys.sh'), keystore);
const base = (name) => path.join(folder, name);
const keystore = (base) => path.join(base, 'chains', ID, 'keystore');

function makeSpec(description) {
  const file = path.join(folder, 'network.json');
  writeFileSync(file, JSON.stringify(description));
  return run(process.execPath, path.join(OPS, 'make-chain-spec.mjs'), file);
}

/** Starts an anchor's node with its folder, as its operator would. */
async function start(name, at = base(name), { validator = true } = {}) {
  const args = [`--chain=${chain}`, `--name=${name}`, `--base-path=${at}`, '--no-hardware-benchmarks'];
  args.push(`--node-key-file=${path.join(at, 'node-key')}`);
  if (validator) args.push('--validator');
  const first = operators.find(({ node }) => node && !node.ended);
  if (first) args.push(`--bootnodes=${await first.node.address()}`);
  return Node.start(args);
}

before(async () => {
  for (const name of ['Alice', 'Bob', 'Charlie', 'Dave']) {
    const pair = await account(name);
    const { status, stdout, stderr } = makeKeys(keystore(base(name)));
    assert.equal(status, 0, stderr);
    operators.push({ name, pair, keys: JSON.parse(stdout) });
    const made = run(NODE, 'key', 'generate-node-key', `--file=${path.join(base(name), 'node-key')}`);
    assert.equal(made.status, 0, made.stderr);
  }
  const dev = JSON.parse(run(NODE, 'export-chain-spec', '--chain=dev').stdout);
  network = {
    name: 'SmartLayer Test Live',
    id: ID,
    protocolId: 'smartlayer-test',
    seats: { floor: 4, desiredSeats: 5 },
    schedule: { ...dev.genesis.runtimeGenesis.patch.tempo.schedule, epochSlots: 10 },
    anchors: operators.map(({ pair, keys }) => ({ account: pair.address, bond: '30000', keys })),
    balances: Object.fromEntries(operators.map(({ pair }) => [pair.address, '1000000.123456789012'])),
  };
  const { status, stdout, stderr } = makeSpec(network);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '4 anchors, and 4 accounts with 4000000.493827156048 SLN in all\n');
  const plain = path.join(folder, 'plain.json');
  writeFileSync(plain, stdout);
  chain = path.join(folder, 'chain.json');
  const raw = run(NODE, 'export-chain-spec', `--chain=${plain}`, '--raw', `--output=${chain}`);
  assert.equal(raw.status, 0, raw.stderr);
  const [first, ...others] = operators;
  first.node = await start(first.name);
  await Promise.all(others.map(async (operator) => (operator.node = await start(operator.name))));
});

after(() => Promise.all(operators.map(({ node }) => node?.stop())));

test('the four whom the genesis names make blocks, and finalise them', async () => {
  await Promise.all(operators.map(({ node }) => node.finalized(5)));
  await final.check(operators.map(({ node }) => node));
  const api = await connect(operators[0].node);
  try {
    for (const { pair } of operators) {
      const { data } = await api.query.system.account(pair.address);
      assert.equal(data.free.toBigInt() + data.reserved.toBigInt(), 1_000_000_123_456_789_012n);
      const holds = Object.fromEntries(
        [...(await api.query.balances.holds(pair.address))].map(({ id, amount }) => [id.value.type, amount.toBigInt()]),
      );
      assert.deepEqual(holds, {
        Bond: 30_000_000_000_000_000n,
        Candidacy: 100_000_000_000_000n,
        Storage: 475_200_000_000n,
      });
      assert.equal(data.reserved.toBigInt(), 30_100_475_200_000_000n);
    }
  } finally {
    await api.disconnect();
  }
});

test('keys are secret: nobody else can read them, and they are made once', () => {
  for (const { name } of operators) {
    const files = readdirSync(keystore(base(name)));
    assert.equal(files.length, 4);
    for (const file of files) assert.equal(statSync(path.join(keystore(base(name)), file)).mode & 0o077, 0, file);
    assert.equal(statSync(keystore(base(name))).mode & 0o077, 0);
  }
  const { status, stdout, stderr } = makeKeys(keystore(base('Alice')));
  assert.equal(status, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /has keys already/);
});

test('an anchor replaces its keys: the node makes them, the cold account names them, two sessions later they act', async (t) => {
  const [, { pair, node, name }] = operators;
  const api = await connect(node);
  try {
    const begin = Date.now();
    const { keys, proof } = await createKeys(api, node, pair);
    assert.equal(await rpc(node.rpcPort, 'author_hasSessionKeys', [keys]), true);
    // The previous backup is outdated.
    assert.equal(readdirSync(keystore(base(name))).length, 8);
    const change = api.tx.session.setKeys(keys, proof);
    await send(api, change, pair);
    const babe = change.args[0].babe.toHex();
    const acts = async () => (await api.query.babe.authorities()).some(([key]) => key.toHex() === babe);
    assert.equal(await acts(), false);
    await until('the new keys act', acts, { seconds: 120 });
    const index = (await api.query.babe.authorities()).findIndex(([key]) => key.toHex() === babe);
    await until('a block is authored with them', async () => {
      const { digest } = await api.rpc.chain.getHeader();
      const preRuntime = digest.logs.find((log) => log.isPreRuntime);
      const [, data] = preRuntime.asPreRuntime;
      // The author's index follows the kind of slot and the length.
      return Buffer.from(data.toU8a(true)).readUInt32LE(1) === index;
    });
    t.diagnostic(`from the new keys to a block by them: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  } finally {
    await api.disconnect();
  }
});

test('a lost machine is replaced by another one, with the keys from the backup', async (t) => {
  const dave = operators[3];
  const backup = path.join(folder, 'keys.tar');
  const kept = ['--directory', base('Dave'), `chains/${ID}/keystore`, 'node-key'];
  assert.equal(run('tar', '--create', '--file', backup, ...kept).status, 0);
  const peer = await rpc(dave.node.rpcPort, 'system_localPeerId');
  const lost = await bestHeight(dave.node.rpcPort);
  await dave.node.stop('SIGKILL');
  rmSync(base('Dave'), { recursive: true });

  const begin = Date.now();
  const machine = base('new-machine');
  mkdirSync(machine);
  assert.equal(run('tar', '--extract', '--file', backup, '--directory', machine).status, 0);
  // The record of its votes is lost, so it must not vote in the same round again. At first it only synchronises.
  dave.node = await start('Dave', machine, { validator: false });
  await dave.node.finalized(lost + 10, 120);
  assert.doesNotMatch(dave.node.log, SEALED);
  await dave.node.stop();
  dave.node = await start('Dave', machine);
  assert.equal(await rpc(dave.node.rpcPort, 'system_localPeerId'), peer);
  await until('it authors', () => SEALED.test(dave.node.log), { seconds: 120 });
  t.diagnostic(`from an empty folder to a block of its own: ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  await final.check(operators.map(({ node }) => node));
});

test('a broken database is thrown away, and the keys stay', async () => {
  const { node } = operators[2];
  const lost = await bestHeight(node.rpcPort);
  await node.stop();
  const purged = run(NODE, 'purge-chain', `--base-path=${base('Charlie')}`, `--chain=${chain}`, '-y');
  assert.equal(purged.status, 0, purged.stderr);
  assert.equal(readdirSync(keystore(base('Charlie'))).length, 4);
  operators[2].node = await start('Charlie', base('Charlie'), { validator: false });
  await operators[2].node.finalized(lost + 10, 120);
  await operators[2].node.stop();
  operators[2].node = await start('Charlie');
  await until('it authors', () => SEALED.test(operators[2].node.log), { seconds: 120 });
  await final.check(operators.map(({ node }) => node));
});

test('nobody was slashed for coming back', async () => {
  const api = await connect(operators[0].node);
  try {
    for (const { pair } of operators) {
      const ledger = (await api.query.stakingSlash.ledgers(pair.address)).unwrap();
      assert.equal(ledger.active.toBigInt(), 30_000n * SLN);
      assert.equal(ledger.asideFromActive.toBigInt(), 0n);
    }
    assert.equal((await api.query.offences.reports.entries()).length, 0);
  } finally {
    await api.disconnect();
  }
});

test('a description that makes no sense is refused, with what is wrong with it', () => {
  const [first, second] = network.anchors;
  /** @type {[object, RegExp][]} */
  const changes = [
    [{ id: undefined }, /has no "id"/],
    [{ bootnodes: [] }, /"bootnodes" is unknown/],
    [{ anchors: {} }, /are lists/],
    [{ id: 'My Chain' }, /lower case/],
    [{ id: 'smartlayer_live_template' }, /choose another id/],
    [{ anchors: [first] }, /1 anchors: it must be 4/],
    [{ anchors: [first, first, ...network.anchors.slice(2)] }, /is named twice/],
    [
      { anchors: [first, { ...second, keys: first.keys }, ...network.anchors.slice(2)] },
      /each seat requires its own keys/,
    ],
    [{ anchors: [first, { ...second, keys: {} }, ...network.anchors.slice(2)] }, /has no key "grandpa"/],
    [{ anchors: [first, { ...second, bond: '1e4' }, ...network.anchors.slice(2)] }, /is no amount/],
    [{ balances: { ...network.balances, [first.account]: '30100' } }, /needs a balance of its bond/],
  ];
  for (const [change, said] of changes) {
    const { status, stdout, stderr } = makeSpec({ ...network, ...change });
    assert.equal(status, 1, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, said);
  }
  // The tool accepts a bond below the minimum, and the chain refuses it.
  const poor = makeSpec({ ...network, anchors: network.anchors.map((anchor) => ({ ...anchor, bond: '5' })) });
  const file = path.join(folder, 'poor.json');
  writeFileSync(file, poor.stdout);
  const { status, stderr } = run(NODE, 'export-chain-spec', `--chain=${file}`, '--raw');
  assert.notEqual(status, 0);
  assert.match(stderr, /can't bond .* at genesis|can't sit at genesis/);
  assert.ok(readFileSync(chain, 'utf8').includes(ID));
});
