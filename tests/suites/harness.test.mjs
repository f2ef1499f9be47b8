// The tests clean up after themselves, even when they are killed.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { until } from '../harness/wait.mjs';

const NODE = new URL('../harness/node.mjs', import.meta.url);
const FOLDER = new URL('../harness/folder.mjs', import.meta.url);

/** Starts a node and makes a folder, says which, and never ends by itself. */
const SCRIPT = `
  import { Node } from '${NODE}';
  import { temporaryFolder } from '${FOLDER}';
  const folder = temporaryFolder();
  const node = await Node.start(['--dev', '--base-path=' + folder]);
  console.log(JSON.stringify({ pid: node.pid, folder }));
  setInterval(() => {}, 1000);
`;

const runs = (pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL']) {
  test(`a test that ends by ${signal} leaves no node and no folder`, async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      once(child, 'exit').then(([code]) => assert.fail(`it ended with ${code}, and said nothing`)),
    ]);
    const { pid, folder } = JSON.parse(line);
    assert.ok(runs(pid) && existsSync(folder));
    child.kill(signal);
    await once(child, 'exit');
    await until('the node has ended', () => !runs(pid), { seconds: 20 });
    await until('the folder is gone', () => !existsSync(folder), { seconds: 20 });
  });
}
