// Issues a token: the issuer signs a record that names the node, and sends it. Without a URL, it only prints the class.
//
//   node tests/examples/issue-a-token.mjs <secret URI of the issuer> [<URL of the service node>] [<number of the instance>]
import { Keyring } from '@polkadot/keyring';
import { u8aConcat, u8aToHex } from '@polkadot/util';
import { cryptoWaitReady, decodeAddress } from '@polkadot/util-crypto';
import { rpc } from '../harness/rpc.mjs';
import { classOf, recordBytes } from '../tools/statement.mjs';
import { actionBytes } from '../tools/token.mjs';

const [secret, url, number = '1'] = process.argv.slice(2);
if (!secret || !/^\d+$/.test(number)) {
  console.error('usage: node tests/examples/issue-a-token.mjs <secret URI> [<URL>] [<number>]');
  process.exit(2);
}
await cryptoWaitReady();
const pair = new Keyring({ type: 'sr25519', ss58Format: 8331 }).addFromUri(secret);
const issuer = u8aToHex(pair.publicKey);
// The issuer chooses a salt for each of its classes.
const salt = `0x${'01'.repeat(32)}`;
const hash = classOf({ issuer, salt });
const instance = `0x${BigInt(number).toString(16).padStart(64, '0')}`;
console.log(`class     ${hash}\ninstance  ${instance}`);

if (!url) {
  const genesis = await rpc(9944, 'chain_getBlockHash', [0]).catch(() => 'unknown: no node answers on port 9944');
  console.log(`genesis   ${genesis}`);
} else {
  const { node, genesis } = await (await fetch(`${url}/v1/prices`)).json();
  // The first record of the instance. Its bit is what `mark` sets.
  const assign = { genesis, issuer, salt, instance, bit: number, node: u8aToHex(decodeAddress(node)), number: 1 };
  const write = u8aToHex(u8aConcat(actionBytes({ assign }), [1], pair.sign(recordBytes(assign))));
  const body = JSON.stringify({ issuer: pair.address, salt, items: [{ instance, write }] });
  const response = await fetch(`${url}/v1/classes/${hash}/feed`, { method: 'POST', body });
  const { results, message } = await response.json();
  const error = message ?? results[0].error;
  console.log(error ? `refused: ${error}` : `issued to ${node}, operation ${results[0].sequence}`);
  process.exitCode = error ? 1 : 0;
}
