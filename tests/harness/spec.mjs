// Chain specifications of the tests. All changes of a genesis that the tests make are in this file.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { u8aConcat, u8aToHex } from '@polkadot/util';
import { xxhashAsU8a } from '@polkadot/util-crypto';
import { temporaryFolder } from './folder.mjs';
import { AS_ALICE, Node, run } from './node.mjs';
import { SLN } from './polkadot-js.mjs';

/** The periods of a track that decides an unopposed referendum within eight blocks. */
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

/** The fast tempo of a chain of one node. No suite waits for more than half a minute. */
const QUICK = {
  slotMillis: 500,
  epochSlots: 10,
  termEpochs: 2,
  // Longer than any suite needs within one interval.
  intervalBlocks: 24,
  backupDelayBlocks: 2,
  reportWindowBlocks: 4,
  voteBlocks: 4,
  slashDeferralBlocks: 24,
  appealBlocks: 44,
  unbondingBlocks: 100,
  rewardPeriodBlocks: 10,
  demandBlocks: 4,
  maintenanceBlocks: 10,
  windowBlocks: 10,
  commitBlocks: 4,
  revealBlocks: 6,
  governance: QUICK_GOVERNANCE,
};

/** The fast tempo of a network of several nodes on two processors. */
export const NETWORK_TEMPO = {
  slotMillis: 1_000,
  epochSlots: 10,
  termEpochs: 2,
  intervalBlocks: 10,
  backupDelayBlocks: 2,
  reportWindowBlocks: 10,
  // Seats have the time to vote by command, and the convicted to appeal, on a slow machine as well.
  voteBlocks: 16,
  slashDeferralBlocks: 24,
  appealBlocks: 44,
  unbondingBlocks: 110,
  demandBlocks: 10,
  maintenanceBlocks: 20,
  windowBlocks: 10,
  commitBlocks: 4,
  revealBlocks: 6,
  governance: QUICK_GOVERNANCE,
};

/** Returns the storage key of a pallet's item. */
export function storageKey(pallet, item) {
  return u8aToHex(u8aConcat(xxhashAsU8a(pallet, 128), xxhashAsU8a(item, 128)));
}

/** Returns the specification that the node exports for a chain (a name or a file). */
export async function specOf(chain, args = [], program = undefined) {
  const { code, stdout, stderr } = await run(['export-chain-spec', `--chain=${chain}`, ...args], { program });
  if (code !== 0) throw new Error(`the specification of ${chain} can't be had: ${stderr}`);
  return JSON.parse(stdout);
}

/** Merges a nested object into another one. */
function merge(into, from) {
  for (const [key, value] of Object.entries(from)) {
    if (value && typeof value === 'object' && !Array.isArray(value)) merge((into[key] ??= {}), value);
    else into[key] = value;
  }
}

/** Writes a specification to a new file. */
export function writeSpec(spec) {
  const file = path.join(temporaryFolder(), `${spec.id}.json`);
  writeFileSync(file, JSON.stringify(spec));
  return file;
}

/**
 * Writes the specification of `base` with these changes, and returns its file.
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
 * Writes a raw specification with a modified genesis state, and returns its file. For states that no genesis of this
 * runtime has.
 */
export async function rawChainLike(base, change) {
  const spec = await specOf(base, ['--raw']);
  change(spec.genesis.raw.top);
  return writeSpec(spec);
}

/** Returns the genesis state in which an upgrade to the code with this hash is authorised (blake2, hexadecimal). */
export function withAuthorizedUpgrade(hash) {
  return (top) => {
    top[storageKey('System', 'AuthorizedUpgrade')] = `${hash}01`;
  };
}

/** Sets balances of a genesis, in SLN. */
export function endow(addresses, amount) {
  return ({ balances }) => {
    balances.balances.push(...addresses.map((address) => [address, Number(BigInt(amount) * SLN)]));
  };
}

/** Starts a chain of one node like the development chain, with a fast tempo. */
export async function quickNode(...args) {
  return Node.start([`--chain=${await chainLike('dev', { tempo: QUICK })}`, ...AS_ALICE, '--tmp', ...args]);
}

/** Writes the specification of a fast chain on which programs have the time to answer demands, and returns its file. */
export const chainForPrograms = () => chainLike('dev', { tempo: { ...QUICK, demandBlocks: 40, unbondingBlocks: 160 } });

/** Starts a chain of one node for programs. */
export async function nodeForPrograms(...args) {
  return Node.start([`--chain=${await chainForPrograms()}`, ...AS_ALICE, '--tmp', ...args]);
}

/**
 * Returns the file of a raw specification of a fast chain, in which an upgrade to the code with this hash is authorised.
 *
 * @param {string} [base] the chain to begin with
 */
export async function quickChainWithUpgrade(hash, base) {
  return rawChainLike(base ?? (await chainLike('dev', { tempo: QUICK })), withAuthorizedUpgrade(hash));
}
