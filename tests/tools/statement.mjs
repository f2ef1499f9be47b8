// Statements, bodies and batches of operations, receipts and records by `docs/spec/statement.md`.
import { bnToU8a, hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { keccakAsHex } from '@polkadot/util-crypto';

/** Returns a number as big-endian bytes of this length. */
function bigEndian(name, number, bytes) {
  const exact = BigInt(number);
  if (exact < 0n || exact >> BigInt(8 * bytes)) throw new Error(`the ${name} ${number} is no number of ${bytes} bytes`);
  return bnToU8a(exact, { bitLength: 8 * bytes, isLe: false });
}

/** Returns the 32 bytes of a hash or an account in hexadecimal. */
function bytes32(name, value) {
  if (!/^0x[0-9a-f]{64}$/i.test(value)) throw new Error(`the ${name} “${value}” is not 32 bytes in hexadecimal`);
  return hexToU8a(value);
}

/** Lays fields out after a text: 32 bytes each, or numbers of the given length. */
function layOut(text, content, fields) {
  const parts = fields.map(([name, length]) =>
    length ? bigEndian(name, content[name], length) : bytes32(name, content[name]),
  );
  return u8aConcat(stringToU8a(text), ...parts);
}

/** Returns the bytes of a statement that a service key signs. */
export function statementBytes(statement) {
  return layOut('SmartLayer statement v1', statement, [
    ...[['genesis'], ['node'], ['class'], ['instance'], ['sequence', 8], ['block', 4], ['blockHash']],
    ...[['state'], ['request'], ['response']],
  ]);
}

/** Returns the bytes of a receipt that an anchor's duty key signs. */
export function receiptBytes(receipt) {
  return layOut('SmartLayer receipt v1', receipt, [['genesis'], ['seat'], ['node'], ['number', 8], ['batch']]);
}

/** Returns the bytes of a record that a token's issuer signs. */
export function recordBytes(record) {
  return layOut('SmartLayer record v1', record, [
    ...[['genesis'], ['issuer'], ['salt'], ['instance'], ['bit', 8], ['node'], ['number', 8]],
  ]);
}

/** Returns the nonce of the call with which an observer samples the service of a node. */
export const probeNonce = (probe) =>
  keccakAsHex(
    layOut('SmartLayer probe v1', probe, [
      ...[['genesis'], ['observer'], ['window', 4], ['slot', 4], ['sample', 1], ['salt']],
    ]),
  );

/** Returns the hash of the request with which it reads a token. */
export const probeRequest = (probe, tokenClass, instance) =>
  keccakAsHex(stringToU8a(`GET /v1/tokens/${tokenClass}/${instance}?nonce=${probeNonce(probe)}\n`));

/** Returns the class of an issuer with a salt. */
export function classOf({ issuer, salt }) {
  return keccakAsHex(layOut('SmartLayer class v1', { issuer, salt }, [['issuer'], ['salt']]));
}

/** Returns the bytes of an operation's body. */
export function bodyBytes({ state, symbols, bit, write }) {
  const content = hexToU8a(write);
  if (content.length > 1_024) throw new Error(`the write has ${content.length} bytes, and 1024 are the maximum`);
  return u8aConcat(
    bytes32('state', state),
    bytes32('symbols', symbols),
    [bit ? (bit.set ? 2 : 1) : 0],
    bigEndian('bit', bit?.number ?? 0, 8),
    bigEndian('length', content.length, 2),
    content,
  );
}

/** Returns the payload of an operation with this body. */
export const payloadOf = (body) => keccakAsHex(bodyBytes(body));

/** Returns the header of a batch, which a service key signs, and the bytes of the whole batch. */
export function batchBytes({ genesis, node, number, entries }) {
  const content = u8aConcat(
    ...entries.map(({ operation, body }) =>
      u8aConcat(
        layOut('', { ...operation, node, payload: payloadOf(body) }, [
          ...[['class'], ['instance'], ['sequence', 8], ['user'], ['node'], ['payload']],
        ]),
        bodyBytes(body),
      ),
    ),
  );
  const header = layOut(
    'SmartLayer batch v1',
    { genesis, node, number, count: entries.length, content: keccakAsHex(content) },
    [['genesis'], ['node'], ['number', 8], ['count', 2], ['content']],
  );
  return { header, bytes: u8aConcat(header, content) };
}

/** Returns a statement with its key and signature, as the calls of the reports pallet take it. */
export function signStatement(pair, statement) {
  const signature = { [{ sr25519: 'Sr25519', ed25519: 'Ed25519', ecdsa: 'Ecdsa' }[pair.type]]: '' };
  const [scheme] = Object.keys(signature);
  signature[scheme] = u8aToHex(pair.sign(statementBytes(statement)));
  return { statement, key: pair.address, signature };
}
