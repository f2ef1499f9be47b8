// The token API of service nodes, by `docs/spec/token-api.md`: requests, statements over answers, and payments.
import { stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { decodeAddress, keccakAsHex, signatureVerify } from '@polkadot/util-crypto';
import { stateHash } from './token.mjs';

const STATEMENT_BYTES = 291;

/** Returns the bytes of a request whose hash its answer's statement contains. */
export const requestBytes = (method, target, body = '') =>
  u8aConcat(stringToU8a(`${method} ${target}\n`), stringToU8a(body));

/** Returns the fields of an encoded statement. */
export function parseStatement(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const hash = (offset) => u8aToHex(bytes.subarray(offset, offset + 32));
  return {
    genesis: hash(23),
    node: hash(55),
    class: hash(87),
    instance: hash(119),
    sequence: view.getBigUint64(151),
    block: view.getUint32(159),
    blockHash: hash(163),
    state: hash(195),
    request: hash(227),
    response: hash(259),
  };
}

/**
 * Returns the statement of an answer after having checked all that needs no chain: node, request, response and signature.
 *
 * @param {Response} response
 * @param {{ method: string, target: string, body?: string, text: string, node: string, genesis: string }} of
 */
export function verifyStatement(response, { method, target, body, text, node, genesis }) {
  const header = response.headers.get('smartlayer-statement');
  if (!header) throw new Error('the answer has no statement');
  const bytes = new Uint8Array(Buffer.from(header, 'base64'));
  const signed = bytes.subarray(0, STATEMENT_BYTES);
  const key = bytes.subarray(STATEMENT_BYTES, STATEMENT_BYTES + 32);
  // The signature begins with a byte for its scheme, as the library expects it.
  const signature = bytes.subarray(STATEMENT_BYTES + 32);
  const statement = { ...parseStatement(signed), key: u8aToHex(key), signature: u8aToHex(signature) };
  const expected = {
    genesis,
    node: u8aToHex(decodeAddress(node)),
    request: keccakAsHex(requestBytes(method, target, body)),
    response: keccakAsHex(stringToU8a(text)),
  };
  // Otherwise it could state something else to everyone, and never contradict itself.
  const [, , , hash, instance] = target.split(/[/?]/);
  Object.assign(expected, { class: hash, instance });
  for (const [name, value] of Object.entries(expected)) {
    if (statement[name] !== value) throw new Error(`the statement is about another ${name}`);
  }
  if (!signatureVerify(signed, signature, key).isValid) throw new Error('the signature is not by the key');
  return statement;
}

/** Returns the hash of the state that an answer describes. */
export function hashOfToken({ assignment, owner, ...token }) {
  const hex = (address) => u8aToHex(decodeAddress(address));
  return stateHash({
    ...token,
    assignment: assignment && { ...assignment, issuer: hex(assignment.issuer), node: hex(assignment.node) },
    owner: owner && hex(owner),
  });
}

/** Returns the name of a chain in payments: `polkadot:` and half of its genesis hash. */
export const networkOf = (genesis) => `polkadot:${genesis.slice(2, 34)}`;

/** Returns a signed promise as payments contain it. */
export function voucher({ promise, signer, signature }) {
  const [key] = Object.values(signer);
  return {
    session: String(promise.session),
    amount: String(promise.amount),
    scheme: signature.scheme[0].toLowerCase() + signature.scheme.slice(1),
    signer: key,
    signature: signature.bytes,
  };
}

/** Returns the header that pays a call with a signed promise. */
export function paymentHeader(signed, { node, genesis, price }) {
  const accepted = {
    scheme: 'batch-settlement',
    network: networkOf(genesis),
    amount: String(price),
    asset: 'SLN',
    payTo: node,
    maxTimeoutSeconds: 60,
    extra: { binding: 'smartlayer-promise-v1', genesis },
  };
  return Buffer.from(JSON.stringify({ x402Version: 2, accepted, payload: voucher(signed) })).toString('base64');
}

/** Returns the content of a header of x402. */
export const decodeHeader = (value) => JSON.parse(Buffer.from(value, 'base64').toString());
