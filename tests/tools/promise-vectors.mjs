// Prints the examples of `primitives/promise/vectors.json`. Signatures of sr25519 keys differ in each run.
//
//   node tests/tools/promise-vectors.mjs > primitives/promise/vectors.json
import { u8aToHex } from '@polkadot/util';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { ethereumKey, promiseBytes, signPromise, substrateKey } from './promise.mjs';

await cryptoWaitReady();
const genesis = `0x${'5a'.repeat(32)}`;
const promises = [
  { genesis, session: '0', amount: '1' },
  { genesis, session: '258', amount: '1000000000000' },
  {
    genesis: `0x${'00'.repeat(31)}01`,
    session: '18446744073709551615',
    amount: '340282366920938463463374607431768211455',
  },
];
const types = /** @type {const} */ (['sr25519', 'ed25519', 'ecdsa']);
const keys = [
  ...types.flatMap((type) => [false, true].map((wrapped) => substrateKey('//Alice', type, { wrapped }))),
  ethereumKey(`0x${'42'.repeat(32)}`),
];
const vectors = promises.map(async (promise) => ({
  ...promise,
  bytes: u8aToHex(promiseBytes(promise)),
  signatures: await Promise.all(
    keys.map(async (key) => {
      const { signer, signature } = await signPromise(key, promise);
      return { signer, ...signature };
    }),
  ),
}));
console.log(JSON.stringify(await Promise.all(vectors), null, 2));
