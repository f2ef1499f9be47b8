// Ends the processes and removes the folders of a test when it ends, even if it is killed.
//
// `reap` sends messages to a second process, which cleans up when this one ends. This file is also the program of that
// process: it reads messages from its standard input, and cleans up at its end.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sleep } from './wait.mjs';

const FILE = fileURLToPath(import.meta.url);
let reaper;

/** Registers a process (`pid`) or a folder (`folder`) for the clean-up. `gone` removes a process from it. */
export function reap(what) {
  if (!reaper) {
    // A separate process group, so that an interrupt at the terminal reaches only the tests. It holds no output of the
    // test, because whoever waits for the end of that would also wait for the removal of the folders.
    reaper = spawn(process.execPath, [FILE], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    reaper.unref();
    /** @type {import('node:net').Socket} */ (reaper.stdin).unref();
  }
  reaper.stdin.write(`${JSON.stringify(what)}\n`);
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function main() {
  const pids = new Set();
  const folders = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const { pid, folder, gone } = JSON.parse(line);
    if (pid) gone ? pids.delete(pid) : pids.add(pid);
    if (folder) folders.add(folder);
  }
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // The process has already ended.
    }
  }
  // An ended process still appears alive if no parent waits for it.
  for (let waited = 0; [...pids].some(alive) && waited < 10_000; waited += 20) await sleep(20);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

if (process.argv[1] === FILE) await main();
