// A client that continues to send transfers during an upgrade of the chain.
import { u8aToHex } from '@polkadot/util';
import { sleep, until } from './wait.mjs';

/** The time after which a pending transfer is signed again, in milliseconds. */
const PATIENCE = 12_000;

/** Messages of a node that do not mean that a transaction is lost. */
const TRANSIENT = /Already Imported|Priority is too low|outdated|temporarily banned|State already discarded/i;

/**
 * Sends transfers from one account to different destinations, without waiting in between. A transfer that the chain
 * refuses or drops is signed again for the current version with the same nonce, so that at most one of both is executed.
 */
export class Wallet {
  /** The reasons of refusals, and the number of transfers that were signed again because the version had changed. */
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

  /** Starts to send the transfers that `transfers` yields, one every `every` milliseconds. */
  async start(transfers, every) {
    this.#next = (await this.#api.rpc.system.accountNextIndex(this.#pair.address)).toNumber();
    this.#going = true;
    this.ended = this.#run(transfers, every);
  }

  /** Stops at once, without waiting for pending transfers. */
  abandon() {
    this.#going = false;
    this.#pending = [];
  }

  /** Stops sending, and waits until all sent transfers are final. */
  async stop(seconds = 120) {
    this.#going = false;
    await until('every transfer is final', () => this.#pending.length === 0, { seconds });
    await this.ended;
  }

  /** Signs the next transfer, and delays it until `release`. */
  async hold() {
    this.#holding = true;
    await until('a transfer is signed and held', () => this.#held);
  }

  /** Sends the delayed transfer. */
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
        // A failed request is repeated later.
      }
      await sleep(every);
    }
  }

  /** Removes final transfers, and signs those again that are late or were signed for another version. */
  async #settle() {
    const final = await this.#nonce(await this.#api.rpc.chain.getFinalizedHead());
    this.#pending = this.#pending.filter(({ nonce }) => nonce >= final);
    const best = await this.#nonce(await this.#api.rpc.chain.getBlockHash());
    const version = this.#api.runtimeVersion.specVersion.toNumber();
    for (const pending of this.#pending.filter((one) => one.nonce >= best && one !== this.#held)) {
      if (pending.version !== version || Date.now() - pending.signed > PATIENCE) await this.#submit(pending);
    }
  }

  /** Returns the next nonce of the account at a block, with a runtime API that all versions have. */
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
      // It is already in the pool, in a block that is not final, or validated at a discarded block. It will become final or
      // be signed again.
      if (!TRANSIENT.test(error.message)) this.refused.push(error.message);
    }
  }
}
