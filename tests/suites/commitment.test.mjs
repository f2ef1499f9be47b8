// The encoding of commitments in JavaScript, checked against the same examples as the runtime.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { u8aToHex } from '@polkadot/util';
import { hexToU8a } from '@polkadot/util';
import * as commitment from '../tools/commitment.mjs';

const vectors = JSON.parse(readFileSync(new URL('../../primitives/commitment/vectors.json', import.meta.url), 'utf8'));
const hex = ({ root, count }) => ({ root: u8aToHex(root), count });

test('operations, their root and the proof of each', () => {
  const { list, commitment: expected } = vectors.operations;
  const leaves = list.map((operation) => commitment.leaf(commitment.operationBytes(operation)));
  const root = commitment.commit(leaves);
  assert.deepEqual(hex(root), expected);
  for (const [index, { bytes, leaf, siblings, ...operation }] of list.entries()) {
    assert.equal(u8aToHex(commitment.operationBytes(operation)), bytes);
    assert.equal(u8aToHex(leaves[index]), leaf);
    assert.deepEqual(
      commitment.prove(leaves, index).map((hash) => u8aToHex(hash)),
      siblings,
    );
    const proof = siblings.map((sibling) => hexToU8a(sibling));
    for (const other of leaves.keys()) {
      assert.equal(commitment.verify(root, other, leaves[index], proof), other === index);
    }
    assert.equal(commitment.verify(root, index, leaves[index], proof.slice(1)), proof.length === 0);
    assert.equal(commitment.verify(root, index, leaves[index], [...proof, leaves[0]]), false);
  }
});

test('the claims of an observer, their root and the proof of each', () => {
  const { list, root } = vectors.claims;
  const leaves = list.map((claim) => commitment.claimLeaf(claim));
  const all = commitment.commit(leaves);
  assert.equal(u8aToHex(all.root), root);
  for (const [page, { leaf, siblings }] of list.entries()) {
    assert.equal(u8aToHex(leaves[page]), leaf);
    const proof = siblings.map((sibling) => hexToU8a(sibling));
    assert.ok(commitment.verify(all, page, leaves[page], proof));
  }
});

test('a bitmap and its root', () => {
  const { set, commitment: expected } = vectors.bitmap;
  assert.deepEqual(hex(commitment.commit(commitment.bitmapLeaves(set))), expected);
});

test('snapshots, what is signed of them, and the peaks over all', () => {
  const { genesis, writer, list, peaks } = vectors.snapshots;
  for (const { bytes, hash, payload, ...snapshot } of list) {
    assert.equal(u8aToHex(commitment.snapshotBytes(snapshot)), bytes);
    assert.equal(u8aToHex(commitment.snapshotHash(snapshot)), hash);
    assert.equal(u8aToHex(commitment.snapshotPayload(genesis, snapshot, hexToU8a(writer))), payload);
  }
  assert.deepEqual(
    commitment.peaks(list).map((peak) => u8aToHex(peak)),
    peaks,
  );
});
