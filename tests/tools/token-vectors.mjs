// Prints the example of `primitives/token/vectors.json`. Signatures of sr25519 keys differ in each run.
//
//   node tests/tools/token-vectors.mjs > primitives/token/vectors.json
import { Keyring } from '@polkadot/keyring';
import { u8aToHex } from '@polkadot/util';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { classOf, payloadOf } from './statement.mjs';
import { actionBytes, after, emptyState, payload, signedWrite, stateBytes, stateHash } from './token.mjs';

await cryptoWaitReady();
const keyring = new Keyring({ type: 'sr25519' });
const [issuer, user, other] = ['//Issuer', '//User', '//Other'].map((uri) => keyring.addFromUri(uri));
const hex = (pair) => u8aToHex(pair.publicKey);
const filled = (byte) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;

const [genesis, salt, instance, node] = [1, 2, 3, 4].map(filled);
const record = (number) => ({ genesis, issuer: hex(issuer), salt, instance, bit: '9', node, number });
const hash = classOf({ issuer: hex(issuer), salt });
/** @type {[typeof issuer, any][]} */
const actions = [
  [issuer, { assign: record('1') }],
  [issuer, { set: ['name', 'Zürich, 8:00'] }],
  [issuer, { set: ['class.2', ''] }],
  [issuer, { transfer: hex(user) }],
  [user, { mark: true }],
  [user, { transfer: hex(other) }],
  [other, { mark: false }],
  [issuer, { remove: 'class.2' }],
  [issuer, { assign: record('2') }],
];

let state = emptyState(hash, instance);
const empty = { bytes: u8aToHex(stateBytes(state)), state: stateHash(state) };
const operations = actions.map(([by, action]) => {
  const place = { genesis, before: stateHash(state) };
  const write = u8aToHex(signedWrite(by, action, place));
  state = after(state, action);
  const bit = action.mark === undefined ? null : { number: '9', set: action.mark };
  const body = { state: stateHash(state), symbols: filled(0), bit, write };
  return {
    user: hex(by),
    content: action,
    action: u8aToHex(actionBytes(action)),
    signed: u8aToHex(payload(action, place)),
    write,
    bytes: u8aToHex(stateBytes(state)),
    state: stateHash(state),
    payload: payloadOf(body),
  };
});
console.log(JSON.stringify({ genesis, class: hash, instance, node, empty, operations }, null, 2));
