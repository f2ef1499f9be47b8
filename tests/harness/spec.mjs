// Chain specifications that the node does not bring along: every change of a genesis that the tests make is made here.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { u8aConcat, u8aToHex } from '@polkadot/util';
import { xxhashAsU8a } from '@polkadot/util-crypto';
import { temporaryFolder } from './folder.mjs';
import { AS_ALICE, Node, run } from './node.mjs';
import { SLN } from './polkadot-js.mjs';

/** The periods of a track on which a referendum that nobody opposes is decided within eight blocks. */
const QUICK_TRACK = { prepare: 2, decide: 20, confirm: 2, enact: 2 };

const QUICK_GOVERNANCE = {
  root: QUICK_TRACK,
  slaAdmin: QUICK_TRACK,
  anchorAdmin: QUICK_TRACK,
  treasurer: QUICK_TRACK,
  slashReview: { prepare: 2, decide: 14, confirm: 3, enact: 2 },
  canceller: QUICK_TRACK,
  killer: QUICK_TRACK,
};

/** What makes a chain of one node quick: all that a suite waits for takes half a minute at most. */
const QUICK = {
  slotMillis: 500,
  epochSlots: 10,
  termEpochs: 2,
  // Longer than all that a suite tries within one interval.
  intervalBlocks: 24,
  backupDelayBlocks: 2,
  reportWindowBlocks: 4,
  voteBlocks: 4,
  slashDeferralBlocks: 24,
  appealBlocks: 44,
  unbondingBlocks: 100,
  rewardPeriodBlocks: 10,
  demandBlocks: 4,
  maintenanceBlocks: 4,
  windowBlocks: 10,
  commitBlocks: 4,
  revealBlocks: 6,
  governance: QUICK_GOVERNANCE,
};

/** The tempo of a network of several nodes that share two processors. */
export const NETWORK_TEMPO = {
  slotMillis: 1_000,
  epochSlots: 10,
  termEpochs: 2,
  intervalBlocks: 10,
  backupDelayBlocks: 2,
  reportWindowBlocks: 10,
  voteBlocks: 10,
  slashDeferralBlocks: 14,
  appealBlocks: 44,
  unbondingBlocks: 110,
  demandBlocks: 10,
  maintenanceBlocks: 20,
  windowBlocks: 10,
  commitBlocks: 4,
  revealBlocks: 6,
  governance: QUICK_GOVERNANCE,
};

/** Where a pallet's item is stored. */
export function storageKey(pallet, item) {
  return u8aToHex(u8aConcat(xxhashAsU8a(pallet, 128), xxhashAsU8a(item, 128)));
}

/** What a node prints as the specification of a chain: known by name, or in a file. */
export async function specOf(chain, args = [], program = undefined) {
  const { code, stdout, stderr } = await run(['export-chain-spec', `--chain=${chain}`, ...args], { program });
  if (code !== 0) throw new Error(`the specification of ${chain} can't be had: ${stderr}`);
  return JSON.parse(stdout);
}

/** Merges one tree of values into another. */
function merge(into, from) {
  for (const [key, value] of Object.entries(from)) {
    if (value && typeof value === 'object' && !Array.isArray(value)) merge((into[key] ??= {}), value);
    else into[key] = value;
  }
}

/** Writes a specification to a file of its own. */
export function writeSpec(spec) {
  const file = path.join(temporaryFolder(), `${spec.id}.json`);
  writeFileSync(file, JSON.stringify(spec));
  return file;
}

/**
 * Writes the specification of a chain like `base`, but for what is named here, and answers with its file.
 *
 * @param {string} base the chain to begin with
 * @param {{ tempo?: object, genesis?: object, change?: (patch: any) => void, program?: string }} but another tempo; other
 *   values of the genesis; what is to be done to it; or the runtime of another node program
 */
export async function chainLike(base, { tempo = {}, genesis = {}, change = () => {}, program } = {}) {
  const spec = await specOf(base, [], program);
  spec.id = `${spec.id}_test`;
  const { patch } = spec.genesis.runtimeGenesis;
  merge(patch.tempo.schedule, tempo);
  merge(patch, genesis);
  change(patch);
  return writeSpec(spec);
}

/**
 * Writes a specification in raw form, whose genesis state is changed by hand, and answers with its file: for states that
 * no genesis of this runtime has.
 */
export async function rawChainLike(base, change) {
  const spec = await specOf(base, ['--raw']);
  change(spec.genesis.raw.top);
  return writeSpec(spec);
}

/** A genesis state in which holders have authorised an upgrade to the code of this hash (blake2, hexadecimal). */
export function withAuthorizedUpgrade(hash) {
  return (top) => {
    top[storageKey('System', 'AuthorizedUpgrade')] = `${hash}01`;
  };
}

/** Gives accounts tokens, in SLN, in a genesis. */
export function endow(addresses, amount) {
  return ({ balances }) => {
    balances.balances.push(...addresses.map((address) => [address, Number(BigInt(amount) * SLN)]));
  };
}

/** Starts a chain of one node like the development chain, with a tempo in which little is waited for. */
export async function quickNode(...args) {
  return Node.start([`--chain=${await chainLike('dev', { tempo: QUICK })}`, ...AS_ALICE, '--tmp', ...args]);
}

/** The file of a raw specification of the quick chain in which an upgrade to the code of this hash is authorised. */
export async function quickChainWithUpgrade(hash) {
  return rawChainLike(await chainLike('dev', { tempo: QUICK }), withAuthorizedUpgrade(hash));
}
