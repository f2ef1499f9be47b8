// Writes the metadata of the development chain, from which the client library for programs is generated.
//
//   node tests/tools/client-metadata.mjs <RPC port of a dev node> > agents/client/metadata.scale
import { fileURLToPath } from 'node:url';
import { compactFromU8a, hexToU8a } from '@polkadot/util';
import { rpc } from '../harness/rpc.mjs';

/** The newest version of the format that the library reads. */
const VERSION = '0x10000000';

/** Returns the metadata of a node's runtime, as it was at genesis: some constants follow from the state. */
export async function clientMetadata(port) {
  const genesis = await rpc(port, 'chain_getBlockHash', [0]);
  const answer = hexToU8a(await rpc(port, 'state_call', ['Metadata_metadata_at_version', VERSION, genesis]));
  if (answer[0] !== 1) throw new Error('the runtime has no metadata of version 16');
  const [prefix, length] = compactFromU8a(answer.subarray(1));
  const metadata = answer.subarray(1 + prefix);
  if (metadata.length !== length.toNumber()) throw new Error('the metadata is not as long as it says');
  return metadata;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(await clientMetadata(Number(process.argv[2])));
}
