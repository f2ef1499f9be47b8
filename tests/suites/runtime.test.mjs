// The tool with which holders check a proposed runtime.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/folder.mjs';
import { Node, run } from '../harness/node.mjs';
import { connect } from '../harness/polkadot-js.mjs';
import { rpc } from '../harness/rpc.mjs';
import { changes, surface } from '../tools/changes.mjs';
import { authorization, claiming, metadataOf, readRuntime, versionOf } from '../tools/runtime.mjs';

const TOOL = fileURLToPath(new URL('../tools/inspect-runtime.mjs', import.meta.url));
const FILE = process.env.SMARTLAYER_NEXT_RUNTIME;
const folder = temporaryFolder();

let node;
let api;

before(async () => {
  node = await Node.dev();
  api = await connect(node);
});

after(async () => {
  await api?.disconnect();
  await node?.stop();
});

/** Runs the tool to its end, while this process can say that it waits. */
async function inspect(...args) {
  const { code, stdout, stderr } = await run([TOOL, ...args], { bare: true, program: process.execPath });
  return { status: code, stdout, stderr };
}

const file = (name, bytes) => {
  const at = path.join(folder, name);
  writeFileSync(at, bytes);
  return at;
};

test('a runtime describes itself as it does on a chain, and the proposal is the one that a client makes', async () => {
  const runtime = readRuntime(FILE);
  const metadata = await metadataOf(runtime, async (key) => {
    const value = await rpc(node.rpcPort, 'state_getStorage', [key]);
    return value && Buffer.from(value.slice(2), 'hex');
  });
  assert.equal(metadata.asLatest.pallets.length, api.runtimeMetadata.asLatest.pallets.length);
  assert.deepEqual(changes(surface(api.runtimeMetadata), surface(metadata)), { added: [], removed: [], changed: [] });

  const { method } = api.tx.system.authorizeUpgrade(runtime.blake2);
  const proposal = authorization(metadata, runtime);
  assert.equal(Buffer.from(proposal.call).toString('hex'), method.toHex().slice(2));
  assert.equal(proposal.hash, method.hash.toHex());
  assert.equal(proposal.length, method.encodedLength);
});

test('the tool says what a runtime is, and that it changes nothing but its version', async () => {
  const { status, stdout } = await inspect(FILE, node.ws);
  assert.equal(status, 0);
  const runtime = readRuntime(FILE);
  const { specVersion } = versionOf(runtime);
  for (const said of [`spec_version           ${specVersion}`, runtime.blake2, runtime.sha256, 'the same calls']) {
    assert.ok(stdout.includes(said), `${said}\n${stdout}`);
  }
  assert.doesNotMatch(stdout, / ! /);
});

test('the tool sees a file that claims to be what it is not', async () => {
  const next = readRuntime(FILE);
  for (const claim of [{ specName: 'otherchain' }, { specVersion: 1 }, { specVersion: 9_999 }]) {
    const { status, stderr } = await inspect(file('claims.wasm', claiming(next, claim)), node.ws);
    assert.equal(status, 1);
    assert.match(stderr, /was tampered with/);
  }
});

test('the tool warns of what a chain would refuse', async () => {
  // A runtime with the same version as the installed one.
  const { status, stdout } = await inspect(FILE, FILE);
  assert.equal(status, 0);
  assert.match(stdout, /not higher: it will be refused/);
});

test('what has changed is named', () => {
  const before = new Map([
    ['call Tokens.send', '1.0(to: u8)'],
    ['storage Tokens.Accounts', 'u8'],
    ['constant Tokens.Least', '1'],
  ]);
  const after = new Map([
    ['call Tokens.send', '1.0(to: u16)'],
    ['storage Tokens.Accounts', 'u8'],
    ['call Tokens.burn', '1.1()'],
  ]);
  assert.deepEqual(changes(before, after), {
    added: ['call Tokens.burn'],
    removed: ['constant Tokens.Least'],
    changed: [{ name: 'call Tokens.send', before: '1.0(to: u8)', after: '1.0(to: u16)' }],
  });
});

test('a bad argument gets an answer that says what is wrong', async () => {
  const next = readRuntime(FILE);
  const damaged = next.wasm.slice();
  damaged.fill(0xff, damaged.length / 2, damaged.length / 2 + 64);
  /** @type {[string[], RegExp][]} */
  const attempts = [
    [[], /which runtime\?/],
    [['nowhere.wasm'], /there is no file nowhere\.wasm/],
    [[file('text.wasm', 'not wasm')], /this is not wasm/],
    [[file('half.wasm', next.code.slice(0, next.code.length / 2))], /can't be decompressed|broken/],
    [[file('damaged.wasm', damaged)], /would stop a chain that installs it/],
    [[file('short.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0))], /broken/],
    [[file('empty.wasm', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))], /not a runtime/],
    [[FILE, 'ws://127.0.0.1:1'], /does not answer/],
  ];
  for (const [args, said] of attempts) {
    const { status, stderr } = await inspect(...args);
    assert.equal(status, 1, args.join(' '));
    assert.match(stderr, said);
  }
});
