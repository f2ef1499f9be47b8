// The command line of the program: its output, and its errors for invalid input.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path, { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AS_ALICE, freePort, Node, NODE, run } from '../harness/node.mjs';
import { temporaryFolder } from '../harness/folder.mjs';
import { SERVICE_NODE } from '../harness/service-node.mjs';
import { specOf } from '../harness/spec.mjs';

const folder = temporaryFolder();

/** Asserts a readable error: one line with the cause, no panic, and a non-zero exit code. */
function assertError({ code, stdout, stderr }, pattern) {
  const printed = stdout + stderr;
  assert.notEqual(code, 0, printed);
  assert.notEqual(code, null, `the program did not end:\n${printed}`);
  assert.match(printed, pattern);
  assert.doesNotMatch(printed, /panicked|RUST_BACKTRACE/);
}

/** Returns flags for ports that no other node of this machine uses. */
const freePorts = async () => [`--rpc-port=${await freePort()}`, `--port=${await freePort()}`, '--no-prometheus'];

describe('specifications', () => {
  test('the dev chain and the live template run the same wasm, by hash', async () => {
    const [dev, local, live] = await Promise.all(['dev', 'local', 'live-template'].map((chain) => specOf(chain)));
    const hash = (spec) => createHash('sha256').update(spec.genesis.runtimeGenesis.code).digest('hex');
    assert.equal(hash(dev), hash(live));
    assert.equal(hash(dev), hash(local));
    assert.equal(dev.genesis.runtimeGenesis.patch.tempo.schedule.slotMillis, 1000);
    assert.equal(live.genesis.runtimeGenesis.patch.tempo.schedule.slotMillis, 6000);
  });

  test('the live template has no well-known key', async () => {
    const live = await specOf('live-template');
    const text = JSON.stringify(live.genesis.runtimeGenesis.patch);
    assert.deepEqual(live.genesis.runtimeGenesis.patch.session.keys, []);
    assert.equal(live.genesis.runtimeGenesis.patch.balances.balances.length, 1);
    assert.doesNotMatch(text, /5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY/);
  });

  test('a chain runs from a specification in a file, raw or not', async () => {
    for (const args of [[], ['--raw']]) {
      const file = join(folder, `spec${args.length}.json`);
      writeFileSync(file, JSON.stringify(await specOf('dev', args)));
      const node = await Node.start([`--chain=${file}`, ...AS_ALICE, '--tmp']);
      await node.finalized(1);
      await node.stop();
    }
  });
});

describe('bad input', () => {
  test('an unknown chain', async () => {
    assertError(
      await run(['--chain=mainnet', '--tmp']),
      /there is no chain `mainnet`.*`dev`.*`local`.*`live-template`/s,
    );
  });

  test('a corrupt specification', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{ "name": "broken", ');
    assertError(await run([`--chain=${broken}`, '--tmp']), /broken\.json is not a specification of this chain/);
  });

  test('a specification whose genesis contradicts itself', async () => {
    const spec = await specOf('dev');
    spec.genesis.runtimeGenesis.patch.tempo.schedule.unbondingBlocks = 100;
    const file = join(folder, 'contradicts.json');
    writeFileSync(file, JSON.stringify(spec));
    const { code, stdout, stderr } = await run([`--chain=${file}`, ...AS_ALICE, '--tmp', ...(await freePorts())]);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /unbondingBlocks must exceed/);
  });

  test('a specification whose runtime is no runtime', async () => {
    const spec = await specOf('dev');
    spec.genesis.runtimeGenesis.code = '0x0061736d';
    const file = join(folder, 'no-runtime.json');
    writeFileSync(file, JSON.stringify(spec));
    assertError(await run([`--chain=${file}`, ...AS_ALICE, '--tmp', ...(await freePorts())]), /error: /);
  });

  test('the live template as it is', async () => {
    const basePath = join(folder, 'template');
    assertError(await run(['--chain=live-template', `--base-path=${basePath}`]), /the live template has no anchors/);
    assert.ok(!existsSync(join(basePath, 'chains', 'smartlayer_live_template', 'paritydb')));
  });

  test('an unknown flag', async () => {
    assertError(await run(['--does-not-exist']), /unexpected argument '--does-not-exist'/);
  });
});

describe('a busy port', () => {
  let server;
  let taken;

  before(async () => {
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port: taken } = /** @type {import('node:net').AddressInfo} */ (server.address()));
  });

  after(() => server.close());

  const start = async (flags) => {
    const basePath = join(folder, `busy-${flags.length}-${flags[0].replace(/\W/g, '')}`);
    const ended = await run(['--dev', `--base-path=${basePath}`, ...flags]);
    // Nothing was written that would make a later start fail.
    assert.ok(!existsSync(join(basePath, 'chains', 'smartlayer_dev', 'paritydb')), 'a database was made');
    return ended;
  };

  test('for RPC', async () => {
    assertError(
      await start([`--rpc-port=${taken}`, `--port=${await freePort()}`]),
      /the port for RPC, 127\.0\.0\.1:\d+, .*--rpc-port/,
    );
  });

  test('for peers', async () => {
    assertError(
      await start([`--listen-addr=/ip4/127.0.0.1/tcp/${taken}`, `--rpc-port=${await freePort()}`]),
      /the port for peers, 127\.0\.0\.1:\d+, .*--port/,
    );
  });

  test('for metrics', async () => {
    assertError(
      await start([`--prometheus-port=${taken}`, `--rpc-port=${await freePort()}`, `--port=${await freePort()}`]),
      /the port for metrics, 127\.0\.0\.1:\d+, .*--prometheus-port/,
    );
  });
});

describe('a database', () => {
  const basePath = join(folder, 'chain');
  const database = ['--chain=dev', `--base-path=${basePath}`];
  const ok = async (args) => {
    const ended = await run(args);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    return ended.stdout + ended.stderr;
  };

  before(async () => {
    const node = await Node.start([...database, ...AS_ALICE]);
    await node.finalized(5);
    await node.stop();
  });

  test('is ParityDB', () => {
    assert.ok(readdirSync(join(basePath, 'chains', 'smartlayer_dev')).includes('paritydb'));
  });

  test('of another chain is not gone on with', async () => {
    const spec = await specOf('dev');
    spec.genesis.runtimeGenesis.patch.tempo.schedule.voteBlocks = 21;
    const file = join(folder, 'other.json');
    writeFileSync(file, JSON.stringify(spec));
    const flags = [`--rpc-port=${await freePort()}`, `--port=${await freePort()}`, '--no-prometheus'];
    assertError(
      await run([`--chain=${file}`, `--base-path=${basePath}`, ...AS_ALICE, ...flags]),
      /the database in .* is of another chain.*--base-path.*purge-chain/s,
    );
    // The database is still intact.
    assert.match(await ok(['chain-info', ...database]), /finalized_hash|Finalized|finalized/);
  });

  test('is looked into, checked, written out, read in, taken back and deleted', async () => {
    assert.match(await ok(['check-block', ...database, '1']), /./);
    const blocks = join(folder, 'blocks.bin');
    await ok(['export-blocks', ...database, '--from=1', '--to=3', blocks]);
    assert.ok(readFileSync(blocks).length > 0);
    const copy = ['--chain=dev', `--base-path=${join(folder, 'copy')}`];
    await ok(['import-blocks', ...copy, blocks]);
    const info = JSON.parse((await run(['chain-info', ...copy])).stdout);
    assert.equal(info.best_number, 3);
    await ok(['revert', ...copy, '1']);
    await ok(['purge-chain', ...copy, '-y']);
    assert.ok(!existsSync(join(folder, 'copy', 'chains', 'smartlayer_dev', 'paritydb')));
  });
});

describe('the cache of compiled runtimes', () => {
  const genesis = (...args) => run(['export-chain-spec', '--chain=dev', '--raw', ...args], { bare: true });
  /** Returns the compiled runtimes in a cache. */
  const modulesIn = (cache) =>
    readdirSync(join(cache, 'modules'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes('.'))
      .map(({ parentPath, name }) => join(parentPath, name));

  test('is made in the base path, for its user alone', async () => {
    const basePath = join(folder, 'with-cache');
    const { code, stderr } = await run(['export-state', '--chain=dev', `--base-path=${basePath}`], { bare: true });
    assert.equal(code, 0, stderr);
    const cache = join(basePath, 'runtime-cache');
    assert.equal(statSync(cache).mode & 0o777, 0o700);
    assert.ok(modulesIn(cache).length > 0);
  });

  test('is optional', async () => {
    const cache = join(folder, 'off');
    const { code } = await run(['export-state', '--chain=dev', `--base-path=${cache}`, '--runtime-cache=off'], {
      bare: true,
    });
    assert.equal(code, 0);
    assert.ok(!existsSync(join(cache, 'runtime-cache')));
  });

  test('is refused where others can write', async () => {
    const cache = join(folder, 'open-cache');
    mkdirSync(cache);
    chmodSync(cache, 0o770);
    assertError(
      await genesis(`--runtime-cache=${cache}`),
      /open-cache is open to others \(mode 0770, not 0700\).*rm -r/,
    );
  });

  test('does no harm when it is damaged', async () => {
    const cache = join(folder, 'damaged-cache');
    const right = await genesis(`--runtime-cache=${cache}`);
    assert.equal(right.code, 0, right.stderr);
    for (const file of modulesIn(cache)) truncateSync(file, Math.floor(statSync(file).size / 2));
    const again = await genesis(`--runtime-cache=${cache}`);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout, right.stdout);
  });
});

describe('keys', () => {
  test('are made and looked at', async () => {
    const made = JSON.parse((await run(['key', 'generate', '--output-type=json'])).stdout);
    const seen = JSON.parse((await run(['key', 'inspect', '--output-type=json', made.secretPhrase])).stdout);
    assert.equal(seen.publicKey, made.publicKey);
  });
});

/** The programs of the guides, with the commands whose own commands follow. */
const PROGRAMS = {
  'smartlayer-node': {
    program: NODE,
    groups: ['key'],
    only: ['key', 'chain-info', 'purge-chain', 'export-chain-spec'],
  },
  'smartlayer-service-node': { program: SERVICE_NODE, groups: [] },
  smartlayer: {
    program: path.join(path.dirname(NODE), 'smartlayer'),
    groups: ['session', 'verify', 'node', 'agreement'],
  },
};

test('the guides use only commands and flags that exist', async () => {
  const guides = fileURLToPath(new URL('../../docs/guides/', import.meta.url));
  const text = readdirSync(guides)
    .map((guide) => readFileSync(join(guides, guide), 'utf8'))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .replaceAll('$node ', 'smartlayer-node ');
  /** The flags of all commands that were found. */
  const all = new Set();
  for (const [name, { program, groups, only }] of Object.entries(PROGRAMS)) {
    const help = new Map();
    const flagsOf = async (command) => {
      if (!help.has(command)) {
        const { code, stdout } = await run([...command.split(' ').filter(Boolean), '--help'], { bare: true, program });
        assert.equal(code, 0, `${name} ${command}`);
        help.set(command, new Set(stdout.match(/--[a-z][a-z-]*/g)));
        help.get(command).forEach((flag) => all.add(flag));
      }
      return help.get(command);
    };
    await flagsOf('');
    // The unit, the image, the user and the container of the same name are no invocations.
    const before = '(?<!systemctl .*|docker run .*|--tag |--owner |useradd .*|sudo -u |[\\w/-])';
    for (const [, found] of text.matchAll(new RegExp(`${before}${name} ([a-z-][^\`\\n#|]*)`, 'g'))) {
      const words = found
        .trim()
        .replace(/^--config \S+ /, '')
        .split(/\s+/);
      const isFlag = words[0].startsWith('--');
      if (only && !isFlag && !only.includes(words[0])) continue;
      const command = isFlag ? '' : words.slice(0, groups.includes(words[0]) ? 2 : 1).join(' ');
      const known = await flagsOf(command);
      const flags = words
        .map((word) => word.match(/^--[a-z][a-z-]*/)?.[0])
        .filter((flag) => flag && flag !== '--features');
      for (const flag of flags) assert.ok(known.has(flag), `${name} ${command} ${flag}`);
    }
    assert.ok(help.size > 3, [...help.keys()].join(', '));
  }
  const spans = [...text.matchAll(/`(--[a-z][a-z-]*)[^`]*`/g)].map(([, flag]) => flag);
  for (const flag of spans) assert.ok(all.has(flag) || flag === '--features', flag);
});
