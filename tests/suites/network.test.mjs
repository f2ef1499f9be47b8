// Four anchors on one machine, on the shared network.
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { bnToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { sharedNodes } from '../harness/network.mjs';
import { account, connect, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { finalizedHeight, rpc } from '../harness/rpc.mjs';
import { until } from '../harness/wait.mjs';

const nodes = sharedNodes();

const isFinal = ({ rpcPort }, height) =>
  until(`block ${height} is final`, async () => (await finalizedHeight(rpcPort)) >= height);

test('all find each other', async () => {
  for (const { rpcPort } of nodes) {
    await until('three peers', async () => (await rpc(rpcPort, 'system_health')).peers === 3);
  }
});

test('blocks are final, and the same for all', async () => {
  await Promise.all(nodes.map((node) => isFinal(node, 5)));
  const hashes = await Promise.all(nodes.map(({ rpcPort }) => rpc(rpcPort, 'chain_getBlockHash', [5])));
  assert.equal(new Set(hashes).size, 1);
});

test('the log says where the chain is, and not what no operator needs', async () => {
  for (const { logFile } of nodes) {
    const log = () => readFileSync(logFile, 'utf8');
    await until('a line about the chain', () => /(Idle|Syncing).* best: #\d+ .* finalized #\d+/.test(log()));
    assert.doesNotMatch(log(), /AddrCache|Starting consensus session|Prepared block/);
  }
});

test('what one node is told, all know', async () => {
  const apis = await Promise.all(nodes.map(connect));
  try {
    const [alice, eve] = await Promise.all([account('Alice'), account('Eve')]);
    const had = await free(apis[3], eve.address);
    const { block } = await send(apis[0], apis[0].tx.balances.transferKeepAlive(eve.address, SLN), alice, {
      finalized: true,
    });
    const height = (await apis[0].rpc.chain.getHeader(block)).number.toNumber();
    await isFinal(nodes[3], height);
    assert.equal((await apis[3].rpc.chain.getBlockHash(height)).toHex(), block);
    assert.equal(await free(apis[3], eve.address), had + SLN);
    const authors = new Set();
    let next = 1;
    await until(
      'each of four anchors authors',
      async () => {
        for (const head = await finalizedHeight(nodes[0].rpcPort); next <= head; next += 1) {
          const { author } = await apis[0].derive.chain.getHeader(await apis[0].rpc.chain.getBlockHash(next));
          authors.add(author.toString());
        }
        return authors.size === 4;
      },
      { seconds: 180 },
    );
  } finally {
    await Promise.all(apis.map((api) => api.disconnect()));
  }
});

/** Returns a header as an anchor would seal it in a slot. */
function sealed(api, pair, slot, authority, stateRoot) {
  const preDigest = u8aConcat(
    [2], // a slot in turn, without a proof of randomness
    bnToU8a(authority, { bitLength: 32 }),
    bnToU8a(slot, { bitLength: 64 }),
  );
  const header = (logs) =>
    api.createType('Header', {
      parentHash: api.genesisHash,
      number: 1,
      stateRoot,
      extrinsicsRoot: api.genesisHash,
      digest: { logs },
    });
  const logs = [{ PreRuntime: ['BABE', u8aToHex(preDigest)] }];
  const seal = pair.sign(header(logs).hash);
  return header([...logs, { Seal: ['BABE', u8aToHex(seal)] }]);
}

test('an anchor that seals two blocks for one slot is reported, disabled and slashed', async () => {
  const api = await connect(nodes[0]);
  try {
    const [alice, bob] = await Promise.all([account('Alice'), account('Bob')]);
    const bond = (await api.query.stakingSlash.ledgers(bob.address)).unwrap().active.toBigInt();
    const authorities = await api.query.babe.authorities();
    const authority = authorities.findIndex(([key]) => key.eq(bob.publicKey));
    const report = async () => {
      const slot = (await api.query.babe.currentSlot()).toBigInt();
      const question = u8aConcat(bnToU8a(slot, { bitLength: 64 }), bob.publicKey);
      const answer = await api.rpc.state.call('BabeApi_generate_key_ownership_proof', u8aToHex(question));
      const proof = api.createType('Option<Bytes>', answer.toU8a(true)).unwrap().toU8a(true);
      const evidence = {
        offender: bob.publicKey,
        slot,
        firstHeader: sealed(api, bob, slot, authority, `0x${'01'.repeat(32)}`),
        secondHeader: sealed(api, bob, slot, authority, `0x${'02'.repeat(32)}`),
      };
      const keyOwner = api.createType('SpSessionMembershipProof', proof);
      return send(api, api.tx.babe.reportEquivocation(evidence, keyOwner), alice, { finalized: true });
    };
    // At a change of epoch the slot and the proof can belong to different sessions, so it is tried once more.
    const { events } = await until('the report is taken', report, { seconds: 60, every: 3_000 });
    const aside = eventOf(events, 'stakingSlash', 'SlashSetAside').data;
    assert.equal(aside.offender.toString(), bob.address);
    assert.ok(aside.cause.isEquivocation);
    // One offender of four seats loses (3 × 1 / 4)² of its bond.
    const amount = aside.amount.toBigInt();
    assert.equal(amount, (bond * 9n) / 16n);
    assert.ok(eventOf(events, 'session', 'ValidatorDisabled'));

    await until('the slash is applied', async () => (await api.query.stakingSlash.slashes.entries()).length === 0, {
      seconds: 180,
    });
    const ledger = (await api.query.stakingSlash.ledgers(bob.address)).unwrap();
    assert.equal(ledger.active.toBigInt(), bond - amount);
    assert.equal(ledger.asideFromActive.toBigInt(), 0n);
  } finally {
    await api.disconnect();
  }
});
