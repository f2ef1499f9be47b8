// What seats sign for offers, by `docs/spec/agreements.md`, signed with the libraries of wallets.
import { bnToU8a, compactToU8a, hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { decodeAddress } from '@polkadot/util-crypto';

/** What distinguishes these payloads. */
const DOMAIN = stringToU8a('smartlayer/agreement/1');
/** The metrics, by their numbers. */
const METRICS = ['Availability', 'Latency', 'Bandwidth', 'Benchmark'];

const little = (number, bytes) => bnToU8a(BigInt(number), { bitLength: 8 * bytes, isLe: true });

/**
 * An offer: a bound for each objective of its module, the capacity, and the number of windows.
 *
 * @typedef {{ module: number, bounds: { metric: string, value: number }[], units: number, windows: number }} Offer
 */

/** Returns an offer in SCALE. @param {Offer} offer */
export function offerBytes({ module, bounds, units, windows }) {
  const each = bounds.map(({ metric, value }) => u8aConcat([METRICS.indexOf(metric)], little(value, 4)));
  return u8aConcat(little(module, 4), compactToU8a(bounds.length), ...each, little(units, 4), little(windows, 4));
}

/**
 * Returns the bytes that seats sign to stand for an offer in one round of one negotiation, until a block of the clock.
 *
 * @param {{
 *   genesis: string, negotiation: number | bigint, round: number, provider: string, offer: Offer, deadline: number
 * }} of the genesis hash in hexadecimal, and the address of the node
 */
export function payload({ genesis, negotiation, round, provider, offer, deadline }) {
  return u8aConcat(
    compactToU8a(DOMAIN.length),
    DOMAIN,
    hexToU8a(genesis),
    little(negotiation, 8),
    [round],
    decodeAddress(provider),
    offerBytes(offer),
    little(deadline, 4),
  );
}

/** Returns the signatures of seats whose duty keys are those of their accounts, as the chain takes them. */
export function coSign(seats, bytes) {
  return seats.map((seat) => ({
    seat: seat.address,
    key: u8aToHex(seat.publicKey),
    signature: u8aToHex(seat.sign(bytes)),
  }));
}
