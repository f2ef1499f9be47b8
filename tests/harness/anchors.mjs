// What an anchor's daemon will do: sign snapshots, and write them on duty. Here the tests do it, from outside.
import { u8aToHex } from '@polkadot/util';
import { snapshotHash, snapshotPayload } from '../tools/commitment.mjs';
import { send } from './polkadot-js.mjs';
import { until } from './wait.mjs';

const NOTHING = { root: `0x${'00'.repeat(32)}`, count: 0 };

/** The interval that is: who may write in which order, and from which block on. */
export async function currentDuty(api) {
  const duty = await until('an interval is open', async () =>
    (await api.query.anchors.currentDuty()).unwrapOr(undefined),
  );
  return {
    interval: duty.interval.toNumber(),
    start: duty.start.toNumber(),
    order: duty.order.map(({ who, key }) => ({ who: who.toString(), key: key.toHex() })),
    writer: duty.writer.unwrapOr(undefined)?.toString(),
  };
}

/** The snapshot that the interval wants, of these operations and this bitmap. */
export async function nextSnapshot(api, { interval }, { operations = NOTHING, bitmap = NOTHING } = {}) {
  const last = (await api.query.anchors.lastSnapshot()).unwrapOr(undefined);
  const [before, parent] = last ? [last[0].toNumber(), last[1].toHex()] : [-1, NOTHING.root];
  return { interval, parent, void: interval - before - 1, operations, bitmap };
}

/** A snapshot's signatures by seats for its writer: pairs of the keys they have for duty, by the seats' addresses. */
export function coSign(api, writer, snapshot, pairs) {
  const payload = snapshotPayload(api.genesisHash.toHex(), snapshot, writer.publicKey);
  return Object.entries(pairs).map(([seat, pair]) => ({
    seat,
    key: u8aToHex(pair.publicKey),
    signature: u8aToHex(pair.sign(payload)),
  }));
}

/** Writes a snapshot, and answers with its hash and the events. */
export async function write(api, writer, snapshot, signatures) {
  const { events } = await send(api, api.tx.anchors.submitSnapshot(snapshot, signatures), writer);
  return { hash: u8aToHex(snapshotHash(snapshot)), events };
}
