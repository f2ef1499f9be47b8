// Records final blocks, and fails if a node has finalised another one.
import assert from 'node:assert/strict';
import { finalizedHeight, rpc } from './rpc.mjs';

/** The finalised blocks of a network. */
export class FinalChain {
  #hashes = [];

  /**
   * Requests all final blocks of each running node. At each height, all nodes must have the same block, now and in all
   * earlier calls.
   */
  async check(nodes) {
    for (const { rpcPort } of nodes.filter((node) => !node.ended)) {
      const height = await finalizedHeight(rpcPort);
      const heights = Array.from({ length: height + 1 }, (_, index) => index);
      const hashes = await rpc(rpcPort, 'chain_getBlockHash', [heights]);
      for (const [height, hash] of hashes.entries()) {
        this.#hashes[height] ??= hash;
        assert.equal(hash, this.#hashes[height], `block ${height} is final, and another one on ${rpcPort}`);
      }
    }
    return this.#hashes.length - 1;
  }
}
