// The story that `make demo` tells: all of the chain and its programs, as one.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../harness/folder.mjs';
import { run } from '../harness/node.mjs';
import { reap } from '../harness/reaper.mjs';
import { sleep, until } from '../harness/wait.mjs';
import { tell } from '../harness/watch.mjs';

const PROGRAM = fileURLToPath(new URL('../demo/main.mjs', import.meta.url));
/** How often the story is told. With more than two, run this file without the runner, which would end it. */
const RUNS = Number(process.env.SMARTLAYER_TEST_RUNS ?? 1);
/** How long it may take, and how long nothing may be told, in seconds. */
const LONGEST = 300;
const SILENT = 90;
/** The usual ports of a node, on which another one may run. */
const USUAL_PORTS = [9615, 9944, 30333];

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

/** Uses a port, unless somebody else does. */
async function occupy(port) {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening').catch(() => {});
  return server;
}

for (let round = 1; round <= Math.max(1, RUNS); round += 1) {
  // The first goes on, as others in turn, until it is interrupted.
  const keeps = round % 2 === 1;
  test(`the story is told, ends, and leaves nothing behind (${round} of ${RUNS})`, async (t) => {
    const occupied = await Promise.all(USUAL_PORTS.map(occupy));
    t.after(() => occupied.forEach((server) => server.close()));
    const folder = temporaryFolder();
    const record = path.join(temporaryFolder(), 'story.md');
    // In the runner, all programs write their logs where it looks for them.
    const env = { ...process.env, TMPDIR: folder };
    const begin = Date.now();
    const options = [...(keeps ? ['--keep'] : []), `--record=${record}`];
    // A group of its own, as at a terminal, where Ctrl-C reaches all programs at once.
    const child = spawn(process.execPath, [PROGRAM, ...options], { env, detached: true });
    reap({ pid: child.pid });
    const exit = once(child, 'exit');
    let told = '';
    let last = begin;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        told += chunk;
        last = Date.now();
      });
    }
    const isOver = () => child.exitCode !== null || (keeps && told.includes('For example:'));
    while (!isOver()) {
      const [whole, silence] = [begin, last].map((since) => (Date.now() - since) / 1000);
      assert.ok(whole < LONGEST && silence < SILENT, `after ${whole} s, of which ${silence} s in silence: ${told}`);
      tell({ waiting: 'the story is told' });
      await sleep(250);
    }
    assert.equal(child.exitCode, keeps ? null : 0, told);
    const seconds = ((Date.now() - begin) / 1000).toFixed(0);
    t.diagnostic(`${told.match(/^ +(\d+ blocks, .*): the end\.$/m)[1]}; ${seconds} s with start and end`);
    const chapters = [...told.matchAll(/^\d\. (.*\S) +\d+ s$/gm)].map(([, title]) => title.trim());
    assert.deepEqual(chapters, CHAPTERS);
    const story = told.slice(told.indexOf('The SmartLayer chain'), told.indexOf(': the end.'));
    assert.ok(readFileSync(record, 'utf8').includes(story));

    if (keeps) {
      const [, url] = told.match(/anchor Alice +(http\S+)/);
      assert.equal((await fetch(`${url}/v1/health`)).status, 200);
      process.kill(-child.pid, 'SIGINT');
      await exit;
      await assert.rejects(fetch(`${url}/v1/health`), /fetch failed/);
    }
    assert.equal((await exit)[0], 0, told);
    await until('no program is left', () => !isAlive(child.pid));
    await until('all folders are removed', () => readdirSync(folder).length === 0);
  });
}

/** Whether a process of the group is alive. */
function isAlive(group) {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
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
