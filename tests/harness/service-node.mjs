// Starts service nodes, and issues the tokens that they serve.
import { chmodSync, closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { u8aToHex } from '@polkadot/util';
import { temporaryFolder } from './folder.mjs';
import { freePort, NODE, run } from './node.mjs';
import { account, send, SLN } from './polkadot-js.mjs';
import { reap } from './reaper.mjs';
import { until } from './wait.mjs';
import { died } from './watch.mjs';
import { classOf, recordBytes } from '../tools/statement.mjs';
import { actionBytes, payload } from '../tools/token.mjs';
import { hashOfToken } from '../tools/token-api.mjs';

/** The program of the service node under test. */
export const SERVICE_NODE =
  process.env.SMARTLAYER_SERVICE_NODE ?? path.join(path.dirname(NODE), 'smartlayer-service-node');

const LOGS = process.env.SMARTLAYER_TEST_LOGS ?? temporaryFolder();
let started = 0;

/** The issuer of the tests' class. */
export const SALT = `0x${'05'.repeat(32)}`;

/** A service node with its folder. */
export class ServiceNode {
  #child;
  #exited;
  #runs = false;
  /** @type {string} */
  folder;
  /** @type {number} */
  port;
  /** @type {number} */
  privatePort;
  /** @type {string} */
  logFile;

  /**
   * Creates the folder of a node with its keys and configuration.
   *
   * @param {{ chain: { ws: string }, genesis: string, name: string, address: string, classes: string[], config?: string }} of
   */
  static async create({ chain, genesis, name, address, classes, config = '' }) {
    const node = new ServiceNode();
    node.folder = temporaryFolder();
    node.port = await freePort();
    node.privatePort = await freePort();
    node.key('service', `//${name}//service`);
    node.key('operator', `//${name}`);
    node.configure(`account = "${address}"
genesis = "${genesis}"
chain = "${chain.ws}"
listen = "127.0.0.1:${node.port}"
private = "127.0.0.1:${node.privatePort}"
data = "data"
service_key = "service.key"
operator_key = "operator.key"
classes = ${JSON.stringify(classes)}
${config}`);
    const { code, stderr } = await node.command('init');
    if (code !== 0) throw new Error(stderr);
    return node;
  }

  /** Writes a key file. */
  key(name, uri, mode = 0o400) {
    const file = path.join(this.folder, `${name}.key`);
    writeFileSync(file, `${uri}\n`, { mode: 0o600 });
    chmodSync(file, mode);
  }

  /** Writes the configuration. */
  configure(text) {
    writeFileSync(this.configFile, text);
  }

  get config() {
    return readFileSync(this.configFile, 'utf8');
  }

  get configFile() {
    return path.join(this.folder, 'service-node.toml');
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  get privateUrl() {
    return `http://127.0.0.1:${this.privatePort}`;
  }

  get log() {
    return readFileSync(this.logFile, 'utf8');
  }

  get pid() {
    return this.#child.pid;
  }

  get ended() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Runs a command of the program to its end. */
  command(...args) {
    return run([`--config=${this.configFile}`, ...args], { bare: true, program: SERVICE_NODE });
  }

  /** Starts the program, and waits until it serves. */
  async start({ ready = true } = {}) {
    started += 1;
    this.logFile = path.join(LOGS, `${started}-service-node.log`);
    const log = openSync(this.logFile, 'a');
    this.#child = spawn(SERVICE_NODE, [`--config=${this.configFile}`, 'run'], { stdio: ['ignore', log, log] });
    closeSync(log);
    reap({ pid: this.pid });
    this.#runs = true;
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.once('exit', (code, signal) => {
      if (this.#runs) died(`the service node (process ${this.pid}) ended by itself (${signal ?? `code ${code}`})`);
    });
    const answers = async () => this.ended || (await fetch(`${this.url}/v1/health`)).status === (ready ? 200 : 503);
    await until('the service node serves', answers, { every: 50 });
    return this;
  }

  /**
   * Ends the program, and waits for its end.
   *
   * @param {NodeJS.Signals} [signal]
   */
  async stop(signal = 'SIGTERM') {
    this.#runs = false;
    if (!this.#child) return;
    if (!this.ended) {
      this.#child.kill(signal);
      const kill = setTimeout(() => this.#child.kill('SIGKILL'), 30_000);
      await this.#exited;
      clearTimeout(kill);
    }
    reap({ pid: this.pid, gone: true });
  }
}

/** Bonds an account as a service node, with its service key and endpoint. */
export async function bond(api, name, { url = undefined } = {}) {
  const [own, service] = [await account(name), await account(`${name}//service`)];
  const { stakingSlash, utility } = api.tx;
  const calls = [stakingSlash.bond('ServiceNode', 1_000n * SLN), stakingSlash.setServiceKey(service.address)];
  if (url) calls.push(stakingSlash.setEndpoint(url));
  await send(api, utility.batchAll(calls), own, { finalized: true });
}

/** An issuer with a class. */
export class Issuer {
  constructor(pair, genesis) {
    this.pair = pair;
    this.genesis = genesis;
    this.account = u8aToHex(pair.publicKey);
    this.class = classOf({ issuer: this.account, salt: SALT });
  }

  /** Returns the record of an instance, signed: what `write` is. */
  record(instance, node, { number = 1, bit = 0 } = {}) {
    const { genesis, account: issuer } = this;
    const assign = { genesis, issuer, salt: SALT, instance, bit, node, number };
    const signature = this.pair.sign(recordBytes(assign));
    return u8aToHex(Buffer.concat([actionBytes({ assign }), Buffer.from([1]), signature]));
  }

  /** Sends orders of the issuer to a node, and returns what became of each. */
  async feed(node, items) {
    const response = await fetch(`${node.url}/v1/classes/${this.class}/feed`, {
      method: 'POST',
      body: JSON.stringify({ issuer: this.pair.address, salt: SALT, items }),
    });
    if (response.status !== 200) throw new Error(await response.text());
    return (await response.json()).results;
  }
}

/** Returns an action signed on the present state of a token: what `write` is. */
export function order(pair, action, { token, genesis }) {
  const signature = pair.sign(payload(action, { genesis, before: hashOfToken(token) }));
  return u8aToHex(Buffer.concat([actionBytes(action), Buffer.from([1]), signature]));
}

/** Returns the instance with this number. */
export const instanceOf = (number) => `0x${number.toString(16).padStart(64, '0')}`;

/** Returns the public key of a pair in hexadecimal. */
export const hexOf = (pair) => u8aToHex(pair.publicKey);
