// Prints what a holder needs to check a proposed runtime: what it is, whether it works, and what it changes.
//
//   node tests/tools/inspect-runtime.mjs RUNTIME.wasm [AGAINST]
//
// AGAINST is another runtime's file, or a node (ws://127.0.0.1:9944) whose runtime it would replace.
import { ApiPromise, WsProvider } from '@polkadot/api';
import { u8aToHex, u8aToU8a } from '@polkadot/util';
import { changes, surface } from './changes.mjs';
import { authorization, metadataOf, readRuntime, versionOf } from './runtime.mjs';

const show = (label, value) => console.log(`${label.padEnd(22)} ${value}`);

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

/** The runtime that a node runs, as far as it is compared. */
async function runtimeOfNode(url) {
  const provider = new WsProvider(url, false);
  const failed = new Promise((_, reject) => provider.on('error', () => reject(new Error(`${url} does not answer`))));
  await Promise.race([provider.connect(), failed]);
  await Promise.race([provider.isReady, failed]);
  const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
  const { specName, specVersion, transactionVersion } = api.runtimeVersion;
  const version = {
    specName: specName.toString(),
    specVersion: specVersion.toNumber(),
    transactionVersion: transactionVersion.toNumber(),
  };
  // What is stored there, as bytes.
  const stored = async (key) => {
    const value = await api.rpc.state.getStorage.raw(key);
    return value ? u8aToU8a(value.toString()) : undefined;
  };
  return { version, metadata: api.runtimeMetadata, stored, stop: () => api.disconnect() };
}

async function runtimeOfFile(file) {
  const runtime = readRuntime(file);
  return { version: versionOf(runtime), metadata: await metadataOf(runtime), stop: () => {} };
}

const [file, against] = process.argv.slice(2);
if (!file) fail('which runtime? usage: inspect-runtime.mjs RUNTIME.wasm [ANOTHER.wasm | ws://NODE]');
// The libraries say on the console what does not concern a holder.
console.warn = () => {};
console.error = (
  (say) =>
  (text, ...rest) =>
    /^error:/.test(text) && say(text, ...rest)
)(console.error);

try {
  const runtime = readRuntime(file);
  const version = versionOf(runtime);
  const other = against && (/^wss?:/.test(against) ? await runtimeOfNode(against) : await runtimeOfFile(against));
  // Over the node's own state: durations are stored there, and are no difference.
  const metadata = await metadataOf(runtime, other?.stored);
  const proposal = authorization(metadata, runtime);
  const shown = surface(metadata);
  const names = [...shown.keys()];
  const count = (kind) => names.filter((name) => name.startsWith(`${kind} `)).length;

  show('runtime', file);
  show('name', `${version.specName} (${version.implName})`);
  show('spec_version', version.specVersion);
  show('transaction_version', version.transactionVersion);
  show(
    'other versions',
    `impl ${version.implVersion}, authoring ${version.authoringVersion}, system ${version.systemVersion}`,
  );
  show('size', `${runtime.code.length} bytes${runtime.isCompressed ? `, ${runtime.wasm.length} uncompressed` : ''}`);
  show('blake2-256', runtime.blake2);
  show('sha-256', runtime.sha256);
  show('proposal', `system.authorize_upgrade: ${u8aToHex(proposal.call)}`);
  show('its preimage', `hash ${proposal.hash}, length ${proposal.length}`);
  show('it compiles, and has', `${count('pallet')} pallets, ${count('call')} calls, ${count('storage')} stored items`);

  if (other) {
    console.log(`\nagainst ${against}, ${other.version.specName} ${other.version.specVersion}:`);
    const { added, removed, changed } = changes(surface(other.metadata), shown);
    for (const name of added) console.log(`  + ${name}`);
    for (const name of removed) console.log(`  - ${name}`);
    for (const { name, before, after } of changed) console.log(`  ~ ${name}\n      was ${before}\n      is  ${after}`);
    if (added.length + removed.length + changed.length === 0) console.log('  the same calls, storage and constants');

    const warnings = [];
    if (version.specName !== other.version.specName) warnings.push('it is of another chain, and will be refused');
    if (version.specVersion <= other.version.specVersion)
      warnings.push('its version is not higher: it will be refused');
    const encoding = [...removed, ...changed.map(({ name }) => name)].filter((name) =>
      /^(call|transaction)/.test(name),
    );
    if (encoding.length > 0 && version.transactionVersion === other.version.transactionVersion) {
      warnings.push(
        'calls have changed, and transaction_version has not: signers may sign something else than they mean',
      );
    }
    for (const warning of warnings) console.log(`  ! ${warning}`);
    await other.stop();
  }
} catch (error) {
  fail(error.message);
}
