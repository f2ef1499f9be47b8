// Chain specifications that are not one of those the node brings along.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { u8aConcat, u8aToHex } from '@polkadot/util';
import { xxhashAsU8a } from '@polkadot/util-crypto';
import { temporaryFolder } from './folder.mjs';
import { run } from './node.mjs';

/** Where a pallet's item is stored. */
export function storageKey(pallet, item) {
  return u8aToHex(u8aConcat(xxhashAsU8a(pallet, 128), xxhashAsU8a(item, 128)));
}

/** A file with the specification of a chain in raw form, whose genesis state has been changed by hand. */
export async function rawSpec(chain, change) {
  const file = path.join(temporaryFolder(), `${chain}.json`);
  const { code, stderr } = await run(['export-chain-spec', `--chain=${chain}`, '--raw', `--output=${file}`]);
  if (code !== 0) throw new Error(stderr);
  const spec = JSON.parse(readFileSync(file, 'utf8'));
  change(spec.genesis.raw.top);
  writeFileSync(file, JSON.stringify(spec));
  return file;
}
