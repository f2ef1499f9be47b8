// What the tests do with `@polkadot/api`, the library that polkadot.js apps runs on.
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import { cryptoWaitReady } from '@polkadot/util-crypto';

/** One SLN. */
export const SLN = 1_000_000_000_000n;

/** Connects to a node. */
export async function connect(node) {
  const api = await ApiPromise.create({
    provider: new WsProvider(node.ws, 500),
    noInitWarn: true,
    throwOnConnect: true,
  });
  return api;
}

/** A well-known account of the test chains, by its name. */
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
 */
export function send(api, tx, signer, { finalized = false, ...options } = {}) {
  return new Promise((resolve, reject) => {
    let unsubscribe = () => {};
    tx.signAndSend(signer, options, (result) => {
      const { status, dispatchError, events } = result;
      if (status.isInvalid || status.isDropped || status.isUsurped) {
        unsubscribe();
        reject(new Error(`the transaction is ${status.type}`));
      } else if (finalized ? status.isFinalized : status.isInBlock) {
        unsubscribe();
        if (dispatchError) {
          reject(new Error(errorName(api, dispatchError)));
        } else {
          const block = status.isFinalized ? status.asFinalized : status.asInBlock;
          resolve({ events: events.map(({ event }) => event), block: block.toHex() });
        }
      }
    }).then((stop) => (unsubscribe = stop), reject);
  });
}

/** The event of a name among those of a transaction. */
export function eventOf(events, section, method) {
  return events.find((event) => event.section === section && event.method === method);
}

/** An account's balance that can be spent or held. */
export async function free(api, address) {
  return (await api.query.system.account(address)).data.free.toBigInt();
}
