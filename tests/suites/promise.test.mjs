// The encoding of promises in JavaScript, checked against the same examples as the runtime, and with the libraries of wallets.
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hexToU8a, u8aToHex, u8aWrapBytes } from '@polkadot/util';
import { cryptoWaitReady, ed25519Verify, secp256k1Verify, sr25519Verify } from '@polkadot/util-crypto';
import { verifyMessage } from 'ethers';
import { promiseBytes } from '../tools/promise.mjs';

const vectors = JSON.parse(readFileSync(new URL('../../primitives/promise/vectors.json', import.meta.url), 'utf8'));

before(() => cryptoWaitReady());

/** Verifies a signature with the library of a wallet. */
function verify(bytes, { signer, scheme, bytes: signature }) {
  const message = scheme.startsWith('Wrapped') ? u8aWrapBytes(bytes) : bytes;
  const [[kind, key]] = Object.entries(signer);
  switch (kind) {
    case 'Sr25519':
      return sr25519Verify(message, signature, key);
    case 'Ed25519':
      return ed25519Verify(message, signature, key);
    case 'Ecdsa':
      return secp256k1Verify(message, signature, key, 'blake2');
    default:
      return verifyMessage(bytes, signature).toLowerCase() === key;
  }
}

test('the bytes of a promise are those of the specification', () => {
  for (const { bytes, signatures: _, ...promise } of vectors) {
    assert.equal(u8aToHex(promiseBytes(promise)), bytes);
    assert.equal(hexToU8a(bytes).length, 77);
  }
});

test('every example verifies with the library of its wallet, and for no other promise', () => {
  for (const { bytes, signatures } of vectors) {
    assert.equal(signatures.length, 7);
    for (const signature of signatures) {
      assert.equal(verify(hexToU8a(bytes), signature), true, signature.scheme);
      for (const other of vectors.filter((vector) => vector.bytes !== bytes)) {
        assert.equal(verify(hexToU8a(other.bytes), signature), false, signature.scheme);
      }
    }
  }
});

test('what is no promise is refused with its reason', () => {
  const genesis = `0x${'01'.repeat(32)}`;
  for (const [wrong, why] of /** @type {[any, RegExp][]} */ ([
    [{ session: 1n, amount: 1n }, /is no genesis hash/],
    [{ genesis: genesis.slice(0, -2), session: 1n, amount: 1n }, /is no genesis hash/],
    [{ genesis, session: 2n ** 64n, amount: 1n }, /the session 18446744073709551616 is no number of 8 bytes/],
    [{ genesis, session: 1n, amount: -1n }, /the amount -1 is no number of 16 bytes/],
    [{ genesis, session: 1n, amount: 2n ** 128n }, /the amount \d+ is no number of 16 bytes/],
  ])) {
    assert.throws(() => promiseBytes(wrong), why);
  }
});
