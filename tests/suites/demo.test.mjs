// The story that `make demo` tells: all of the chain and its programs, as one.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/folder.mjs';
import { run } from '../harness/node.mjs';
import { until } from '../harness/wait.mjs';

const PROGRAM = fileURLToPath(new URL('../demo/main.mjs', import.meta.url));
/** How often the story is told. */
const RUNS = Number(process.env.SMARTLAYER_TEST_RUNS ?? 1);

const CHAPTERS = [
  'Holders elect an anchor',
  'Service nodes bond',
  'A website pays per call',
  'The node cashes out, and a share is burned',
  'The seats change hands',
  'Anchors commit to what happened, and everyone can prove it',
  'A node is silent, is slashed, and its customer is paid',
  'A node is convicted, appeals, and wins',
  'What is remembered: the scores',
];

const tell = (args, env) =>
  run([PROGRAM, ...args], { bare: true, program: process.execPath, seconds: 600, env: { ...process.env, ...env } });

for (let round = 1; round <= RUNS; round += 1) {
  test(`the story is told to its end, and leaves nothing behind (${round} of ${RUNS})`, async (t) => {
    const folder = temporaryFolder();
    const record = path.join(temporaryFolder(), 'story.md');
    const { code, stdout, stderr } = await tell([`--record=${record}`], { TMPDIR: folder });
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const chapters = [...stdout.matchAll(/^\d\. (.*\S) +\d+ s$/gm)].map(([, title]) => title.trim());
    assert.deepEqual(chapters, CHAPTERS);
    assert.ok(readFileSync(record, 'utf8').includes(stdout.trim()));
    t.diagnostic(stdout.trim().split('\n').at(-1).trim());
    await until('all folders are removed', () => readdirSync(folder).length === 0);
  });
}

test('what is not understood is answered with what is', async () => {
  const { code, stderr } = await tell(['--kep']);
  assert.equal(code, 2);
  assert.match(stderr, /Unknown option '--kep'/);
  assert.match(stderr, /make demo \[KEEP=1\] \[RECORD=<file>\]/);
});
