// The formats of the token API in JavaScript, checked against the same example as the client library.
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, encodeAddress, keccakAsHex } from '@polkadot/util-crypto';
import { decodeHeader, networkOf, requestBytes, verifyStatement } from '../tools/token-api.mjs';

const vectors = JSON.parse(readFileSync(new URL('../../agents/client/src/api/vectors.json', import.meta.url), 'utf8'));

before(() => cryptoWaitReady());

test('requests have the bytes and hashes of the specification', () => {
  for (const { method, target, body, bytes, hash } of vectors.requests) {
    assert.equal(u8aToHex(requestBytes(method, target, body)), bytes);
    assert.equal(keccakAsHex(bytes), hash);
  }
});

test('a statement is read from its header, and only believed about its own answer', () => {
  const { requests, answer, statement, header } = vectors;
  const [{ method, target }] = requests;
  const response = new Response('', { headers: { 'smartlayer-statement': header } });
  const of = { method, target, text: answer, node: encodeAddress(statement.node, 8331), genesis: statement.genesis };
  const found = verifyStatement(response, of);
  assert.equal(found.sequence, BigInt(statement.sequence));
  assert.equal(found.state, statement.state);
  for (const other of [
    { text: '{}' },
    { method: 'POST' },
    { genesis: statement.state },
    { node: encodeAddress(statement.state) },
  ]) {
    assert.throws(() => verifyStatement(response, { ...of, ...other }), /about another/);
  }
  const changed = Buffer.from(header, 'base64');
  changed[200] ^= 1;
  const forged = new Response('', { headers: { 'smartlayer-statement': changed.toString('base64') } });
  assert.throws(() => verifyStatement(forged, of), /not by the key/);
});

test('a payment contains what the specification says', () => {
  const { header, session, amount, price, payTo, genesis, signer } = vectors.payment;
  const { x402Version, accepted, payload } = decodeHeader(header);
  assert.deepEqual(
    [x402Version, accepted.network, accepted.amount, accepted.payTo],
    [2, networkOf(genesis), price, payTo],
  );
  assert.deepEqual(
    [payload.session, payload.amount, payload.scheme, payload.signer],
    [session, amount, 'ed25519', signer],
  );
});
