// Describes a proposed runtime for holders: its identity, whether it compiles, and its changes.
//
//   node tests/tools/inspect-runtime.mjs RUNTIME.wasm [AGAINST]
//
// AGAINST is the file of another runtime, or a node (ws://127.0.0.1:9944) of the chain to upgrade.
import { ApiPromise, WsProvider } from '@polkadot/api';
import { u8aToHex, u8aToU8a } from '@polkadot/util';
import { changes, surface } from './changes.mjs';
import {
  authorization,
  compiledVersion,
  importsOf,
  metadataOf,
  readRuntime,
  runtimeOf,
  validate,
  versionOf,
} from './runtime.mjs';

/** The storage key of the runtime. */
const CODE = '0x3a636f6465';

/** Returns text of an untrusted file without control characters. */
const plain = (text) => String(text).replace(/[\p{Cc}\p{Cf}]/gu, '?');
const line = (text) => console.log(plain(text));
const show = (label, value) => line(`${label.padEnd(22)} ${value}`);

function fail(message) {
  console.error(plain(`error: ${message}`));
  process.exit(1);
}

/** Returns the runtime of a node's chain. */
async function runtimeOfNode(url) {
  const provider = new WsProvider(url, false);
  const failed = new Promise((_, reject) => provider.on('error', () => reject(new Error(`${url} does not answer`))));
  await Promise.race([provider.connect(), failed]);
  await Promise.race([provider.isReady, failed]);
  const api = await ApiPromise.create({ provider, noInitWarn: true, throwOnConnect: true });
  // Returns the bytes at a storage key.
  const stored = async (key) => {
    const value = await api.rpc.state.getStorage.raw(key);
    return value ? u8aToU8a(value.toString()) : undefined;
  };
  return described(runtimeOf(await stored(CODE)), stored, () => api.disconnect());
}

/** Returns a runtime and its description, based on the state that `stored` reads. */
async function described(runtime, stored, stop = () => {}) {
  await validate(runtime);
  const version = versionOf(runtime);
  const metadata = await metadataOf(runtime, stored);
  return { runtime, version, metadata, shown: surface(metadata), imports: await importsOf(runtime), stored, stop };
}

const [file, against] = process.argv.slice(2);
if (!file) fail('which runtime? usage: inspect-runtime.mjs RUNTIME.wasm [ANOTHER.wasm | ws://NODE]');
// The libraries print messages that are not relevant to a holder.
console.warn = () => {};
console.error = (
  (say) =>
  (text, ...rest) =>
    /^error:/.test(text) && say(text, ...rest)
)(console.error);

try {
  const other =
    against && (/^wss?:/.test(against) ? await runtimeOfNode(against) : await described(readRuntime(against)));
  // Both use the state of the node, because the durations are stored there.
  const { runtime, version, metadata, shown, imports } = await described(readRuntime(file), other?.stored);
  const compiled = compiledVersion(metadata);
  for (const field of ['specName', 'specVersion', 'transactionVersion']) {
    if (version[field] !== compiled[field]) {
      fail(
        `it says that its ${field} is ${version[field]}, and acts by ${compiled[field]}: this file was tampered with`,
      );
    }
  }
  // The proposal is encoded for the current runtime, which decodes it.
  const proposal = authorization(other?.metadata ?? metadata, runtime);
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
  if (!runtime.isCompressed) line('  ! it is not compressed: it may not fit into a block');

  if (other) {
    line('');
    line(`against ${against}, ${other.version.specName} ${other.version.specVersion}:`);
    const { added, removed, changed } = changes(other.shown, shown);
    for (const name of added) line(`  + ${name}`);
    for (const name of removed) line(`  - ${name}`);
    for (const { name, before, after } of changed) {
      line(`  ~ ${name}`);
      line(`      was ${before}`);
      line(`      is  ${after}`);
    }
    if (added.length + removed.length + changed.length === 0) line('  the same calls, storage and constants');

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
    for (const name of imports.filter((name) => !other.imports.includes(name))) {
      warnings.push(`it imports ${name}: nodes without this function stop at the upgrade`);
    }
    for (const warning of warnings) line(`  ! ${warning}`);
    await other.stop();
  }
} catch (error) {
  fail(error.message);
}
