// Set-up names missing programs that it cannot install.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/folder.mjs';

const SETUP = fileURLToPath(new URL('../../scripts/setup.sh', import.meta.url));

/** Returns the environment of a machine with only these programs. */
function machine(...programs) {
  const bin = join(temporaryFolder(), 'bin');
  mkdirSync(bin);
  for (const program of ['bash', 'dirname', 'id', 'awk', ...programs]) {
    const { stdout } = spawnSync('bash', ['-c', `command -v ${program}`], { encoding: 'utf8' });
    symlinkSync(stdout.trim(), join(bin, program));
  }
  return { PATH: bin };
}

const setup = (env) => spawnSync(SETUP, { env, encoding: 'utf8' });

test('without protoc and without apt, the set-up names the package', () => {
  const { status, stderr } = setup(machine('cargo', 'cc', 'c++'));
  assert.equal(status, 1);
  assert.match(stderr, /^error: protobuf-compiler is missing \(protoc, .*\), and this machine has no apt/);
  assert.match(stderr, /install it with your system's package manager/);
});

test('a C compiler alone is not enough', () => {
  const { status, stderr } = setup(machine('cargo', 'cc'));
  assert.equal(status, 1);
  assert.match(stderr, /^error: g\+\+ is missing \(a C\+\+ compiler, .*\), and this machine has no apt/);
});

test('without Rust, the set-up says where it is from', () => {
  const { status, stderr } = setup(machine());
  assert.equal(status, 1);
  assert.match(stderr, /^error: Rust is missing/);
});
