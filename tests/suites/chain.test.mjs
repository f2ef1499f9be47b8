// The dev chain, used through `@polkadot/api`.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { bnToU8a, compactAddLength, numberToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata';
import { Node } from '../harness/node.mjs';
import { account, connect, errorName, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { rpc } from '../harness/rpc.mjs';
import { until } from '../harness/wait.mjs';

let node;
let api;
let alice;
let bob;

before(async () => {
  node = await Node.dev();
  api = await connect(node);
  alice = await account('Alice');
  bob = await account('Bob');
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

describe('metadata', () => {
  test('names the pallets that a client relies on', () => {
    const pallets = api.runtimeMetadata.asLatest.pallets.map(({ name, index }) => [name.toString(), index.toNumber()]);
    for (const expected of [
      ['System', 0],
      ['Balances', 2],
      ['Tempo', 10],
      ['Babe', 30],
      ['Session', 32],
      ['Referenda', 52],
    ]) {
      assert.deepEqual(
        pallets.find(([name]) => name === expected[0]),
        expected,
      );
    }
    assert.ok(!pallets.some(([name]) => name === 'Sudo'));
  });

  test('tells the token and the address format', () => {
    assert.deepEqual(api.registry.chainTokens, ['SLN']);
    assert.deepEqual(api.registry.chainDecimals, [12]);
    assert.equal(api.registry.chainSS58, 8331);
    assert.equal(api.consts.balances.existentialDeposit.toBigInt(), SLN / 100n);
  });

  test('has every RPC that wallets and indexers ask for', async () => {
    const { methods } = await rpc(node.rpcPort, 'rpc_methods');
    for (const method of [
      'system_health',
      'chain_getBlock',
      'state_getMetadata',
      'author_submitExtrinsic',
      'babe_epochAuthorship',
      'grandpa_roundState',
      'grandpa_proveFinality',
      'sync_state_genSyncSpec',
      'payment_queryInfo',
      'statement_submit',
      'chainHead_v1_follow',
      'transactionWatch_v1_submitAndWatch',
    ]) {
      assert.ok(methods.includes(method), method);
    }
  });
});

describe('a transfer', () => {
  test('is signed, included, final, and its events are read', async () => {
    const ferdie = (await account('Ferdie')).address;
    const had = await free(api, ferdie);
    const { events, block } = await send(api, api.tx.balances.transferKeepAlive(ferdie, 3n * SLN), alice, {
      finalized: true,
    });
    const transfer = eventOf(events, 'balances', 'Transfer');
    assert.equal(transfer.data.to.toString(), ferdie);
    assert.equal(transfer.data.amount.toBigInt(), 3n * SLN);
    assert.ok(eventOf(events, 'system', 'ExtrinsicSuccess'));
    assert.equal(await free(api, ferdie), had + 3n * SLN);
    assert.equal((await api.rpc.chain.getHeader(block)).hash.toHex(), block);
  });

  test('pays a fee, four fifths of it to the treasury and the rest to the author', async () => {
    const treasury = treasuryAddress();
    const author = alice.address;
    const before = {
      treasury: await free(api, treasury),
      author: await free(api, author),
      bob: await free(api, bob.address),
    };
    const { events } = await send(api, api.tx.system.remark('0x00'), bob);
    const paid = eventOf(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt();
    const after = {
      treasury: await free(api, treasury),
      author: await free(api, author),
      bob: await free(api, bob.address),
    };

    assert.ok(paid > 0n);
    assert.equal(before.bob - after.bob, paid);
    const toTreasury = after.treasury - before.treasury;
    const toAuthor = after.author - before.author;
    assert.equal(toTreasury + toAuthor, paid);
    assert.equal(toTreasury, (paid * 4n + 4n) / 5n);
  });

  test('is estimated as it is charged', async () => {
    const tx = api.tx.balances.transferKeepAlive(alice.address, SLN);
    const { partialFee } = await tx.paymentInfo(bob);
    const { events } = await send(api, tx, bob);
    const paid = eventOf(events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt();
    // The estimate is for a transaction of the same length, in a block of the same fullness.
    assert.ok(paid <= partialFee.toBigInt());
    assert.ok(paid * 10n >= partialFee.toBigInt() * 9n);
  });
});

describe('refused', () => {
  const submit = (hex) => rpc(node.rpcPort, 'author_submitExtrinsic', [hex]);
  const signed = async (options = {}, signer = alice) =>
    api.tx.balances.transferKeepAlive(bob.address, SLN).signAsync(signer, options);

  test('a bad signature', async () => {
    const tx = await signed();
    const signature = u8aToHex(tx.signature.toU8a(), -1, false);
    const other = signature.slice(0, -2) + (signature.endsWith('80') ? '81' : '80');
    const hex = tx.toHex();
    assert.ok(hex.includes(signature));
    await assert.rejects(submit(hex.replace(signature, other)), /bad signature/i);
  });

  test('a stale nonce', async () => {
    await send(api, api.tx.system.remark('0x01'), alice);
    await assert.rejects(submit((await signed({ nonce: 0 })).toHex()), /outdated/i);
  });

  test('a fee that its sender can not pay', async () => {
    const poor = await account('Nobody');
    await assert.rejects(submit((await signed({ nonce: 0 }, poor)).toHex()), /inability to pay/i);
  });

  test('a transaction for another chain', async () => {
    const other = `0x${'11'.repeat(32)}`;
    await assert.rejects(
      submit((await signed({ genesisHash: other, era: 0, blockHash: other })).toHex()),
      /bad signature/i,
    );
  });

  test('to remove session keys, by anyone', async () => {
    await assert.rejects(send(api, api.tx.session.purgeKeys(), alice), /system\.CallFiltered/);
    // Not inside a batch either.
    const { events } = await send(api, api.tx.utility.batch([api.tx.session.purgeKeys()]), alice);
    const interrupted = eventOf(events, 'utility', 'BatchInterrupted');
    assert.equal(errorName(api, interrupted.data.error), 'system.CallFiltered');
  });

  test('a transfer of more than there is', async () => {
    await assert.rejects(send(api, api.tx.balances.transferKeepAlive(bob.address, 10n ** 30n), alice), /Underflow/);
  });
});

describe('the metadata hash', () => {
  const digest = async () => {
    const metadata = (await api.call.metadata.metadataAtVersion(15)).unwrap();
    const merkleized = merkleizeMetadata(metadata.toU8a(true), {
      specName: api.runtimeVersion.specName.toString(),
      specVersion: api.runtimeVersion.specVersion.toNumber(),
      base58Prefix: 8331,
      decimals: 12,
      tokenSymbol: 'SLN',
    });
    return merkleized.digest();
  };

  test('of the runtime is that of its metadata', async () => {
    const metadataHash = u8aToHex(await digest());
    await send(api, api.tx.system.remark('0x02'), alice, { mode: 1, metadataHash });
  });

  test('of something else is refused', async () => {
    const metadataHash = u8aToHex(u8aConcat(new Uint8Array(32)));
    const tx = await api.tx.system.remark('0x03').signAsync(alice, { mode: 1, metadataHash });
    await assert.rejects(rpc(node.rpcPort, 'author_submitExtrinsic', [tx.toHex()]), /bad signature/i);
  });
});

function treasuryAddress() {
  const id = new Uint8Array(32);
  id.set(new TextEncoder().encode('modlsln/trsy'));
  return api.registry.createType('AccountId', id).toString();
}

describe('the statement store', () => {
  /** More than the SDK's default limit per second, above which a node disconnects its peer. This chain's node allows it. */
  const MANY = 6_000;

  /** Returns the encoding of an account's statement for the store. */
  function statement(pair, number) {
    const expiry = (BigInt(Math.floor(Date.now() / 1000) + 3_600) << 32n) | BigInt(number);
    const body = u8aConcat(
      [2],
      bnToU8a(expiry, { bitLength: 64, isLe: true }),
      [8],
      compactAddLength(numberToU8a(number)),
    );
    return u8aToHex(u8aConcat([3 << 2, 0, 0], pair.sign(body), pair.publicKey, body));
  }

  test('brings a node that comes later up to date, however much there is', async (t) => {
    // The duty key of the seat has an allowance.
    for (let from = 0; from < MANY; from += 200) {
      const batch = Array.from({ length: 200 }, (_, index) => statement(alice, from + index));
      const answers = await Promise.all(batch.map((one) => rpc(node.rpcPort, 'statement_submit', [one])));
      for (const { status } of answers) assert.equal(status, 'new');
    }
    const begin = Date.now();
    const other = await Node.start(['--chain=dev', '--tmp', `--bootnodes=${await node.address()}`], { metrics: true });
    t.after(() => other.stop());
    // A node drops statements that arrive while it still synchronises blocks, and requests them again a minute later.
    const hasAll = async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${other.metricsPort}/metrics`)).text();
      return Number(metrics.match(/^substrate_sub_statement_store_statements_total\S* (\d+)/m)?.[1]) >= MANY;
    };
    await until('the other node has them all', hasAll, { seconds: 100 });
    assert.equal((await rpc(other.rpcPort, 'system_health')).peers, 1);
    t.diagnostic(`${MANY} statements were there ${((Date.now() - begin) / 1000).toFixed(1)} s after the start`);
  });
});
