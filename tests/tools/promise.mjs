// Payment promises by `docs/spec/payments.md`, signed with the libraries that wallets use.
import { Keyring } from '@polkadot/keyring';
import { bnToU8a, hexToU8a, stringToU8a, u8aConcat, u8aToHex, u8aWrapBytes } from '@polkadot/util';
import { Wallet } from 'ethers';

/** The prefix of every promise. */
export const DOMAIN = stringToU8a('SmartLayer promise v1');

/** Returns a number as big-endian bytes of this length. */
function bigEndian(name, number, bytes) {
  const exact = BigInt(number);
  if (exact < 0n || exact >> BigInt(8 * bytes)) throw new Error(`the ${name} ${number} is no number of ${bytes} bytes`);
  return bnToU8a(exact, { bitLength: 8 * bytes, isLe: false });
}

/**
 * Returns the bytes of a promise that are signed.
 *
 * @param {{ genesis: string, session: bigint | string | number, amount: bigint | string }} promise the genesis hash in
 *   hexadecimal, and numbers that JavaScript represents exactly
 */
export function promiseBytes({ genesis, session, amount }) {
  if (!/^0x[0-9a-f]{64}$/i.test(genesis)) throw new Error(`“${genesis}” is no genesis hash: 32 bytes in hexadecimal`);
  return u8aConcat(DOMAIN, hexToU8a(genesis), bigEndian('session', session, 8), bigEndian('amount', amount, 16));
}

/**
 * A key that signs promises: its scheme, its public key by kind, and the signature of a promise.
 *
 * @typedef {{ scheme: string, signer: Record<string, string>, sign: (promise: any) => Promise<string> }} Key
 */

/**
 * A key of a Substrate wallet. `wrapped` signs data as browser extensions do. Wait for `cryptoWaitReady` before sr25519.
 *
 * @param {string} uri
 * @param {'sr25519' | 'ed25519' | 'ecdsa'} type
 * @returns {Key}
 */
export function substrateKey(uri, type, { wrapped = false } = {}) {
  const pair = new Keyring({ type }).addFromUri(uri);
  const name = { sr25519: 'Sr25519', ed25519: 'Ed25519', ecdsa: 'Ecdsa' }[type];
  return {
    scheme: wrapped ? `Wrapped${name}` : name,
    signer: { [name]: u8aToHex(pair.publicKey) },
    sign: async (promise) => {
      const bytes = promiseBytes(promise);
      return u8aToHex(pair.sign(wrapped ? u8aWrapBytes(bytes) : bytes));
    },
  };
}

/**
 * A key of an Ethereum wallet, which signs messages by EIP-191 (`personal_sign`).
 *
 * @returns {Key}
 */
export function ethereumKey(secret) {
  const wallet = new Wallet(secret);
  return {
    scheme: 'Ethereum',
    signer: { Ethereum: wallet.address.toLowerCase() },
    sign: (promise) => wallet.signMessage(promiseBytes(promise)),
  };
}

/** Returns a promise with its signer and signature, as the calls of the payments pallet take it. */
export async function signPromise(key, promise) {
  return { promise, signer: key.signer, signature: { scheme: key.scheme, bytes: await key.sign(promise) } };
}
