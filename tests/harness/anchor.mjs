// Starts the programs of anchors.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './folder.mjs';
import { freePort, NODE, run } from './node.mjs';
import { account } from './polkadot-js.mjs';
import { Program } from './program.mjs';
import { until } from './wait.mjs';

/** The program of the anchor under test. */
export const ANCHOR = process.env.SMARTLAYER_ANCHOR ?? path.join(path.dirname(NODE), 'smartlayer-anchor');

/** An anchor's program with its folder. */
export class Anchor extends Program {
  /** @type {string} */
  folder;
  /** @type {number} */
  port;
  /** @type {number} */
  privatePort;
  /** The name of its well-known account. @type {string} */
  seat;

  /**
   * Creates the folder of an anchor with its keys and configuration, and its database. The duty key of a well-known account
   * is the account's own.
   *
   * @param {{ chain: { ws: string }, genesis: string, name: string, config?: string }} of
   */
  static async create({ chain, genesis, name, config = '' }) {
    const anchor = new Anchor();
    anchor.seat = name;
    anchor.folder = temporaryFolder();
    anchor.port = await freePort();
    anchor.privatePort = await freePort();
    anchor.key('duty', `//${name}`);
    anchor.key('operator', `//${name}`);
    const { address } = await account(name);
    writeFileSync(
      anchor.configFile,
      `account = "${address}"
genesis = "${genesis}"
chain = "${chain.ws}"
listen = "127.0.0.1:${anchor.port}"
private = "127.0.0.1:${anchor.privatePort}"
data = "data"
duty_key = "duty.key"
operator_key = "operator.key"
${config}`,
    );
    const { code, stderr } = await anchor.command('init');
    if (code !== 0) throw new Error(stderr);
    return anchor;
  }

  /** Writes a key file. */
  key(name, uri) {
    const file = path.join(this.folder, `${name}.key`);
    writeFileSync(file, `${uri}\n`, { mode: 0o600 });
    chmodSync(file, 0o400);
  }

  get configFile() {
    return path.join(this.folder, 'anchor.toml');
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get privateUrl() {
    return `http://127.0.0.1:${this.privatePort}`;
  }

  /** Runs a command of the program to its end. */
  command(...args) {
    return run([`--config=${this.configFile}`, ...args], { bare: true, program: ANCHOR });
  }

  /** Starts the program, and waits until it knows its chain. */
  async start() {
    this.spawn([ANCHOR, `--config=${this.configFile}`, 'run'], { label: `anchor-${this.seat.toLowerCase()}` });
    this.shouldRun();
    const answers = async () => this.ended || (await fetch(`${this.url}/v1/health`)).ok;
    await until(`the anchor of ${this.seat} answers`, answers, { every: 50 });
    return this;
  }

  /** Returns how much is stored. */
  async inspect() {
    return (await fetch(`${this.privateUrl}/inspect`)).json();
  }
}
