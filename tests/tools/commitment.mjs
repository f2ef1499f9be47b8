// The trees of `docs/spec/commitment.md`, implemented from the document alone, independently of the chain.
import { keccakAsU8a } from '@polkadot/util-crypto';
import { hexToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';

const ZERO = new Uint8Array(32);

/** Returns a number as big-endian bytes of this length. */
function bigEndian(number, bytes) {
  return hexToU8a(
    `0x${BigInt(number)
      .toString(16)
      .padStart(2 * bytes, '0')}`,
  );
}

/** Returns the hash of a leaf, which is hashed twice. */
export const leaf = (bytes) => keccakAsU8a(keccakAsU8a(bytes));

/** Returns the leaf of what an observer says of the nodes on a page. */
export const claimLeaf = ({ genesis, observer, window, page, salt, readings }) =>
  leaf(
    u8aConcat(
      stringToU8a('SmartLayer claim v1'),
      ...[hexToU8a(genesis), hexToU8a(observer), bigEndian(window, 4), bigEndian(page, 4)],
      ...[hexToU8a(salt), hexToU8a(readings)],
    ),
  );

/** Returns the hash of an inner node, which is hashed once. */
const node = (left, right) => keccakAsU8a(u8aConcat(left, right));

/** Returns the rows of a tree, from the leaves to the root. The last node of an odd row moves up unchanged. */
function rows(leaves) {
  const all = [leaves];
  while (all.at(-1).length > 1) {
    const row = all.at(-1);
    const next = [];
    for (let i = 0; i < row.length; i += 2) next.push(i + 1 < row.length ? node(row[i], row[i + 1]) : row[i]);
    all.push(next);
  }
  return all;
}

/** Returns the root of a tree and the number of its leaves. */
export function commit(leaves) {
  return { root: leaves.length === 0 ? ZERO : rows(leaves).at(-1)[0], count: leaves.length };
}

/** Returns the siblings on the path of a leaf. */
export function prove(leaves, index) {
  const siblings = [];
  for (const row of rows(leaves).slice(0, -1)) {
    const sibling = row[index ^ 1];
    if (sibling) siblings.push(sibling);
    index >>= 1;
  }
  return siblings;
}

/** Returns whether the leaf has this index in the tree. */
export function verify({ root, count }, index, hash, siblings) {
  if (index >= count) return false;
  const left = [...siblings];
  for (let width = count; width > 1; width = Math.ceil(width / 2), index >>= 1) {
    if (index % 2 === 0 && index + 1 === width) continue;
    const sibling = left.shift();
    if (!sibling) return false;
    hash = index % 2 === 1 ? node(sibling, hash) : node(hash, sibling);
  }
  return left.length === 0 && u8aToHex(hash) === u8aToHex(root);
}

/** Returns the encoding of an operation that is hashed. */
export function operationBytes({ class: tokenClass, instance, sequence, user, node: server, payload }) {
  const [first, second, third, fourth, fifth] = [tokenClass, instance, user, server, payload].map((hex) =>
    hexToU8a(hex),
  );
  return u8aConcat(first, second, bigEndian(sequence, 8), third, fourth, fifth);
}

/** Returns the leaves and chunks of a bitmap in which these bits are set. */
export function bitmapLeaves(set) {
  const chunks = new Map();
  for (const { class: tokenClass, bit } of set) {
    const position = Math.floor(bit / 2048);
    const key = `${tokenClass}${position.toString(16).padStart(16, '0')}`;
    if (!chunks.has(key)) chunks.set(key, { tokenClass, position, bits: new Uint8Array(256) });
    chunks.get(key).bits[Math.floor((bit % 2048) / 8)] |= 1 << (bit % 8);
  }
  const sorted = [...chunks.keys()].sort().map((key) => chunks.get(key));
  return sorted.map(({ tokenClass, position, bits }) =>
    leaf(u8aConcat(hexToU8a(tokenClass), bigEndian(position, 8), keccakAsU8a(bits))),
  );
}

/** Returns the encoding of a snapshot that is hashed. */
export function snapshotBytes({ interval, parent, void: gap, operations, bitmap }) {
  return u8aConcat(
    bigEndian(interval, 4),
    hexToU8a(parent),
    bigEndian(gap, 4),
    hexToU8a(operations.root),
    bigEndian(operations.count, 4),
    hexToU8a(bitmap.root),
    bigEndian(bitmap.count, 4),
  );
}

/** Returns the hash of a snapshot. */
export const snapshotHash = (snapshot) => keccakAsU8a(snapshotBytes(snapshot));

/** Returns the payload that the co-signers of a snapshot sign for its writer. */
export function snapshotPayload(genesis, snapshot, writer) {
  return u8aConcat(stringToU8a('SmartLayer snapshot v2'), hexToU8a(genesis), snapshotHash(snapshot), writer);
}

/** Returns the peaks of the mountain range over snapshots, highest first. */
export function peaks(snapshots) {
  const mountains = [];
  for (const snapshot of snapshots) {
    let peak = { hash: leaf(snapshotBytes(snapshot)), height: 0 };
    while (mountains.at(-1)?.height === peak.height) {
      peak = { hash: node(mountains.pop().hash, peak.hash), height: peak.height + 1 };
    }
    mountains.push(peak);
  }
  return mountains.map(({ hash }) => hash);
}
