// Starts the programs of anchors.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './folder.mjs';
import { freePort, NODE, run } from './node.mjs';
import { account } from './polkadot-js.mjs';
import { Program } from './program.mjs';
import { until } from './wait.mjs';

/** The program of the anchor under test. */
export const ANCHOR = process.env.SMARTLAYER_ANCHOR ?? path.join(path.dirname(NODE), 'smartlayer-anchor');

/** Returns the file of a node's key for duty in its keystore, as an operator copies it. */
export function dutyKeyOf(node) {
  const base = node.args.find((argument) => argument.startsWith('--base-path=')).split('=')[1];
  const [chain] = readdirSync(path.join(base, 'chains'));
  const keystore = path.join(base, 'chains', chain, 'keystore');
  const type = Buffer.from('anch').toString('hex');
  const file = readdirSync(keystore).find((file) => file.startsWith(type));
  if (!file) throw new Error(`${node.name} has no such key`);
  return path.join(keystore, file);
}

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
  /** @type {import('./program.mjs').Place | undefined} */
  place;

  /**
   * Creates the folder of an anchor with its keys and configuration, and its database. The duty key of a well-known account
   * is the account's own, unless it is in a file.
   *
   * @param {{
   *   chain: { ws: string }, genesis: string, name: string, dutyKey?: string, place?: import('./program.mjs').Place, policy?: string
   * }} of
   */
  static async create({ chain, genesis, name, dutyKey = undefined, place = undefined, policy = undefined }) {
    const anchor = new Anchor();
    Object.assign(anchor, { seat: name, place });
    anchor.folder = temporaryFolder();
    anchor.port = await freePort();
    anchor.privatePort = await freePort();
    anchor.key('duty', dutyKey ? readFileSync(dutyKey, 'utf8') : `//${name}\n`);
    anchor.key('operator', `//${name}\n`);
    const { address } = await account(name);
    writeFileSync(
      anchor.configFile,
      `account = "${address}"
genesis = "${genesis}"
chain = "${place?.ws ?? chain.ws}"
listen = "${place ? '0.0.0.0' : '127.0.0.1'}:${anchor.port}"
private = "${place?.asked ?? '127.0.0.1'}:${anchor.privatePort}"
data = "data"
duty_key = "duty.key"
operator_key = "operator.key"
${policy === undefined ? '' : 'agreements = "agreements.toml"\n'}`,
    );
    if (policy !== undefined) writeFileSync(path.join(anchor.folder, 'agreements.toml'), policy);
    const { code, stderr } = await anchor.command('init');
    if (code !== 0) throw new Error(stderr);
    return anchor;
  }

  /** Writes a key file. */
  key(name, content) {
    const file = path.join(this.folder, `${name}.key`);
    writeFileSync(file, content, { mode: 0o600 });
    chmodSync(file, 0o400);
  }

  get configFile() {
    return path.join(this.folder, 'anchor.toml');
  }

  /** Where the suite reaches it. */
  get url() {
    return `http://${this.place?.asked ?? '127.0.0.1'}:${this.port}`;
  }

  /** Where others reach it. */
  get endpoint() {
    return `http://${this.place?.address ?? '127.0.0.1'}:${this.port}`;
  }

  get privateUrl() {
    return `http://${this.place?.asked ?? '127.0.0.1'}:${this.privatePort}`;
  }

  /** Runs a command of the program to its end. */
  command(...args) {
    return run([`--config=${this.configFile}`, ...args], { bare: true, program: ANCHOR });
  }

  /** Starts the program, and waits until it knows its chain. */
  async start() {
    const { place } = this;
    this.spawn([ANCHOR, `--config=${this.configFile}`, 'run'], { label: `anchor-${this.seat.toLowerCase()}`, place });
    this.shouldRun();
    const answers = async () => this.ended || (await fetch(`${this.url}/v1/health`)).ok;
    await until(`the anchor of ${this.seat} answers`, answers, { every: 50 });
    if (this.ended) throw new Error(`${this.name} ended by itself:\n${this.log}`);
    return this;
  }

  /** Returns how much is stored. */
  async inspect() {
    return (await fetch(`${this.privateUrl}/inspect`)).json();
  }
}
