// Starts service nodes, and issues the tokens that they serve.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { u8aToHex } from '@polkadot/util';
import { temporaryFolder } from './folder.mjs';
import { freePort, NODE, run } from './node.mjs';
import { account, send, SLN } from './polkadot-js.mjs';
import { Program } from './program.mjs';
import { until } from './wait.mjs';
import { signPromise } from '../tools/promise.mjs';
import { classOf, recordBytes } from '../tools/statement.mjs';
import { actionBytes, payload } from '../tools/token.mjs';
import { hashOfToken, paymentHeader } from '../tools/token-api.mjs';

/** The program of the service node under test. */
export const SERVICE_NODE =
  process.env.SMARTLAYER_SERVICE_NODE ?? path.join(path.dirname(NODE), 'smartlayer-service-node');

/** The issuer of the tests' class. */
export const SALT = `0x${'05'.repeat(32)}`;

/** A service node with its folder. */
export class ServiceNode extends Program {
  /** @type {string} */
  folder;
  /** @type {number} */
  port;
  /** @type {number} */
  privatePort;
  /** The genesis hash of its chain, and its account. @type {string} */
  genesis;
  /** @type {string} */
  address;
  /** @type {import('./program.mjs').Place | undefined} */
  place;

  /**
   * Creates the folder of a node with its keys and configuration.
   *
   * @param {{
   *   chain: { ws: string }, genesis: string, name: string, address: string, classes: string[], config?: string,
   *   place?: import('./program.mjs').Place
   * }} of
   */
  static async create({ chain, genesis, name, address, classes, config = '', place = undefined }) {
    const node = new ServiceNode();
    Object.assign(node, { genesis, address, place });
    node.folder = temporaryFolder();
    node.port = await freePort();
    node.privatePort = await freePort();
    node.key('service', `//${name}//service`);
    node.key('operator', `//${name}`);
    node.configure(`account = "${address}"
genesis = "${genesis}"
chain = "${place?.ws ?? chain.ws}"
listen = "${place ? '0.0.0.0' : '127.0.0.1'}:${node.port}"
private = "${place?.asked ?? '127.0.0.1'}:${node.privatePort}"
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
    return `http://${this.place?.asked ?? '127.0.0.1'}:${this.port}`;
  }

  get privateUrl() {
    return `http://${this.place?.asked ?? '127.0.0.1'}:${this.privatePort}`;
  }

  /** Asks what is charged in a session, and with the key that signs its promises for the highest one. */
  async session(session, key = undefined) {
    const { genesis, address } = this;
    const nothing = key && (await signPromise(key, { genesis, session, amount: 0n }));
    const payment = nothing && paymentHeader(nothing, { node: address, genesis, price: 0n });
    const response = await fetch(`${this.url}/v1/sessions/${session}`, {
      headers: payment ? { 'payment-signature': payment } : {},
    });
    return { status: response.status, json: await response.json() };
  }

  /** Runs a command of the program to its end. */
  command(...args) {
    return run([`--config=${this.configFile}`, ...args], { bare: true, program: SERVICE_NODE });
  }

  /** Starts the program, and waits until it serves. */
  async start({ ready = true } = {}) {
    const { place } = this;
    this.spawn([SERVICE_NODE, `--config=${this.configFile}`, 'run'], { label: 'service-node', place });
    this.shouldRun();
    const answers = async () => this.ended || (await fetch(`${this.url}/v1/health`)).status === (ready ? 200 : 503);
    await until('the service node serves', answers, { every: 50 });
    if (this.ended) throw new Error(`${this.name} ended by itself:\n${this.log}`);
    return this;
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

/** Creates a service node of Bob's that serves a class of an issuer, on the chain of a node to which a client is connected. */
export async function bobServes(chain, api, config) {
  const genesis = api.genesisHash.toHex();
  const issuer = new Issuer(await account('Issuer'), genesis);
  const { address } = await account('Bob');
  const node = await ServiceNode.create({ chain, genesis, name: 'Bob', address, classes: [issuer.class], config });
  return { node, issuer, genesis };
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
