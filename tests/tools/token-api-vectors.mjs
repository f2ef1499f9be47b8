// Prints the example of `agents/client/src/api/vectors.json`. Its signatures are ed25519: the same in each run.
//
//   node tests/tools/token-api-vectors.mjs > agents/client/src/api/vectors.json
import { Keyring } from '@polkadot/keyring';
import { stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, encodeAddress, keccakAsHex } from '@polkadot/util-crypto';
import { signPromise, substrateKey } from './promise.mjs';
import { statementBytes } from './statement.mjs';
import { networkOf, paymentHeader, requestBytes } from './token-api.mjs';

await cryptoWaitReady();
const service = new Keyring({ type: 'ed25519' }).addFromUri('//Service');
const filled = (byte) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
const [genesis, node, hash, instance, blockHash, state] = [1, 2, 3, 4, 5, 6].map(filled);

const calls = [
  { method: 'GET', target: `/v1/tokens/${hash}/${instance}`, body: '' },
  { method: 'GET', target: `/v1/tokens/${hash}/${instance}/operations?from=2&limit=64`, body: '' },
  { method: 'POST', target: `/v1/tokens/${hash}/${instance}/operations`, body: '{"user":"Zürich\n"}' },
];
const requests = calls.map((call) => {
  const bytes = requestBytes(call.method, call.target, call.body);
  return { ...call, bytes: u8aToHex(bytes), hash: keccakAsHex(bytes) };
});

const answer = '{"an":"answer"}';
const statement = {
  ...{ genesis, node, class: hash, instance, sequence: '7', block: 8, blockHash, state },
  ...{ request: requests[0].hash, response: keccakAsHex(stringToU8a(answer)) },
};
const bytes = statementBytes(statement);
// The byte for the scheme: 0 is ed25519.
const header = Buffer.from(u8aConcat(bytes, service.publicKey, [0], service.sign(bytes))).toString('base64');

const [session, amount, price] = ['9', '18446744073709551616', '25'];
const key = substrateKey('//Website', 'ed25519');
const signed = await signPromise(key, { genesis, session, amount });
const to = encodeAddress(node, 8331);
const payment = { session, amount, price, payTo: to, network: networkOf(genesis), genesis, signer: key.signer.Ed25519 };
const paying = { ...payment, header: paymentHeader(signed, { node: to, genesis, price }) };

console.log(JSON.stringify({ requests, answer, statement, header, payment: paying }, null, 2));
