// Four anchors on one machine.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { localNetwork } from '../harness/node.mjs';
import { account, connect, free, send, SLN } from '../harness/polkadot-js.mjs';
import { rpc } from '../harness/rpc.mjs';
import { until } from '../harness/wait.mjs';

let network;

before(async () => {
  network = await localNetwork();
});

after(async () => {
  await network?.stop();
});

test('all find each other', async () => {
  for (const { rpcPort } of network.nodes) {
    await until('three peers', async () => (await rpc(rpcPort, 'system_health')).peers === 3);
  }
});

test('blocks are final, and the same for all', async () => {
  await Promise.all(network.nodes.map((node) => node.finalized(5)));
  const hashes = await Promise.all(network.nodes.map(({ rpcPort }) => rpc(rpcPort, 'chain_getBlockHash', [5])));
  assert.equal(new Set(hashes).size, 1);
});

test('what one node is told, all know', async () => {
  const apis = await Promise.all(network.nodes.map(connect));
  try {
    const [alice, eve] = await Promise.all([account('Alice'), account('Eve')]);
    const had = await free(apis[3], eve.address);
    const { block } = await send(apis[0], apis[0].tx.balances.transferKeepAlive(eve.address, SLN), alice, {
      finalized: true,
    });
    await until('the other end has it', async () => (await free(await apis[3], eve.address)) === had + SLN);
    assert.equal((await apis[3].rpc.chain.getHeader(block)).hash.toHex(), block);
    const authors = new Set();
    for (let height = 1; height <= 12; height += 1) {
      await until(
        `block ${height}`,
        async () => Number((await rpc(network.nodes[0].rpcPort, 'chain_getHeader')).number) >= height,
      );
      const { author } = await apis[0].derive.chain.getHeader(await apis[0].rpc.chain.getBlockHash(height));
      authors.add(author.toString());
    }
    assert.ok(authors.size >= 3, `only ${authors.size} of four anchors authored the first blocks`);
  } finally {
    await Promise.all(apis.map((api) => api.disconnect()));
  }
});

test('an anchor that runs twice with the same keys equivocates, is found out, and is slashed', async () => {
  const api = await connect(network.nodes[0]);
  const twin = await network.join('bob');
  try {
    const bob = (await account('Bob')).address;
    const bond = (await api.query.stakingSlash.ledgers(bob)).unwrap().active.toBigInt();
    const slash = await until(
      'a slash is set aside',
      async () => {
        const slashes = await api.query.stakingSlash.slashes.entries();
        return slashes.map(([, slash]) => slash.unwrap()).find((slash) => slash.offender.eq(bob));
      },
      { seconds: 120 },
    );
    assert.ok(slash.cause.isEquivocation);
    const amount = slash.fromActive.toBigInt();
    assert.ok(amount > 0n && amount <= bond);
    await twin.stop();
    await until(
      'the slash is applied',
      async () => {
        const now = (await api.query.stakingSlash.ledgers(bob)).unwrap();
        return now.active.toBigInt() + now.asideFromActive.toBigInt() <= bond - amount;
      },
      { seconds: 180 },
    );
  } finally {
    await twin.stop();
    await api.disconnect();
  }
});
