// What the tests do with `@polkadot/api`, the library that polkadot.js apps runs on.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';
import { until } from './wait.mjs';

/** One SLN. */
export const SLN = 1_000_000_000_000n;

/**
 * Connects to a node. What the client offers follows from the chain's metadata, so it has no types here.
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
 * A well-known account of the test chains, by its name.
 *
 * @param {string} name
 * @param {'sr25519' | 'ed25519' | 'ecdsa'} [type]
 */
export async function account(name, type = 'sr25519') {
  await cryptoWaitReady();
  return new Keyring({ type, ss58Format: 8331 }).addFromUri(`//${name}`);
}

/** What a dispatch failed with, as `Pallet.Error`. */
export function errorName(api, error) {
  if (!error.isModule) return error.toString();
  const { section, name } = api.registry.findMetaError(error.asModule);
  return `${section}.${name}`;
}

/**
 * Signs and sends a transaction, and waits until it is in a block (or final). A call that fails in the block
 * rejects with the name of its error.
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
    } else if (status.isFinalized || (status.isInBlock && !finalized)) {
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

/** The events of a name among those of a transaction. */
export function eventsOf(events, section, method) {
  return events.filter((event) => event.section === section && event.method === method);
}

/** The first event of a name among those of a transaction. */
export function eventOf(events, section, method) {
  return eventsOf(events, section, method)[0];
}

/** An account's balance that can be spent or held. */
export async function free(api, address) {
  return (await api.query.system.account(address)).data.free.toBigInt();
}
