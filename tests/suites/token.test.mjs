// The states of tokens and what is written to them in JavaScript, checked against the same example as the service node.
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hexToU8a, u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, sr25519Verify } from '@polkadot/util-crypto';
import { payloadOf } from '../tools/statement.mjs';
import { actionBytes, after, emptyState, payload, stateBytes, stateHash } from '../tools/token.mjs';

const vectors = JSON.parse(readFileSync(new URL('../../primitives/token/vectors.json', import.meta.url), 'utf8'));

before(() => cryptoWaitReady());

test('operations of a token have the bytes and states of the specification, and their signatures verify', () => {
  const { genesis, class: hash, instance, empty, operations } = vectors;
  let state = emptyState(hash, instance);
  assert.deepEqual({ bytes: u8aToHex(stateBytes(state)), state: stateHash(state) }, empty);
  for (const { user, content, action, signed, write, bytes, state: expected, payload: body } of operations) {
    const place = { genesis, before: stateHash(state) };
    assert.equal(u8aToHex(actionBytes(content)), action);
    assert.equal(u8aToHex(payload(content, place)), signed);
    // The action, a byte for the scheme, and the signature.
    const signature = hexToU8a(write).subarray(hexToU8a(action).length + 1);
    assert.ok(sr25519Verify(signed, signature, user));
    state = after(state, content);
    assert.equal(u8aToHex(stateBytes(state)), bytes);
    assert.equal(stateHash(state), expected);
    const bit = content.mark === undefined ? null : { number: '9', set: content.mark };
    assert.equal(payloadOf({ state: expected, symbols: `0x${'00'.repeat(32)}`, bit, write }), body);
  }
  assert.ok(operations.length >= 7);
});
