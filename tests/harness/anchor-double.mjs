// An anchor as a service node sees it: it takes batches, and signs receipts, or does not.
import { createServer } from 'node:http';
import { u8aConcat, u8aToHex } from '@polkadot/util';
import { keccakAsHex } from '@polkadot/util-crypto';
import { freePort } from './node.mjs';
import { hexOf } from './service-node.mjs';
import { receiptBytes } from '../tools/statement.mjs';

/** The lengths of a batch's header, an operation, and what comes before the write in its body. */
const [HEADER, OPERATION, BODY] = [125, 168, 73];

/** @typedef {'acknowledge' | 'refuse' | 'forge' | 'lie'} Mode */

export class AnchorDouble {
  /** What it does with batches. @type {Mode} */
  mode = 'acknowledge';
  /** The batches that it has acknowledged by their numbers, as they came. @type {Map<number, Buffer>} */
  batches = new Map();
  /** Their operations: instance and sequence. @type {Set<string>} */
  operations = new Set();
  #server;
  #port;
  #of;

  /** @param {{ pair: any, stranger: any, genesis: string, node: string }} of */
  constructor(of) {
    this.#of = of;
  }

  /**
   * Starts an anchor with the seat of `pair` for the batches of `node`. `stranger` signs what is forged.
   *
   * @param {{ pair: any, stranger: any, genesis: string, node: string }} of
   */
  static async start(of) {
    const anchor = new AnchorDouble(of);
    anchor.#server = createServer((request, response) => anchor.#take(request, response));
    anchor.#port = await freePort();
    await new Promise((resolve) => anchor.#server.listen(anchor.#port, '127.0.0.1', () => resolve(undefined)));
    return anchor;
  }

  /** Whether its batches have consecutive numbers. */
  get isComplete() {
    const numbers = [...this.batches.keys()];
    return numbers.every((number, index) => number === numbers[0] + index);
  }

  /** What the configuration of a service node says of it. */
  get config() {
    return `\n[[anchors]]\nurl = "http://127.0.0.1:${this.#port}"\nseat = "${this.#of.pair.address}"\n`;
  }

  async #take(request, response) {
    const { pair, stranger, genesis, node } = this.#of;
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const from = 33 + bytes[32];
    const header = bytes.subarray(from, from + HEADER);
    const number = Number(header.readBigUInt64BE(83));
    if (this.mode === 'refuse') return response.writeHead(503).end('later');
    const batch = this.mode === 'lie' ? `0x${'00'.repeat(32)}` : keccakAsHex(header);
    const signed = receiptBytes({ genesis, seat: hexOf(pair), node, number, batch });
    if (this.mode === 'acknowledge') {
      if (this.batches.get(number)?.equals(bytes) === false) return response.writeHead(409).end('another batch');
      this.batches.set(number, bytes);
      this.#keep(bytes.subarray(from + HEADER));
    }
    const by = this.mode === 'forge' ? stranger : pair;
    return response.end(u8aConcat(signed, [1], by.sign(signed)));
  }

  #keep(content) {
    for (let at = 0; at < content.length;) {
      const instance = u8aToHex(content.subarray(at + 32, at + 64));
      this.operations.add(`${instance}/${content.readBigUInt64BE(at + 64)}`);
      const write = content.readUInt16BE(at + OPERATION + BODY);
      at += OPERATION + BODY + 2 + write;
    }
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
