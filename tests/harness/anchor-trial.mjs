// Anchors with their programs, and service nodes whose operations they commit to.
import assert from 'node:assert/strict';
import path from 'node:path';
import { Anchor } from './anchor.mjs';
import { currentDuty } from './anchors.mjs';
import { NODE, run } from './node.mjs';
import { account, connect, send } from './polkadot-js.mjs';
import { bond, hexOf, instanceOf, Issuer, ServiceNode } from './service-node.mjs';
import { sleep, until } from './wait.mjs';

/** The command of users. */
export const SMARTLAYER = path.join(path.dirname(NODE), 'smartlayer');
/** The length of an operation. */
const OPERATION = 168;

export class AnchorTrial {
  api;
  /** @type {string} */
  genesis;
  /** The programs of the anchors by their names. @type {Record<string, Anchor>} */
  anchors = {};
  /** The names of the anchors by their addresses. @type {Record<string, string>} */
  names = {};
  /** The service nodes with their accounts. @type {{ name: string, pair: any, node: ServiceNode }[]} */
  servers = [];
  /** @type {Issuer} */
  issuer;
  /** The number of tokens that were issued, and how often some were. */
  issued = 0;
  #issues = 0;
  #chain;
  /** Who has written the snapshot of each interval. @type {Map<number, { interval: number, by: string, first: string }>} */
  #written = new Map();
  #records = true;
  /** @type {Promise<void>} */
  #recording = Promise.resolve();

  /**
   * Creates the programs of the anchors with these nodes, and of service nodes. Nothing is started yet.
   *
   * @param {Record<string, import('./node.mjs').Node>} nodes the nodes by the names of their anchors
   * @param {string[]} servers the names of the service nodes
   * @param {{
   *   placeOf?: (name: string) => import('./program.mjs').Place | undefined,
   *   configOf?: (name: string) => string,
   *   policyOf?: (name: string) => string | undefined
   * }} options where the program of an anchor runs, and the service nodes beside the first one; what else is in the configuration of a
   *   service node; and the policy by which an anchor agrees with them
   */
  static async create(
    nodes,
    servers,
    { placeOf = () => undefined, configOf = () => '', policyOf = () => undefined } = {},
  ) {
    const trial = new AnchorTrial();
    const [first, second] = Object.values(nodes);
    trial.api = await connect(first);
    trial.genesis = trial.api.genesisHash.toHex();
    trial.#chain = second.ws;
    trial.issuer = new Issuer(await account('Issuer'), trial.genesis);
    for (const [name, node] of Object.entries(nodes)) {
      await trial.add(name, node, { place: placeOf(name), policy: policyOf(name) });
    }
    for (const name of servers) {
      const pair = await account(name);
      const node = await ServiceNode.create({
        chain: first,
        genesis: trial.genesis,
        name,
        address: pair.address,
        classes: [trial.issuer.class],
        place: placeOf(Object.keys(nodes)[0]),
        config: configOf(name),
      });
      trial.servers.push({ name, pair, node });
    }
    return trial;
  }

  /** Creates the program of a further anchor. Its duty key is its own, or in a file. */
  async add(name, node, { dutyKey = undefined, place = undefined, policy = undefined } = {}) {
    this.names[(await account(name)).address] = name;
    this.anchors[name] = await Anchor.create({ chain: node, genesis: this.genesis, name, dutyKey, place, policy });
    return this.anchors[name];
  }

  /** Publishes where the anchors' programs can be reached. */
  async publish() {
    const publish = async ([name, { endpoint }]) =>
      send(this.api, this.api.tx.stakingSlash.setEndpoint(endpoint), await account(name), { finalized: true });
    await Promise.all(Object.entries(this.anchors).map(publish));
  }

  /** The first service node. */
  get node() {
    return this.servers[0].node;
  }

  /** Starts all programs, once the service nodes are bonded. */
  async start() {
    await Promise.all(this.servers.map(({ name, node }) => bond(this.api, name, { url: node.url })));
    await Promise.all(Object.values(this.anchors).map((anchor) => anchor.start()));
    await Promise.all(this.servers.map(({ node }) => node.start()));
    this.#recording = this.#record();
    // Reported when it is waited for.
    this.#recording.catch(() => {});
  }

  async stop() {
    this.#records = false;
    await this.#recording.catch(() => {});
    const programs = [...this.servers.map(({ node }) => node), ...Object.values(this.anchors)];
    await Promise.all(programs.map((program) => program.stop()));
    await this.api?.disconnect();
  }

  /** Issues tokens, which the service nodes serve in turn, and returns their instances. */
  async issue(count, { server = this.#issues++ % this.servers.length } = {}) {
    const { pair, node } = this.servers[server];
    const numbers = Array.from({ length: count }, (_, index) => this.issued + index);
    const items = numbers.map((number) => {
      const instance = instanceOf(number);
      return { instance, write: this.issuer.record(instance, hexOf(pair), { bit: number }) };
    });
    this.issued += count;
    for (const { error } of await this.issuer.feed(node, items)) assert.equal(error, null);
    return items.map(({ instance }) => instance);
  }

  /** Runs the command `smartlayer`, and returns its exit code and what it has printed. */
  async smartlayer(...args) {
    const { code, stdout, stderr } = await run([`--chain=${this.#chain}`, ...args], {
      bare: true,
      program: SMARTLAYER,
      seconds: 180,
    });
    return { code, stdout: stdout.trim(), stderr };
  }

  /** Waits until an operation can be verified with the proof of an anchor, and returns the interval. */
  async proved(instance, { by = this.anchors.Alice, sequence = 1, seconds = 60 } = {}) {
    const operation = [this.issuer.class, instance, String(sequence)];
    const verify = async () => {
      const found = await this.smartlayer('verify', 'operation', ...operation, `--anchor=${by.url}`, '--json');
      if (found.code !== 0) throw new Error(found.stderr);
      return JSON.parse(found.stdout);
    };
    const found = await until(`the operation of ${instance} is proved`, verify, { seconds, every: 1_000 });
    assert.ok(this.servers.some(({ pair }) => pair.address === found.node));
    return found.interval;
  }

  /** Asserts that each operation which the service node has acknowledged is in exactly one snapshot that this anchor knows. */
  async assertCommitted(anchor) {
    const { interval: last } = await anchor.inspect();
    const found = [];
    for (let interval = 0; interval <= last; interval += 1) {
      for (let from = 0, length; length !== 0; from += length) {
        const response = await fetch(`${anchor.url}/v1/snapshots/${interval}/operations/${from}`);
        if (response.status === 404) break;
        const bytes = Buffer.from(await response.arrayBuffer());
        length = bytes.length / OPERATION;
        for (let at = 0; at < bytes.length; at += OPERATION) {
          found.push(`0x${bytes.toString('hex', at + 32, at + 64)}/${bytes.readBigUInt64BE(at + 64)}`);
        }
      }
    }
    const acknowledged = Array.from({ length: this.issued }, (_, index) => `${instanceOf(index)}/1`);
    assert.deepEqual(found.toSorted(), acknowledged);
  }

  /** Records who writes until it is told to stop: what the state says in older blocks needs the runtime of each. */
  async #record() {
    for (; this.#records; await sleep(400)) {
      const { interval, writer, order } = await currentDuty(this.api);
      if (!writer) continue;
      const [by, first] = [writer, order[0].who].map((who) => this.names[who]);
      this.#written.set(interval, { interval, by, first });
    }
  }

  /** Returns the snapshots from an interval to another one: the interval, who has written it, and who was the first in order. */
  written(first, last) {
    return [...this.#written.values()].filter(({ interval }) => interval >= first && interval <= last);
  }

  /** Asserts that each interval from one to another has a snapshot, and returns who has written them. */
  async assertNoneVoid(first, last) {
    const expected = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const stored = await this.api.query.anchors.snapshots.multi(expected);
    const voids = expected.filter((_, index) => stored[index].isNone);
    assert.deepEqual(voids, [], `of ${first} to ${last}`);
    return this.written(first, last);
  }

  /** Returns the value of a metric of an anchor's program. */
  async metric(anchor, name) {
    const text = await (await fetch(`${anchor.privateUrl}/metrics`)).text();
    return Number(text.match(new RegExp(`^smartlayer_anchor_${name} (\\S+)$`, 'm'))?.[1]);
  }
}
