// Ends what a test has started and removes what it has written, whatever becomes of the test: when it is killed, too.
//
// `reap` tells a second process, which lives for as long as this one does and then cleans up. Run by itself, this file
// is that process: it is told on its standard input, and the end of that is its sign.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sleep } from './wait.mjs';

const FILE = fileURLToPath(import.meta.url);
let reaper;

/** Says that a process (`pid`) or a folder (`folder`) is to go when this process ends; `gone` that it is already. */
export function reap(what) {
  if (!reaper) {
    // In a group of its own: an interrupt at the terminal is for the tests.
    reaper = spawn(process.execPath, [FILE], { detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
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
      // It has ended by itself.
    }
  }
  // Where nobody collects orphans, one that has ended still looks alive.
  for (let waited = 0; [...pids].some(alive) && waited < 10_000; waited += 20) await sleep(20);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

if (process.argv[1] === FILE) await main();
