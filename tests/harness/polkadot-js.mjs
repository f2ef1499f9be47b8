// The first client, `@polkadot/api`, which is the library of polkadot.js apps.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { until } from './wait.mjs';

/** One SLN. */
export const SLN = 1_000_000_000_000n;

/**
 * Connects to a node. The client is built from the chain's metadata, so it has no static types.
 *
 * @param {{ ws: string }} node
 * @returns {Promise<any>}
 */
export async function connect(node) {
  const api = await ApiPromise.create({
    provider: new WsProvider(node.ws, 500),
    noInitWarn: true,
    throwOnConnect: true,
  });
  return api;
}

/**
 * Returns a well-known account of the test chains by its name.
 *
 * @param {string} name
 * @param {'sr25519' | 'ed25519' | 'ecdsa'} [type]
 */
export async function account(name, type = 'sr25519') {
  await cryptoWaitReady();
  return new Keyring({ type, ss58Format: 8331 }).addFromUri(`//${name}`);
}

/** Returns the error of a failed dispatch as `Pallet.Error`. */
export function errorName(api, error) {
  if (!error.isModule) return error.toString();
  const { section, name } = api.registry.findMetaError(error.asModule);
  return `${section}.${name}`;
}

/**
 * Signs and sends a transaction, and waits until it is in a block (or final). Rejects with the name of the error if the
 * call fails in a block, final or not.
 *
 * @param {{ finalized?: boolean, [option: string]: any }} [options] what the client takes besides, as `nonce`
 */
export async function send(api, tx, signer, options = {}) {
  const { finalized = false, ...others } = options;
  /** @type {{ error?: string, events?: any[], block?: string }} */
  let answer;
  const unsubscribe = await tx.signAndSend(signer, others, ({ status, dispatchError, internalError, events }) => {
    if (status.isInvalid || status.isDropped || status.isUsurped) {
      answer ??= { error: `the transaction is ${status.type}` };
    } else if (internalError) {
      answer ??= { error: internalError.message };
    } else if (status.isFinalized || (status.isInBlock && (!finalized || dispatchError))) {
      const block = status.isFinalized ? status.asFinalized : status.asInBlock;
      answer ??= {
        error: dispatchError && errorName(api, dispatchError),
        events: events.map(({ event }) => event),
        block: block.toHex(),
      };
    }
  });
  try {
    await until('the transaction is in a block', () => answer, { seconds: 120, every: 50 });
  } finally {
    unsubscribe();
  }
  if (answer.error) throw new Error(answer.error);
  return { events: answer.events, block: answer.block };
}

/** Returns the block number of the chain's clock: the height, less the blocks in which it was paused. */
export async function clock(api) {
  const at = await api.at(await api.rpc.chain.getBlockHash());
  const [height, paused] = await Promise.all([at.query.system.number(), at.query.tempo.standstill()]);
  return height.toNumber() - paused.toNumber();
}

/** Returns the events of this name. */
export function eventsOf(events, section, method) {
  return events.filter((event) => event.section === section && event.method === method);
}

/** Returns the first event of this name. */
export function eventOf(events, section, method) {
  return eventsOf(events, section, method)[0];
}

/** Returns the free balance of an account. */
export async function free(api, address) {
  return (await api.query.system.account(address)).data.free.toBigInt();
}
