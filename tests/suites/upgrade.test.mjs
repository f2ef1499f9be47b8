// Holders upgrade a network of four nodes under continuous transfers.
//
// In CI, this upgrades the runtime of this checkout to itself with the next version. Test a release also from the previous
// release:
//
//     make release && make test-clients SUITE=upgrade \
//       SMARTLAYER_NODE_BEFORE=<the node of the previous release> SMARTLAYER_NEXT_RUNTIME=<the wasm of this release>
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { stringToU8a, u8aFixLength, u8aToHex } from '@polkadot/util';
import { blake2AsU8a, encodeAddress, xxhashAsHex } from '@polkadot/util-crypto';
import { FinalChain } from '../harness/final-chain.mjs';
import { applyUpgrade, decide } from '../harness/governance.mjs';
import { localNetwork } from '../harness/network.mjs';
import { account, clock, connect, eventOf, free, send, SLN } from '../harness/polkadot-js.mjs';
import { finalizedHeight, rpc } from '../harness/rpc.mjs';
import { chainLike, endow, rawChainLike, storageKey } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';
import { Wallet } from '../harness/wallet.mjs';
import { signPromise, substrateKey } from '../tools/promise.mjs';
import { readRuntime, versionOf } from '../tools/runtime.mjs';

/** The runtime of the next version, built by `make next-runtime`. */
const NEXT = readRuntime(process.env.SMARTLAYER_NEXT_RUNTIME);

/** The node whose runtime is in the genesis, by default the one under test. */
const BEFORE = process.env.SMARTLAYER_NODE_BEFORE;

const VERSION_KEY = storageKey('StakingSlash', ':__STORAGE_VERSION__:');
const TEMPO_VERSION_KEY = storageKey('Tempo', ':__STORAGE_VERSION__:');
const PARAMETERS_KEY = storageKey('StakingSlash', 'Parameters');
/** The pallets that the next runtime adds to a chain of release 0.1.0, with all that they store at genesis, and their parameters. */
const NEW_PALLETS = ['Payments', 'Reports', 'Agreements'];
const NEW_PREFIXES = [...NEW_PALLETS, 'Telemetry'].map((pallet) => xxhashAsHex(pallet, 128));
const NEW_KEYS = NEW_PALLETS.map((pallet) => storageKey(pallet, 'Parameters'));
/** The account of the deposits of payment sessions. */
const DEPOSITS = encodeAddress(u8aFixLength(stringToU8a('modlsln/paym'), 256, true), 8331);

const final = new FinalChain();
let network;
let api;
let genesisParameters;
let genesisOfNew;
/** Accounts that do not take part in the upgrade. */
let users;

before(async () => {
  users = await Promise.all(['One', 'Two', 'Three', 'Four'].map((name) => account(`User//${name}`)));
  const addresses = users.map(({ address }) => address);
  const change = endow(addresses, 10_000);
  const quick = await chainLike('local', { tempo: { slotMillis: 1_000 }, change, program: BEFORE });
  const chain = await rawChainLike(quick, (top) => {
    genesisParameters = top[PARAMETERS_KEY];
    if (BEFORE) return;
    // The state of release 0.1.0, in which the parameters were never stored. The next runtime contains the migration.
    delete top[PARAMETERS_KEY];
    genesisOfNew = NEW_KEYS.map((key) => top[key]);
    for (const key of Object.keys(top)) {
      if (NEW_PREFIXES.some((prefix) => key.startsWith(prefix))) delete top[key];
    }
    top[VERSION_KEY] = '0x0100';
  });
  network = await localNetwork({ chain });
  await Promise.all(network.nodes.map((node) => node.finalized(3)));
  api = await connect(network.nodes[0]);
});

after(async () => {
  await api?.disconnect();
  await network?.stop();
});

const version = async (node, at) => (await rpc(node.rpcPort, 'state_getRuntimeVersion', at ? [at] : [])).specVersion;

/** Yields transfers to new accounts, each with a different amount. */
function* transfers(name, sent) {
  for (let number = 0; ; number += 1) {
    const destination = encodeAddress(blake2AsU8a(`${name}/${number}`), 8331);
    const transfer = { destination, amount: SLN + BigInt(number) };
    sent.push(transfer);
    yield transfer;
  }
}

test('holders vote for a runtime, it is installed and migrates, and no transfer is lost or doubled', async (t) => {
  const before = await version(network.nodes[0]);
  const next = versionOf(NEXT).specVersion;
  assert.ok(next > before);

  // Each user uses another node.
  const apis = await Promise.all(network.nodes.map(connect));
  const sent = [];
  const wallets = [];
  t.after(async () => {
    for (const wallet of wallets) wallet.abandon();
    await Promise.all(apis.map((api) => api.disconnect()));
  });
  for (const [index, user] of users.entries()) {
    const wallet = new Wallet(apis[index], user);
    await wallet.start(transfers(index, sent), 500);
    wallets.push(wallet);
  }

  // Holders authorise it, and anyone applies it.
  const begin = Date.now();
  const { dispatched, seconds } = await decide(api, api.tx.system.authorizeUpgrade(NEXT.blake2), {
    origin: { system: 'Root' },
  });
  assert.ok(dispatched.isOk, dispatched.toString());
  // One transfer is signed before the upgrade and sent after it.
  const [late] = wallets;
  await late.hold();
  await applyUpgrade(api, u8aToHex(NEXT.code));
  await until('every node runs it', async () => {
    const versions = await Promise.all(network.nodes.map((node) => version(node)));
    return versions.every((found) => found === next);
  });
  const took = (Date.now() - begin) / 1000;

  // Blocks of the new version become final. A pool validates transactions at its best block, which by now has the new
  // version.
  const [{ rpcPort }] = network.nodes;
  const from = await finalizedHeight(rpcPort);
  await Promise.all(network.nodes.map((node) => node.finalized(from + 4, 120)));
  await late.release();
  await Promise.all(network.nodes.map((node) => node.finalized(from + 8, 120)));
  const head = await rpc(rpcPort, 'chain_getFinalizedHead');
  for (const node of network.nodes) {
    assert.equal(await version(node, head), next);
    // The migrations have stored the values that were in force.
    assert.equal(await rpc(node.rpcPort, 'state_getStorage', [VERSION_KEY, head]), '0x0400');
    assert.equal(await rpc(node.rpcPort, 'state_getStorage', [TEMPO_VERSION_KEY, head]), '0x0200');
    assert.equal(await rpc(node.rpcPort, 'state_getStorage', [PARAMETERS_KEY, head]), genesisParameters);
    const ofNew = await Promise.all(NEW_KEYS.map((key) => rpc(node.rpcPort, 'state_getStorage', [key, head])));
    if (BEFORE) assert.ok(ofNew.every(Boolean));
    else assert.deepEqual(ofNew, genesisOfNew);
  }
  await final.check(network.nodes);
  // The nodes have logged it for their operators.
  for (const { log } of network.nodes) {
    assert.match(log, /holders have authorised a runtime/);
    assert.match(log, new RegExp(`the runtime is version ${next}; it was ${before}`));
  }

  // The clients have loaded the new metadata by themselves and continued.
  await Promise.all(wallets.map((wallet) => wallet.stop()));
  // A block that is final on one node may not yet be final on another.
  const heights = await Promise.all(network.nodes.map((node) => finalizedHeight(node.rpcPort)));
  await network.nodes[0].finalized(Math.max(...heights));
  for (const client of apis) {
    assert.equal(client.runtimeVersion.specVersion.toNumber(), next);
    assert.equal(client.consts.system.version.specVersion.toNumber(), next);
  }
  // The pallets that it adds work.
  assert.equal((await api.query.agreements.modules.keys()).length, 4);
  assert.ok((await free(api, DEPOSITS)) >= SLN / 100n);
  const [payer, payee] = users;
  await send(api, api.tx.stakingSlash.bond('ServiceNode', 1_000n * SLN), payee);
  const key = substrateKey('//promises', 'ed25519');
  const opened = await send(
    api,
    api.tx.payments.openSession(payee.address, SLN, key.signer, (await clock(api)) + 100),
    payer,
  );
  const session = eventOf(opened.events, 'payments', 'SessionOpened').data.session.toBigInt();
  const last = await signPromise(key, { genesis: api.genesisHash.toHex(), session, amount: SLN });
  const paid = await send(api, api.tx.payments.cashOut(session, last), payer);
  assert.equal(eventOf(paid.events, 'payments', 'CashedOut').data.spent.toBigInt(), SLN);

  for (const { destination, amount } of sent) assert.equal(await free(api, destination), amount, destination);
  const refused = wallets.flatMap((wallet) => wallet.refused);
  const again = wallets.reduce((sum, wallet) => sum + wallet.signedAgain, 0);
  assert.ok(refused.length > 0 && again > 0, `${refused.length} were refused, ${again} signed again`);
  assert.ok(
    refused.every((reason) => /bad signature/.test(reason)),
    refused.join('\n'),
  );
  t.diagnostic(
    `preimage to enactment ${seconds.toFixed(1)} s, preimage to the new runtime on four nodes ${took.toFixed(1)} s`,
  );
  t.diagnostic(`${sent.length} transfers arrived once each; ${refused.length} were refused, ${again} signed again`);
});
