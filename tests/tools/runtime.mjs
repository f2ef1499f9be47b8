// Reads the wasm of a runtime, and executes parts of it without a node.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { Metadata, TypeRegistry } from '@polkadot/types';
import { compactAddLength, compactFromU8a, u8aConcat, u8aEq, u8aToHex, u8aToU8a } from '@polkadot/util';
import { blake2AsHex, blake2AsU8a, keccakAsU8a, xxhashAsU8a } from '@polkadot/util-crypto';
import { compress, decompress, init } from '@bokuweb/zstd-wasm';

await init();

/** The magic number of a compressed runtime, in place of that of wasm. */
const COMPRESSED = Uint8Array.from([82, 188, 83, 118, 70, 219, 142, 5]);
const WASM = Uint8Array.from([0, 0x61, 0x73, 0x6d]);
/** The maximum size that a node decompresses. */
const MOST = 50 * 1024 * 1024;
/** The section with the version of a runtime, which the chain reads without executing the runtime. */
const VERSION_SECTION = 'runtime_version';
/** The section with its runtime APIs. Without it, a node decodes the version in an older format. */
const APIS_SECTION = 'runtime_apis';

/** Reads the file of a runtime, compressed or not. Throws a readable error for other files. */
export function readRuntime(file) {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  return runtimeOf(readFileSync(file));
}

/** Reads a runtime from bytes, see `readRuntime`. */
export function runtimeOf(bytes) {
  const code = new Uint8Array(bytes);
  const isCompressed = u8aEq(code.subarray(0, COMPRESSED.length), COMPRESSED);
  let wasm = code;
  if (isCompressed) {
    try {
      wasm = decompress(code.subarray(COMPRESSED.length), { defaultHeapSize: MOST });
    } catch {
      throw new Error("the runtime is compressed, and can't be decompressed: is the file whole?");
    }
  }
  if (wasm.length > MOST) throw new Error(`the runtime has ${wasm.length} bytes: no node takes more than ${MOST}`);
  if (!u8aEq(wasm.subarray(0, WASM.length), WASM)) throw new Error('this is not wasm, compressed or not');
  return {
    code,
    wasm,
    isCompressed,
    // The parameter of `system.authorize_upgrade`.
    blake2: blake2AsHex(code, 256),
    sha256: `0x${createHash('sha256').update(code).digest('hex')}`,
  };
}

/**
 * Compiles the wasm. A module that fails here would stop a chain that installs it. One that succeeds may still do so,
 * because the compiler of a node supports fewer features than this one.
 */
export async function validate({ wasm }) {
  try {
    return await WebAssembly.compile(wasm);
  } catch (error) {
    throw new Error(`this wasm is broken, and would stop a chain that installs it: ${error.message}`);
  }
}

/** Reads a LEB128 number, and returns it with the position after it. */
function leb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    if (at >= bytes.length || shift > 28) throw new Error('this wasm is cut off, or broken');
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

/** Returns the start and end of the version section's content. */
function versionSection(wasm) {
  let at = 8;
  let found;
  let apis = false;
  while (at < wasm.length) {
    const id = wasm[at];
    const [size, content] = leb(wasm, at + 1);
    if (id === 0) {
      const [length, name] = leb(wasm, content);
      const section = Buffer.from(wasm.subarray(name, name + length)).toString();
      if (section === VERSION_SECTION) {
        if (found) throw new Error('this wasm says two versions of itself');
        found = [name + length, content + size];
      }
      apis ||= section === APIS_SECTION;
    }
    at = content + size;
  }
  if (!found || !apis) throw new Error('this wasm does not say its version: it is not a runtime');
  return found;
}

/** Reads a version and the positions of its numbers. */
function fields(section) {
  const text = (at) => {
    const [prefix, length] = compactFromU8a(section.subarray(at));
    const begin = at + prefix;
    const end = begin + length.toNumber();
    return [Buffer.from(section.subarray(begin, end)).toString(), end, begin];
  };
  const [specName, second, name] = text(0);
  const [implName, numbers] = text(second);
  const view = new DataView(section.buffer, section.byteOffset, section.byteLength);
  const [prefix, apis] = compactFromU8a(section.subarray(numbers + 12));
  const after = numbers + 12 + prefix + apis.toNumber() * 12;
  const version = {
    specName,
    implName,
    authoringVersion: view.getUint32(numbers, true),
    specVersion: view.getUint32(numbers + 4, true),
    implVersion: view.getUint32(numbers + 8, true),
    transactionVersion: view.getUint32(after, true),
    systemVersion: section[after + 4],
  };
  return { version, name, numbers };
}

/** Returns the version in the version section. */
export function versionOf({ wasm }) {
  return fields(wasm.subarray(...versionSection(wasm))).version;
}

/** Returns the host functions that a runtime imports. */
export async function importsOf(runtime) {
  return WebAssembly.Module.imports(await validate(runtime)).map(({ name }) => name);
}

/**
 * Returns the same runtime with another version in its section. The new name must have the same length.
 *
 * @param {{ wasm: Uint8Array }} runtime
 * @param {{ specName?: string, specVersion?: number }} claims
 */
export function claiming({ wasm }, claims) {
  const { specName, specVersion } = claims;
  const changed = wasm.slice();
  const [begin, end] = versionSection(changed);
  const section = changed.subarray(begin, end);
  const { version, name, numbers } = fields(section);
  if (specName !== undefined) {
    if (specName.length !== version.specName.length) throw new Error(`not as long as ${version.specName}`);
    section.set(Buffer.from(specName), name);
  }
  if (specVersion !== undefined) {
    new DataView(section.buffer, section.byteOffset, section.byteLength).setUint32(numbers + 4, specVersion, true);
  }
  return changed;
}

/** Returns the same runtime with another text of the same length, such as a name in its metadata. */
export function rewording({ wasm }, from, to) {
  if (from.length !== to.length) throw new Error(`${to} is not as long as ${from}`);
  const changed = Buffer.from(wasm);
  let found = 0;
  for (let at = changed.indexOf(from); at >= 0; at = changed.indexOf(from, at + 1), found += 1) changed.write(to, at);
  if (found === 0) throw new Error(`the runtime does not contain ${from}`);
  return new Uint8Array(changed);
}

/** Compresses a wasm. Uncompressed, it would not fit into a block. */
export function compressed(wasm) {
  return u8aConcat(COMPRESSED, compress(wasm, 3));
}

/**
 * Returns the runtime's metadata. Some constants depend on the state: `stored` returns the bytes at a storage key, or
 * nothing. Without `stored`, the state is empty.
 */
export async function metadataOf(runtime, stored = async (/** @type {string} */ _key) => undefined) {
  const module = await validate(runtime);
  // The runtime cannot wait for `stored`, so it is executed again until it reads no new key.
  const known = new Map();
  for (let round = 0; round < 16; round += 1) {
    const { answer, asked } = await describe(module, known);
    if (asked.every((key) => known.has(key))) {
      const registry = new TypeRegistry();
      const metadata = new Metadata(registry, registry.createType('Bytes', answer).toU8a(true));
      registry.setMetadata(metadata);
      return metadata;
    }
    for (const key of asked) known.set(key, await stored(key));
  }
  throw new Error('the runtime asks without end to describe itself');
}

/** Returns the version that is compiled into a runtime's code. */
export function compiledVersion(metadata) {
  const { constants } = metadata.asLatest.pallets.find(({ name }) => name.eq('System'));
  const { value } = constants.find(({ name }) => name.eq('Version'));
  return fields(value.toU8a(true)).version;
}

/** Executes the function of a runtime that returns its metadata, with a partially known state. */
async function describe(module, known) {
  const memory = new WebAssembly.Memory({ initial: 2048 });
  let free;
  // The runtime's allocator stores the alignment in the bytes before the allocation.
  const allocate = (size) => {
    const at = free + 16;
    free = at + ((size + 15) & ~15);
    if (free > memory.buffer.byteLength) memory.grow(Math.ceil((free - memory.buffer.byteLength) / 65_536));
    return at;
  };
  const bytes = (span) => {
    const at = Number(span & 0xffff_ffffn);
    return new Uint8Array(memory.buffer, at, Number(BigInt.asUintN(64, span) >> 32n)).slice();
  };
  const put = (data) => {
    const at = allocate(data.length);
    new Uint8Array(memory.buffer).set(data, at);
    return at;
  };
  const answered = (data) => BigInt(put(data)) | (BigInt(data.length) << 32n);
  const nothing = () => answered(Uint8Array.of(0));
  const asked = [];
  const get = (span) => {
    const key = u8aToHex(bytes(span));
    asked.push(key);
    const value = known.get(key);
    return value ? answered(u8aConcat([1], compactAddLength(value))) : nothing();
  };
  const said = [];
  const host = {
    ext_allocator_malloc_version_1: allocate,
    ext_allocator_free_version_1: () => {},
    ext_logging_max_level_version_1: () => 0,
    ext_logging_log_version_1: (_level, _target, message) => said.push(Buffer.from(bytes(message)).toString()),
    ext_panic_handler_abort_on_panic_version_1: (message) => {
      throw new Error(Buffer.from(bytes(message)).toString());
    },
    ext_misc_print_utf8_version_1: (message) => said.push(Buffer.from(bytes(message)).toString()),
    ext_storage_get_version_1: get,
    ext_storage_read_version_1: nothing,
    ext_storage_next_key_version_1: nothing,
    ext_storage_exists_version_1: () => 0,
    ext_hashing_blake2_128_version_1: (data) => put(blake2AsU8a(bytes(data), 128)),
    ext_hashing_blake2_256_version_1: (data) => put(blake2AsU8a(bytes(data), 256)),
    ext_hashing_keccak_256_version_1: (data) => put(keccakAsU8a(bytes(data), 256)),
    ext_hashing_twox_64_version_1: (data) => put(xxhashAsU8a(bytes(data), 64)),
    ext_hashing_twox_128_version_1: (data) => put(xxhashAsU8a(bytes(data), 128)),
  };
  const env = { memory };
  for (const { name, kind } of WebAssembly.Module.imports(module)) {
    if (kind !== 'function') continue;
    env[name] =
      host[name] ??
      (() => {
        throw new Error(`the runtime calls ${name} to describe itself`);
      });
  }
  const exports = /** @type {any} */ (new WebAssembly.Instance(module, { env }).exports);
  free = exports.__heap_base.value;
  try {
    return { answer: bytes(exports.Metadata_metadata(0, 0)), asked };
  } catch (error) {
    throw new Error(`the runtime can't describe itself: ${error.message} ${said.join(' ')}`);
  }
}

/**
 * Returns the proposal that authorises a runtime, encoded with this metadata: the call, and the hash of its preimage.
 */
export function authorization(metadata, { blake2 }) {
  const { registry } = metadata;
  const pallet = metadata.asLatest.pallets.find(({ name }) => name.eq('System'));
  const calls = registry.lookup.getSiType(pallet.calls.unwrap().type).def.asVariant.variants;
  const index = calls.find(({ name }) => name.eq('authorize_upgrade')).index.toNumber();
  const call = u8aConcat([pallet.index.toNumber(), index], u8aToU8a(blake2));
  return { call, hash: blake2AsHex(call, 256), length: call.length };
}
