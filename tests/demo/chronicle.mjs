// What final blocks say has happened.
import { sleep, until } from '../harness/wait.mjs';

/** @typedef {{ height: number, section: string, method: string, data: any }} Happened */

export class Chronicle {
  /** @type {Happened[]} */
  #events = [];
  #height = 0;
  #follows = true;
  /** @type {Promise<void>} */
  #following;
  /** Why the last block could not be read. @type {Error | undefined} */
  #failed;

  /** Reads all final blocks from the first one on, until it is stopped. */
  static follow(api) {
    const chronicle = new Chronicle();
    chronicle.#following = chronicle.#follow(api);
    return chronicle;
  }

  async #follow(api) {
    for (; this.#follows; await sleep(200)) {
      try {
        await this.#read(api);
        this.#failed = undefined;
      } catch (error) {
        this.#failed = error;
      }
    }
  }

  async #read(api) {
    const head = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
    for (let height = this.#height + 1; height <= head.number.toNumber(); height += 1) {
      const { query } = await api.at(await api.rpc.chain.getBlockHash(height));
      const events = await query.system.events();
      this.#events.push(...events.map(({ event: { section, method, data } }) => ({ height, section, method, data })));
      this.#height = height;
    }
  }

  /** The height of the newest final block that was read. */
  get height() {
    return this.#height;
  }

  /** Returns the events of a kind that were read so far. */
  all(kind, is = (/** @type {any} */ _data) => true) {
    return this.#events.filter(({ section, method, data }) => `${section}.${method}` === kind && is(data));
  }

  /**
   * Waits for the first event of a kind.
   *
   * @param {string} kind its pallet and name, as `reports.Silent`
   * @param {(data: any) => boolean} [is]
   * @returns {Promise<Happened>}
   */
  first(kind, is, seconds = 120) {
    const found = () => {
      const [first] = this.all(kind, is);
      if (!first && this.#failed) throw this.#failed;
      return first;
    };
    return until(`${kind} is in a final block`, found, { seconds });
  }

  async stop() {
    this.#follows = false;
    await this.#following;
  }
}
