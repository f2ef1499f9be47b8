// Prints the examples of `primitives/statement/vectors.json`. Signatures of sr25519 keys differ in each run.
//
//   node tests/tools/statement-vectors.mjs > primitives/statement/vectors.json
import { Keyring } from '@polkadot/keyring';
import { u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, keccakAsHex } from '@polkadot/util-crypto';
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
} from './statement.mjs';

await cryptoWaitReady();
const pair = new Keyring({ type: 'sr25519' }).addFromUri('//Alice');
const signed = (bytes) => ({
  bytes: u8aToHex(bytes),
  key: u8aToHex(pair.publicKey),
  signature: u8aToHex(pair.sign(bytes)),
});
const filled = (byte) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const MAX_U64 = '18446744073709551615';

const statements = [
  {
    ...{ genesis: filled(1), node: filled(2), class: filled(3), instance: filled(4), sequence: '5', block: '6' },
    ...{ blockHash: filled(7), state: filled(8), request: keccakAsHex('0x'), response: keccakAsHex('0x61') },
  },
  {
    ...{ genesis: filled(255), node: filled(0), class: filled(3), instance: filled(0), sequence: MAX_U64 },
    ...{ block: '4294967295', blockHash: filled(255), state: filled(0), request: filled(1), response: filled(2) },
  },
];
const receipts = [
  { genesis: filled(1), seat: filled(2), node: filled(3), number: '0', batch: filled(4) },
  { genesis: filled(1), seat: filled(2), node: filled(3), number: MAX_U64, batch: filled(5) },
];
const records = [
  ...[
    {
      genesis: filled(1),
      issuer: filled(2),
      salt: filled(3),
      instance: filled(4),
      bit: '0',
      node: filled(5),
      number: '1',
    },
  ],
  {
    genesis: filled(1),
    issuer: filled(2),
    salt: filled(0),
    instance: filled(4),
    bit: MAX_U64,
    node: filled(6),
    number: '258',
  },
];
const bodies = [
  { state: filled(1), symbols: filled(2), bit: null, write: '0x' },
  { state: filled(1), symbols: filled(2), bit: { number: '0', set: false }, write: '0x00' },
  { state: filled(0), symbols: filled(255), bit: { number: MAX_U64, set: true }, write: `0x${'ab'.repeat(1_024)}` },
];
const operation = (sequence) => ({ class: filled(7), instance: filled(8), sequence, user: filled(9) });
const batches = [
  { genesis: filled(1), node: filled(2), number: '0', entries: [{ operation: operation('1'), body: bodies[0] }] },
  {
    ...{ genesis: filled(1), node: filled(2), number: '4294967296' },
    entries: bodies.map((body, index) => ({ operation: operation(`${index}`), body })),
  },
];

const probes = [
  { genesis: filled(1), observer: filled(2), window: '3', slot: '4', sample: '5', salt: filled(6) },
  { genesis: filled(1), observer: filled(2), window: '4294967295', slot: '65536', sample: '59', salt: filled(0) },
];

const examples = {
  statements: statements.map((content) => ({ content, ...signed(statementBytes(content)) })),
  receipts: receipts.map((content) => ({ content, ...signed(receiptBytes(content)) })),
  records: records.map((content) => ({ content, class: classOf(content), ...signed(recordBytes(content)) })),
  bodies: bodies.map((content) => ({ content, bytes: u8aToHex(bodyBytes(content)), payload: payloadOf(content) })),
  batches: batches.map((batch) => {
    const { header, bytes } = batchBytes(batch);
    const { key, signature } = signed(header);
    const hash = keccakAsHex(header);
    return { number: batch.number, operations: batch.entries.length, bytes: u8aToHex(bytes), hash, key, signature };
  }),
  probes: probes.map((content) => {
    const [tokenClass, instance] = [filled(171), filled(8)];
    const request = probeRequest(content, tokenClass, instance);
    return { content, nonce: probeNonce(content), class: tokenClass, instance, request };
  }),
};
console.log(JSON.stringify(examples, null, 2));
