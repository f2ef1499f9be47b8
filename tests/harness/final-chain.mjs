// Remembers what has been final, and holds the nodes to it.
import assert from 'node:assert/strict';
import { finalizedHeight, rpc } from './rpc.mjs';

/** The finalised blocks of a network. */
export class FinalChain {
  #hashes = [];

  /**
   * Asks every running node for all that it has finalised: no node may have another block at a height than any other
   * node has, or than any node had when it was asked before.
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
