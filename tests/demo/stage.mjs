// The stage of the story: five nodes of a chain, the programs beside them, and those who act.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AnchorTrial } from '../harness/anchor-trial.mjs';
import { temporaryFolder } from '../harness/folder.mjs';
import { startTogether } from '../harness/network.mjs';
import { Node } from '../harness/node.mjs';
import { account, SLN } from '../harness/polkadot-js.mjs';
import { chainLike, endow, NETWORK_TEMPO } from '../harness/spec.mjs';
import { Chronicle } from './chronicle.mjs';

/** The anchors of the genesis, and the organisation that stands for election. */
export const ANCHORS = ['Alice', 'Bob', 'Charlie', 'Dave'];
export const CANDIDATE = 'Eve';
/** The service nodes. */
export const SERVERS = ['Library', 'Tavern', 'Harbour'];
/** Those who pay for calls, and who owns a token. */
export const CUSTOMERS = ['Website', 'Traveller'];

/** What a call costs at the service nodes, in SLN: much more than by default, so that a few calls are worth a slash. */
export const PRICES = { read: SLN / 20n, write: SLN / 2n };
const CONFIG = `[prices]
read = ${PRICES.read}
write = ${PRICES.write}
free_calls_per_minute = 0
[cash_out]
blocks_before_expiry = 10
`;

export class Stage {
  /** The nodes of the chain by their names. @type {Record<string, Node>} */
  nodes = {};
  /** The programs. @type {AnchorTrial} */
  trial;
  /** @type {Chronicle} */
  chronicle;
  #folder = temporaryFolder();
  /** Names by addresses. @type {Map<string, string>} */
  #names = new Map();

  /** Starts the nodes, and prepares the programs. */
  static async build() {
    const stage = new Stage();
    try {
      await stage.#build();
      return stage;
    } catch (error) {
      await stage.clear();
      throw error;
    }
  }

  async #build() {
    const everyone = [...ANCHORS, CANDIDATE, ...SERVERS, ...CUSTOMERS, 'Issuer', 'Ferdie'];
    for (const name of everyone) this.#names.set((await account(name)).address, name);
    const poor = await Promise.all([...SERVERS, ...CUSTOMERS].map(async (name) => (await account(name)).address));
    const spec = await chainLike('local', { tempo: NETWORK_TEMPO, change: endow(poor, 10_000) });
    const starter = (name) => (bootnodes) => {
      const own = ANCHORS.includes(name) ? [`--${name.toLowerCase()}`] : ['--validator', `--name=${name}`];
      const flags = ['--rpc-methods=unsafe', '--unsafe-force-node-key-generation'];
      return Node.start([
        `--chain=${spec}`,
        `--base-path=${path.join(this.#folder, name)}`,
        ...own,
        ...flags,
        ...bootnodes,
      ]);
    };
    const names = [...ANCHORS, CANDIDATE];
    const started = await startTogether(names.map(starter));
    for (const [index, name] of names.entries()) this.nodes[name] = started[index];
    const first = Object.fromEntries(ANCHORS.map((name) => [name, this.nodes[name]]));
    this.trial = await AnchorTrial.create(first, SERVERS, { configOf: () => CONFIG });
    this.chronicle = Chronicle.follow(this.api);
    // Transactions that are sent to a node in its first blocks can be lost.
    await this.nodes.Alice.finalized(2);
  }

  get api() {
    return this.trial.api;
  }

  get issuer() {
    return this.trial.issuer;
  }

  /** Returns the name of an account. */
  nameOf(address) {
    return this.#names.get(address.toString()) ?? address.toString();
  }

  /** Returns a service node, its program and its account. */
  server(name) {
    return this.trial.servers.find((server) => server.name === name);
  }

  /** Returns the option that names a key file of an account. */
  key(name, option = '--key') {
    const file = path.join(this.#folder, `${name.toLowerCase()}.key`);
    try {
      writeFileSync(file, `//${name}\n`, { flag: 'wx' });
      chmodSync(file, 0o400);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    return `${option}=${file}`;
  }

  /** Runs the command `smartlayer`, which must do what it says, and returns how it is shown, and what it has printed. */
  async smartlayer(...args) {
    const { code, stdout, stderr } = await this.trial.smartlayer(...args);
    assert.equal(code, 0, `smartlayer ${args.join(' ')} ended with ${code ?? 'its time over'}: ${stderr}`);
    return { shown: this.readable(`smartlayer ${args.join(' ')}`), stdout: this.readable(stdout), raw: stdout };
  }

  /** Returns a text with names instead of addresses, and short hashes. */
  readable(text) {
    const named = [...this.#names].reduce((text, [address, name]) => text.replaceAll(address, name), text);
    return named
      .replaceAll(`${this.#folder}/`, '')
      .replace(/0x([0-9a-f]{4})[0-9a-f]{56}([0-9a-f]{4})/g, '0x$1…$2')
      .replace(/ --anchor=\S+/g, '');
  }

  /** Ends everything. */
  async clear() {
    await this.chronicle?.stop();
    await this.trial?.stop().catch(() => {});
    await Promise.allSettled(Object.values(this.nodes).map((node) => node.stop()));
  }
}
