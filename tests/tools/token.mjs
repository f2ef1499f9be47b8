// The states of tokens and what is written to them, by `docs/spec/token.md`.
import { bnToU8a, hexToU8a, stringToU8a, u8aConcat } from '@polkadot/util';
import { keccakAsHex } from '@polkadot/util-crypto';
import { recordBytes } from './statement.mjs';

/** The chain, and the hash of the state before an action. @typedef {{ genesis: string, before: string }} Place */

const bigEndian = (number, bytes) => bnToU8a(BigInt(number), { bitLength: 8 * bytes, isLe: false });

const keyBytes = (key) => u8aConcat([key.length], stringToU8a(key));

function attributeBytes(key, value) {
  const text = stringToU8a(value);
  return u8aConcat(keyBytes(key), bigEndian(text.length, 2), text);
}

/** Returns the bytes of an action: `{ assign }`, `{ transfer }`, `{ set: [key, value] }`, `{ remove }` or `{ mark }`. */
export function actionBytes(action) {
  if (action.assign) return u8aConcat([1], recordBytes(action.assign));
  if (action.transfer) return u8aConcat([2], hexToU8a(action.transfer));
  if (action.set) return u8aConcat([3], attributeBytes(action.set[0], action.set[1]));
  if (action.remove) return u8aConcat([4], keyBytes(action.remove));
  return new Uint8Array([5, action.mark ? 1 : 0]);
}

/**
 * Returns the bytes that the author of an action signs on a state of a token.
 *
 * @param {any} action
 * @param {Place} place
 */
export function payload(action, { genesis, before }) {
  if (action.assign) return recordBytes(action.assign);
  return u8aConcat(stringToU8a('SmartLayer write v1'), hexToU8a(genesis), hexToU8a(before), actionBytes(action));
}

/** Returns an action with its sr25519 signature: what `write` is in the token API. */
export const signedWrite = (pair, action, place) =>
  u8aConcat(actionBytes(action), [1], pair.sign(payload(action, place)));

/** Returns the bytes of a state. */
export function stateBytes({ class: hash, instance, sequence, assignment, owner, marked, attributes }) {
  const { issuer, salt, bit, node, number } = assignment ?? {};
  return u8aConcat(
    stringToU8a('SmartLayer state v1'),
    hexToU8a(hash),
    hexToU8a(instance),
    bigEndian(sequence, 8),
    assignment
      ? u8aConcat([1], hexToU8a(issuer), hexToU8a(salt), bigEndian(bit, 8), hexToU8a(node), bigEndian(number, 8))
      : [0],
    owner ? u8aConcat([1], hexToU8a(owner)) : [0],
    [marked ? 1 : 0],
    ...Object.keys(attributes)
      .sort()
      .map((key) => attributeBytes(key, attributes[key])),
  );
}

/** Returns the hash of a state, which statements contain. */
export const stateHash = (state) => keccakAsHex(stateBytes(state));

/** Returns the state of a token before its first operation. */
export const emptyState = (hash, instance) => ({
  ...{ class: hash, instance, sequence: 0, assignment: null, owner: null, marked: false, attributes: {} },
});

/** Returns the state after an action, which must be a valid one. */
export function after(state, action) {
  const next = { ...state, sequence: state.sequence + 1, attributes: { ...state.attributes } };
  if (action.assign) next.assignment = action.assign;
  if (action.transfer) next.owner = action.transfer;
  if (action.set) next.attributes[action.set[0]] = action.set[1];
  if (action.remove) delete next.attributes[action.remove];
  if (action.mark !== undefined) next.marked = action.mark;
  return next;
}
