// A seat whose program lies: it announces batches that nobody has, lets those wait who ask for them, co-signs nothing, and proposes what is
// wrong.
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { bnToU8a, hexToU8a, u8aConcat } from '@polkadot/util';
import { hexOf } from './service-node.mjs';
import { snapshotBytes, snapshotPayload } from '../tools/commitment.mjs';
import { receiptBytes } from '../tools/statement.mjs';

/** How many receipts it announces at a time. */
const RECEIPTS = 100;

export class LyingSeat {
  /** How often each path was called. @type {Map<string, number>} */
  calls = new Map();
  #server;
  #of;

  /** @param {{ pair: any, genesis: string, node: string }} of */
  constructor(of) {
    this.#of = of;
  }

  /**
   * Takes the place of a seat's program on its port. What it announces are batches of `node`.
   *
   * @param {{ pair: any, genesis: string, node: string, port: number }} of
   */
  static async start(of) {
    const seat = new LyingSeat(of);
    seat.#server = createServer((request, response) => seat.#answer(request, response));
    await new Promise((resolve) => seat.#server.listen(of.port, '127.0.0.1', () => resolve(undefined)));
    return seat;
  }

  #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    const kind = pathname.split('/')[2];
    this.calls.set(kind, (this.calls.get(kind) ?? 0) + 1);
    request.resume();
    // Whoever asks for a batch waits until it gives up.
    if (kind === 'batches') return undefined;
    if (pathname !== '/v1/receipts') return response.writeHead(404).end('no such thing');
    const from = Number(searchParams.get('from'));
    const receipts = Array.from({ length: RECEIPTS }, (_, index) => this.receipt(from + index));
    return response.end(u8aConcat(bnToU8a(2 ** 40, { bitLength: 64, isLe: false }), ...receipts));
  }

  /** Returns a signed receipt of a batch that does not exist. */
  receipt(number) {
    const { pair, genesis, node } = this.#of;
    const batch = `0x${number.toString(16).padStart(64, '0')}`;
    const receipt = receiptBytes({ genesis, seat: hexOf(pair), node, number, batch });
    return u8aConcat(receipt, [1], pair.sign(receipt));
  }

  /**
   * Proposes a snapshot without batches to an anchor's program, as the seat or another account, and returns the status and text
   * of the answer. Unless it is `whole`, the list of batches is announced but never sent.
   */
  async propose(anchor, snapshot, { as = this.#of.pair, by = as, whole = true } = {}) {
    const signature = by.sign(snapshotPayload(this.#of.genesis, snapshot, as.publicKey));
    const head = u8aConcat(as.publicKey, signature, snapshotBytes(snapshot));
    const request = httpRequest(`${anchor.url}/v1/co-signatures`, { method: 'POST' });
    request.setHeader('content-length', head.length + (whole ? 4 : 1_000_000));
    const answered = once(request, 'response', { signal: AbortSignal.timeout(10_000) });
    request.write(head);
    if (whole) request.end(hexToU8a('0x00000000'));
    const [response] = await answered;
    const text = await textOf(response);
    request.destroy();
    return { status: response.statusCode, text };
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
