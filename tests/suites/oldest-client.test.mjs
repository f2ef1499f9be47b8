// The oldest `@polkadot/api` that can sign for this chain, and the chain's error for older ones.
//
// Since 11.1 the library supports all extensions of this chain. Before, it did not know the extension with the hash of the
// metadata, and signed without it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ApiPromise, WsProvider } from 'polkadot-api-js-11';
import { Node } from '../harness/node.mjs';
import { account, free, SLN } from '../harness/polkadot-js.mjs';
import { rpc } from '../harness/rpc.mjs';
import { until } from '../harness/wait.mjs';

let node;
/** @type {any} */
let api;

before(async () => {
  node = await Node.dev();
  api = await ApiPromise.create({ provider: new WsProvider(node.ws, 500), noInitWarn: true, throwOnConnect: true });
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

test('is the version that the guide names', () => {
  const { version } = JSON.parse(
    readFileSync(new URL('../node_modules/polkadot-api-js-11/package.json', import.meta.url), 'utf8'),
  );
  const guide = readFileSync(new URL('../../docs/guides/polkadot-js-apps.md', import.meta.url), 'utf8');
  assert.ok(guide.includes(`\`@polkadot/api\` ${version}`), version);
});

test('signs a transfer that the chain accepts', async () => {
  const [alice, bob] = await Promise.all([account('Alice'), account('Bob')]);
  const had = await free(api, bob.address);
  // It sends without a callback, because it cannot decode a block with transactions of version 5 of the format.
  await api.tx.balances.transferKeepAlive(bob.address, SLN).signAndSend(alice);
  await until('the transfer is in a block', async () => (await free(api, bob.address)) === had + SLN);
});

test('a transaction that lacks what the chain checks is refused with a reason', async () => {
  const [alice, bob] = await Promise.all([account('Alice'), account('Bob')]);
  const tx = await api.tx.balances.transferKeepAlive(bob.address, SLN).signAsync(alice, { era: 0 });
  // Without the byte of the extension before the call, as an older library encodes it, so that all following bytes are
  // misplaced.
  const bytes = Buffer.from(tx.toHex().slice(2), 'hex');
  const extension = bytes.length - tx.method.toU8a().length - 1;
  assert.equal(bytes[extension], 0, 'no hash of the metadata is signed');
  const body = Buffer.concat([bytes.subarray(2, extension), bytes.subarray(extension + 1)]);
  const short = Buffer.concat([Buffer.from([((body.length << 2) & 0xff) | 1, body.length >> 6]), body]);
  await assert.rejects(
    rpc(node.rpcPort, 'author_submitExtrinsic', [`0x${short.toString('hex')}`]),
    (/** @type {Error} */ error) => {
      assert.match(error.message, /someone sent an invalid transaction/);
      assert.doesNotMatch(error.message, /unreachable/);
      return true;
    },
  );
});
