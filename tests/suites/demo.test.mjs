// The story that `make demo` tells: all of the chain and its programs, as one.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/folder.mjs';
import { run } from '../harness/node.mjs';
import { reap } from '../harness/reaper.mjs';
import { until } from '../harness/wait.mjs';

const PROGRAM = fileURLToPath(new URL('../demo/main.mjs', import.meta.url));
/** How often the story is told. With more than two, run this file without the runner, which would end it. */
const RUNS = Number(process.env.SMARTLAYER_TEST_RUNS ?? 1);
/** How long it may take, in seconds. */
const LONGEST = 300;

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

for (let round = 1; round <= Math.max(1, RUNS); round += 1) {
  test(`the story is told, goes on until it is interrupted, and leaves nothing behind (${round} of ${RUNS})`, async (t) => {
    const folder = temporaryFolder();
    const record = path.join(temporaryFolder(), 'story.md');
    const env = { ...process.env, TMPDIR: folder };
    const begin = Date.now();
    const child = spawn(process.execPath, [PROGRAM, '--keep', `--record=${record}`], { env });
    reap({ pid: child.pid });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (told += chunk));
    const isOver = () => child.exitCode !== null || told.includes('For example:');
    await until('the story is told', isOver, { seconds: LONGEST });
    assert.equal(child.exitCode, null, told);
    const seconds = ((Date.now() - begin) / 1000).toFixed(0);
    t.diagnostic(`${told.match(/^ +(\d+ blocks, .*): the end\.$/m)[1]}; ${seconds} s with start and end`);
    const chapters = [...told.matchAll(/^\d\. (.*\S) +\d+ s$/gm)].map(([, title]) => title.trim());
    assert.deepEqual(chapters, CHAPTERS);
    const story = told.slice(told.indexOf('The SmartLayer chain'), told.indexOf(': the end.'));
    assert.ok(readFileSync(record, 'utf8').includes(story));

    const [, url] = told.match(/anchor Alice +(http\S+)/);
    assert.equal((await fetch(`${url}/v1/health`)).status, 200);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, told);
    await assert.rejects(fetch(`${url}/v1/health`), /fetch failed/);
    await until('all folders are removed', () => readdirSync(folder).length === 0);
  });
}

test('what cannot be done is answered with what can, before anything starts', async () => {
  const cases = /** @type {[string, RegExp][]} */ ([
    ['--kep', /Unknown option '--kep'/],
    ['--record=/nowhere/story.md', /no such file or directory, open '\/nowhere\/story.md'/],
  ]);
  for (const [option, message] of cases) {
    const { code, stdout, stderr } = await run([PROGRAM, option], { bare: true, program: process.execPath });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
    assert.match(stderr, /make demo \[KEEP=1\] \[RECORD=<file>\]/);
  }
});
