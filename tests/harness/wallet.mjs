// A client that keeps sending while the chain it talks to is being upgraded.
import { u8aToHex } from '@polkadot/util';
import { sleep, until } from './wait.mjs';

/** How long a transfer may wait before it is signed again, in milliseconds. */
const PATIENCE = 12_000;

/** What a node says of a transaction that is none the worse for it. */
const TRANSIENT = /Already Imported|Priority is too low|outdated|temporarily banned|State already discarded/i;

/**
 * Sends transfers from one account, each to a destination of its own, without waiting for one before the next. What
 * the chain refuses or forgets is signed again, under the version that the chain then has and with the nonce it had:
 * so one of the two can arrive, and never both.
 */
export class Wallet {
  /** Why transfers were refused, and how many were signed again because the version had changed. */
  refused = [];
  signedAgain = 0;
  #api;
  #pair;
  #pending = [];
  #holding = false;
  #held;
  #next;
  #going;

  constructor(api, pair) {
    this.#api = api;
    this.#pair = pair;
  }

  /** Begins to send what `transfers` yields, one every `every` milliseconds. */
  async start(transfers, every) {
    this.#next = (await this.#api.rpc.system.accountNextIndex(this.#pair.address)).toNumber();
    this.#going = true;
    this.ended = this.#run(transfers, every);
  }

  /** Ends at once, whatever is still on its way. */
  abandon() {
    this.#going = false;
    this.#pending = [];
  }

  /** Sends no more, and waits until all that was sent is final. */
  async stop(seconds = 120) {
    this.#going = false;
    await until('every transfer is final', () => this.#pending.length === 0, { seconds });
    await this.ended;
  }

  /** Signs the next transfer, and does not send it before `release`. */
  async hold() {
    this.#holding = true;
    await until('a transfer is signed and held', () => this.#held);
  }

  /** Sends what was held. */
  async release() {
    await this.#send(this.#held.tx);
    this.#held = undefined;
  }

  async #run(transfers, every) {
    for (;;) {
      if (!this.#going && this.#pending.length === 0) return;
      try {
        await this.#settle();
        if (this.#going) {
          const { value: transfer, done } = transfers.next();
          if (!done) {
            const pending = { transfer, nonce: this.#next++, signed: 0 };
            this.#pending.push(pending);
            if (this.#holding) {
              this.#holding = false;
              pending.tx = await this.#sign(pending);
              this.#held = pending;
            } else {
              await this.#submit(pending);
            }
          }
        }
      } catch {
        // A node that does not answer now is asked again.
      }
      await sleep(every);
    }
  }

  /** Forgets what is final, and signs again what has waited for too long or was signed for another version. */
  async #settle() {
    const final = await this.#nonce(await this.#api.rpc.chain.getFinalizedHead());
    this.#pending = this.#pending.filter(({ nonce }) => nonce >= final);
    const best = await this.#nonce(await this.#api.rpc.chain.getBlockHash());
    const version = this.#api.runtimeVersion.specVersion.toNumber();
    for (const pending of this.#pending.filter((one) => one.nonce >= best && one !== this.#held)) {
      if (pending.version !== version || Date.now() - pending.signed > PATIENCE) await this.#submit(pending);
    }
  }

  /** The account's next nonce at a block, asked for in a way that no version of the runtime changes. */
  async #nonce(block) {
    const answer = await this.#api.rpc.state.call(
      'AccountNonceApi_account_nonce',
      u8aToHex(this.#pair.publicKey),
      block,
    );
    return Buffer.from(answer.toU8a(true)).readUInt32LE();
  }

  async #submit(pending) {
    const had = pending.version;
    const tx = await this.#sign(pending);
    if (had !== undefined && had !== pending.version) this.signedAgain += 1;
    await this.#send(tx);
  }

  async #sign(pending) {
    const { destination, amount } = pending.transfer;
    pending.version = this.#api.runtimeVersion.specVersion.toNumber();
    pending.signed = Date.now();
    return this.#api.tx.balances.transferKeepAlive(destination, amount).signAsync(this.#pair, { nonce: pending.nonce });
  }

  async #send(tx) {
    try {
      await this.#api.rpc.author.submitExtrinsic(tx);
    } catch (error) {
      // In the pool already, in a block that is not final yet, or looked at as of a block that has lost to another: it
      // will be settled, or signed again.
      if (!TRANSIENT.test(error.message)) this.refused.push(error.message);
    }
  }
}
