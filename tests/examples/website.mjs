// A website that reads tokens from a service node and pays per call, with the packages of x402.
//
//   node tests/examples/website.mjs <URL of the service node> <session> <secret URI of its signer> <class> <instance>
import { fileURLToPath } from 'node:url';
import { cryptoWaitReady, signatureVerify } from '@polkadot/util-crypto';
import { wrapFetchWithPayment, x402Client } from '@x402/fetch';
import { promiseBytes, signPromise, substrateKey } from '../tools/promise.mjs';
import { paymentHeader, verifyStatement, voucher } from '../tools/token-api.mjs';

/** What a call may cost at most: a node names its prices itself. */
const MAX_PRICE = 10_000_000_000n;

/** The scheme of payments by promises of one session. It signs a rising total, and begins where the node says that it is. */
export class PromiseScheme {
  scheme = 'batch-settlement';
  /** The total of what the node has charged. */
  charged = 0n;
  /** The highest promise. The node can cash it out. */
  promised = 0n;

  /**
   * @param {{ session: bigint, key: import('../tools/promise.mjs').Key, genesis: string, limit: bigint, maxPrice: bigint }} of the
   *   session, its signer's key, the chain, what may be promised at most, and what a call may cost at most
   */
  constructor({ session, key, genesis, limit, maxPrice }) {
    this.session = session;
    this.key = key;
    this.genesis = genesis;
    this.limit = limit;
    this.maxPrice = maxPrice;
    this.schemeHooks = { onPaymentResponse: (context) => this.adopt(context) };
  }

  /** Signs the payment of a call. */
  async createPaymentPayload(x402Version, { amount, extra }) {
    if (extra.genesis !== this.genesis) throw new Error('the node is paid on another chain');
    if (BigInt(amount) > this.maxPrice) throw new Error(`the node asks for ${amount} a call`);
    const total = this.charged + BigInt(amount);
    if (total > this.limit) throw new Error(`the session is used up: top it up to promise ${total}`);
    this.promised = total > this.promised ? total : this.promised;
    const signed = await signPromise(this.key, { genesis: this.genesis, session: this.session, amount: total });
    return { x402Version, payload: voucher(signed) };
  }

  /** Adopts what the node has charged: after a call, or if the promise was stale. A node cannot have charged more than was promised. */
  async adopt({ settleResponse, paymentRequired }) {
    const extra = settleResponse?.extra ?? paymentRequired?.accepts?.[0]?.extra;
    if (extra?.session !== String(this.session) || extra.charged === undefined) return undefined;
    const charged = BigInt(extra.charged);
    if (charged > this.promised) return undefined;
    const recovered = !settleResponse?.success && charged !== this.charged;
    this.charged = charged;
    return recovered ? { recovered } : undefined;
  }

  /**
   * Continues from what the node proves to have charged, and returns what it says of the session: for a website that begins, or has
   * lost its count. A promise of nothing shows the node who asks.
   *
   * @param {string} url
   * @param {string} node its account
   */
  async recover(url, node) {
    const { genesis, session } = this;
    const nothing = await signPromise(this.key, { genesis, session, amount: 0n });
    const headers = { 'payment-signature': paymentHeader(nothing, { node, genesis, price: 0n }) };
    const response = await fetch(`${url}/v1/sessions/${session}`, { headers });
    const state = await response.json();
    if (!response.ok) throw new Error(state.message);
    const charged = BigInt(state.charged);
    if (charged > 0n && !this.owes(state.promise, charged)) throw new Error('the node charges what was never promised');
    this.charged = charged;
    this.promised = BigInt(state.promise?.amount ?? 0);
    return state;
  }

  /** Returns whether a promise that the node shows is one of this key, for at least this total. */
  owes(promise, charged) {
    const [signer] = Object.values(this.key.signer);
    if (promise?.signer !== signer || BigInt(promise.amount) < charged) return false;
    const bytes = promiseBytes({ genesis: this.genesis, session: this.session, amount: promise.amount });
    return signatureVerify(bytes, promise.signature, signer).isValid;
  }
}

/** Returns `fetch` with payments. */
export function paying(scheme) {
  // What is spent is limited by the session.
  return wrapFetchWithPayment(fetch, new x402Client().register('polkadot:*', scheme).setSpendControls(false));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, session, secret, hash, instance] = process.argv.slice(2);
  if (!instance) {
    console.error("usage: node tests/examples/website.mjs <URL> <session> '<secret URI>' <class> <instance>");
    process.exit(2);
  }
  await cryptoWaitReady();
  const url = first.replace(/\/+$/, '');
  const ask = async (path) => {
    const response = await fetch(`${url}${path}`);
    const answer = await response.json();
    if (response.ok) return answer;
    console.error(`${url}${path}: ${answer.message}`);
    return process.exit(1);
  };
  const { genesis, node } = await ask('/v1/prices');
  const { limit } = await ask(`/v1/sessions/${session}`);
  const key = substrateKey(secret, 'sr25519');
  const of = { session: BigInt(session), key, genesis, limit: BigInt(limit), maxPrice: MAX_PRICE };
  const scheme = new PromiseScheme(of);
  await scheme.recover(url, node);
  const target = `/v1/tokens/${hash}/${instance}`;
  const response = await paying(scheme)(`${url}${target}`);
  const text = await response.text();
  console.log(response.status, text);
  if (response.status === 200) {
    // That the key is the node's, and the block of this chain and recent, is left to the chain.
    const { block } = verifyStatement(response, { method: 'GET', target, text, node, genesis });
    const paid = response.headers.get('payment-response');
    console.log(`signed in block ${block}, ${paid ? 'paid' : 'free, within the quota'}`);
  }
}
