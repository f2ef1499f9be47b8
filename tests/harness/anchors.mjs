// Signs and writes snapshots on duty, as the anchors' program (planned) will do.
import { u8aToHex } from '@polkadot/util';
import { snapshotHash, snapshotPayload } from '../tools/commitment.mjs';
import { send } from './polkadot-js.mjs';
import { until } from './wait.mjs';

const NOTHING = { root: `0x${'00'.repeat(32)}`, count: 0 };

/** Returns the current interval: the seats in their order of duty, and the block from which each may write. */
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

/** Returns the snapshot of the interval with these operations and this bitmap. */
export async function nextSnapshot(api, { interval }, { operations = NOTHING, bitmap = NOTHING } = {}) {
  const last = (await api.query.anchors.lastSnapshot()).unwrapOr(undefined);
  const [before, parent] = last ? [last[0].toNumber(), last[1].toHex()] : [-1, NOTHING.root];
  return { interval, parent, void: interval - before - 1, operations, bitmap };
}

/** Returns the co-signatures of a snapshot for its writer. `pairs` maps the addresses of seats to their keys for duty. */
export function coSign(api, writer, snapshot, pairs) {
  const payload = snapshotPayload(api.genesisHash.toHex(), snapshot, writer.publicKey);
  return Object.entries(pairs).map(([seat, pair]) => ({
    seat,
    key: u8aToHex(pair.publicKey),
    signature: u8aToHex(pair.sign(payload)),
  }));
}

/** Writes a snapshot, and returns its hash and the events. */
export async function write(api, writer, snapshot, signatures) {
  const { events } = await send(api, api.tx.anchors.submitSnapshot(snapshot, signatures), writer);
  return { hash: u8aToHex(snapshotHash(snapshot)), events };
}
