// Creates the specification of a new live chain from the node's template and a description of the network.
//
//   node ops/make-chain-spec.mjs network.json > plain.json
//
// docs/guides/start-a-live-network.md describes network.json. SMARTLAYER_NODE is the node's program.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The decimals of SLN, and the number of smallest units in one SLN. */
const DECIMALS = 12;
/** The balance that an account must have besides its holds. */
const LEAST = unit('1');

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

/** Converts an amount of SLN, with or without a fraction, to smallest units. */
function unit(amount) {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d{1,12}))?$/.exec(amount) ?? [];
  if (whole === undefined) fail(`"${amount}" is no amount: write SLN as a text, like "30000" or "0.5"`);
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'));
}

function parse(text, what) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail(`${what} is no JSON: ${error.message}`);
  }
}

const [file] = process.argv.slice(2);
if (!file) fail('usage: make-chain-spec.mjs NETWORK.json');
let text;
try {
  text = readFileSync(file, 'utf8');
} catch {
  fail(`${file} can't be read`);
}
const network = parse(text, file);
const { name, id, protocolId, bootNodes = [], anchors = [], balances = {}, seats = {}, schedule } = network;
const FIELDS = ['name', 'id', 'protocolId', 'bootNodes', 'anchors', 'balances', 'seats', 'schedule'];
for (const field of Object.keys(network)) {
  if (!FIELDS.includes(field)) fail(`"${field}" is unknown: the fields are ${FIELDS.join(', ')}`);
}
if (!Array.isArray(anchors) || !Array.isArray(bootNodes)) fail('"anchors" and "bootNodes" are lists');
for (const [field, value] of Object.entries({ name, id, protocolId })) {
  if (typeof value !== 'string' || value === '') fail(`${file} has no "${field}"`);
}
if (!/^[a-z0-9_]+$/.test(id)) fail(`the id "${id}" may have lower case letters, digits and underscores`);
if (id === 'smartlayer_live_template') fail('choose another id: this one is that of the template');

const program = process.env.SMARTLAYER_NODE ?? 'smartlayer-node';
const exported = spawnSync(program, ['export-chain-spec', '--chain=live-template'], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
if (exported.error) fail(`there is no ${program}: install it, or name it in SMARTLAYER_NODE`);
if (exported.status !== 0) fail(exported.stderr.trim());
const spec = parse(exported.stdout, 'what the node exported');
const { patch } = spec.genesis.runtimeGenesis;

Object.assign(spec, { name, id, protocolId, bootNodes });
Object.assign(patch.anchors.params, seats);
if (schedule) patch.tempo.schedule = schedule;

const { floor, desiredSeats } = patch.anchors.params;
if (anchors.length < floor || anchors.length > desiredSeats) {
  fail(`${anchors.length} anchors: it must be ${floor} (seats.floor) to ${desiredSeats} (seats.desiredSeats)`);
}
const held = new Map();
const known = new Set();
for (const { account, bond, keys = {} } of anchors) {
  if (!account || !bond) fail('each anchor has an "account" and a "bond"');
  if (held.has(account)) fail(`${account} is named twice`);
  held.set(account, unit(bond) + BigInt(patch.anchors.params.candidacyDeposit));
  for (const key of ['grandpa', 'babe', 'authority_discovery', 'anch']) {
    if (!keys[key]) fail(`${account} has no key "${key}": ops/make-session-keys.sh prints all four`);
    if (known.has(keys[key])) fail(`the key ${keys[key]} of ${account} is used twice: each seat requires its own keys`);
    known.add(keys[key]);
  }
}
for (const [account, amount] of held) {
  if (balances[account] === undefined || unit(balances[account]) < amount + LEAST) {
    fail(`${account} needs a balance of its bond, the deposit of its candidacy and at least 1 SLN more`);
  }
}

// JSON numbers in JavaScript lose precision, so amounts are inserted as digits into the final text.
const digits = (amount) => `@${amount}@`;
patch.balances.balances.push(...Object.entries(balances).map(([account, amount]) => [account, digits(unit(amount))]));
patch.anchors.seats = anchors.map(({ account }) => account);
patch.stakingSlash.bonds = anchors.map(({ account, bond }) => [account, 'Anchor', digits(unit(bond))]);
patch.session.keys = anchors.map(({ account, keys }) => [account, account, keys]);
const total = Object.values(balances).reduce((sum, amount) => sum + unit(amount), 0n);
const [whole, fraction] = [total / unit('1'), total % unit('1')];
console.error(
  `${anchors.length} anchors, and ${Object.keys(balances).length} accounts with ${whole}.${String(fraction).padStart(DECIMALS, '0')} SLN in all`,
);
console.log(JSON.stringify(spec, undefined, 2).replace(/"@(\d+)@"/g, '$1'));
