// Pays a service node per call on a dev chain, as the guide "Pay per call" describes.
//
//   make setup                                    # once
//   make run                                      # in another terminal
//   node tests/examples/pay-per-call.mjs [ws://127.0.0.1:9944]
import { fileURLToPath } from 'node:url';
import { sr25519Verify } from '@polkadot/util-crypto';
import { account, clock, connect, eventOf, send, SLN } from '../harness/polkadot-js.mjs';
import { promiseBytes, signPromise, substrateKey } from '../tools/promise.mjs';

/** The price of one call. */
const PRICE = SLN / 10n;
/** The duration of the session: ten minutes of blocks of one second. */
const BLOCKS = 600;

const inSln = (amount) => `${Number((amount * 1000n) / SLN) / 1000} SLN`;

/** Alice pays Bob's service node for twenty calls. */
export async function payPerCall(api, log = console.log) {
  const [payer, node] = [await account('Alice'), await account('Bob')];

  // Bob bonds as a service node, if he has not done so.
  if ((await api.call.stakingSlashApi.activity(node.address)).isNotBonded) {
    await send(api, api.tx.stakingSlash.bond('ServiceNode', 1_000n * SLN), node);
  }

  // The payer deposits 5 SLN, and names a key that only signs promises. It has no funds.
  const key = substrateKey('//Alice//promises', 'sr25519');
  const expiry = (await clock(api)) + BLOCKS;
  const open = api.tx.payments.openSession(node.address, 5n * SLN, key.signer, expiry);
  // In a fork, the same id could become another session, so the node serves it once it is final.
  const opened = await send(api, open, payer, { finalized: true });
  const session = eventOf(opened.events, 'payments', 'SessionOpened').data.session.toBigInt();
  log(`session ${session} is open until block ${expiry}`);

  // The node reads what it was promised to be paid from.
  const stored = (await api.query.payments.sessions(session)).unwrap();
  if (stored.node.toString() !== node.address) throw new Error('the session is with another node');
  const signer = stored.signer.asSr25519.toHex();

  // Each call carries a promise of the total so far. The node checks it before it serves, and keeps it.
  const genesis = api.genesisHash.toHex();
  let last;
  for (let call = 1n; call <= 20n; call += 1n) {
    const next = await signPromise(key, { genesis, session, amount: call * PRICE });
    const { amount } = next.promise;
    const bytes = promiseBytes({ genesis, session, amount });
    if (amount - (last?.promise.amount ?? 0n) < PRICE) throw new Error('the promise does not cover the call');
    if (amount > stored.spent.toBigInt() + stored.held.toBigInt()) throw new Error('the deposit is too small');
    if (!sr25519Verify(bytes, next.signature.bytes, signer)) throw new Error('the signature is not by the signer');
    last = next;
  }
  log(`20 calls, and a promise of ${inSln(last.promise.amount)}: ${promiseBytes(last.promise).length} bytes, signed`);

  // The node asks what the promise is worth, and cashes it out.
  const claimable = await api.call.paymentsApi.claimable(session, last);
  log(`the node would receive ${inSln(claimable.asOk.node.toBigInt())}`);
  const paid = await send(api, api.tx.payments.cashOut(session, last), node);
  const { payment } = eventOf(paid.events, 'payments', 'CashedOut').data;
  log(`paid: ${inSln(payment.node.toBigInt())} to the node, ${inSln(payment.burned.toBigInt())} burned`);

  // The node closes the session with its last promise, of which nothing is left. The rest returns to the payer at once.
  const closed = await send(api, api.tx.payments.close(session, last), node);
  const { returned } = eventOf(closed.events, 'payments', 'ClosedByNode').data;
  const end = (await api.query.payments.sessions(session)).unwrap().expiry.add(api.consts.payments.thaw);
  log(
    `closed: ${inSln(returned.toBigInt())} returned to the payer, and its storage deposit follows from block ${end} on`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const ws = process.argv[2] ?? 'ws://127.0.0.1:9944';
  let api;
  try {
    api = await connect({ ws }).catch(() => {
      throw new Error(`no node answers at ${ws}: start one with \`make run\``);
    });
    await payPerCall(api);
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  } finally {
    await api?.disconnect();
  }
}
