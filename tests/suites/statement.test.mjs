// The encoding of statements, operations, receipts and records in JavaScript, checked against the same examples as the runtime.
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hexToU8a, u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, keccakAsHex, sr25519Verify } from '@polkadot/util-crypto';
import {
  batchBytes,
  bodyBytes,
  classOf,
  payloadOf,
  probeNonce,
  probeRequest,
  receiptBytes,
  recordBytes,
  statementBytes,
} from '../tools/statement.mjs';

const vectors = JSON.parse(readFileSync(new URL('../../primitives/statement/vectors.json', import.meta.url), 'utf8'));

before(() => cryptoWaitReady());

test('what is signed has the bytes of the specification, and its signature verifies', () => {
  for (const [examples, encode, length] of /** @type {[any[], (content: any) => Uint8Array, number][]} */ ([
    [vectors.statements, statementBytes, 291],
    [vectors.receipts, receiptBytes, 157],
    [vectors.records, recordBytes, 196],
  ])) {
    assert.ok(examples.length >= 2);
    for (const { content, bytes, key, signature } of examples) {
      assert.equal(u8aToHex(encode(content)), bytes);
      assert.equal(hexToU8a(bytes).length, length);
      assert.ok(sr25519Verify(bytes, signature, key));
    }
  }
  for (const { content, class: hash } of vectors.records) assert.equal(classOf(content), hash);
});

test('bodies and batches have the hashes of the specification', () => {
  for (const { content, bytes, payload } of vectors.bodies) {
    assert.equal(u8aToHex(bodyBytes(content)), bytes);
    assert.equal(payloadOf(content), payload);
  }
  for (const { bytes, hash, key, signature } of vectors.batches) {
    const header = hexToU8a(bytes).subarray(0, 125);
    assert.equal(keccakAsHex(header), hash);
    assert.ok(sr25519Verify(header, signature, key));
  }
});

test('probes have the nonces and requests of the specification', () => {
  assert.ok(vectors.probes.length >= 2);
  for (const { content, nonce, class: tokenClass, instance, request } of vectors.probes) {
    assert.equal(probeNonce(content), nonce);
    assert.equal(probeRequest(content, tokenClass, instance), request);
    assert.notEqual(probeNonce({ ...content, sample: '0' }), nonce);
  }
});

test('what has no encoding is refused with its reason', () => {
  const content = { ...vectors.statements[0].content };
  const body = { ...vectors.bodies[0].content };
  for (const [encode, why] of /** @type {[() => unknown, RegExp][]} */ ([
    [() => statementBytes({ ...content, node: '0x00' }), /the node “0x00” is not 32 bytes in hexadecimal/],
    [() => statementBytes({ ...content, sequence: 2n ** 64n }), /the sequence 18446744073709551616 is no number of 8/],
    [() => statementBytes({ ...content, block: -1 }), /the block -1 is no number of 4 bytes/],
    [() => bodyBytes({ ...body, write: `0x${'00'.repeat(1_025)}` }), /the write has 1025 bytes, and 1024 are the max/],
    [
      () => batchBytes({ ...content, number: 0, entries: Array(65_536).fill({ operation: {}, body }) }),
      /the class “undefined” is not 32 bytes/,
    ],
  ])) {
    assert.throws(encode, why);
  }
});
