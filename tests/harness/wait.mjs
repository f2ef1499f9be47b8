import { setTimeout as sleep } from 'node:timers/promises';
import { assertAllRun, tell } from './watch.mjs';

export { sleep };

/**
 * Calls `question` until it returns a true value. An exception counts as not yet. Fails at once if a node that should run
 * has ended.
 */
export async function until(what, question, { seconds = 60, every = 250 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < deadline) {
    tell({ waiting: what });
    try {
      const answer = await question();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    assertAllRun(what);
    await sleep(every);
  }
  throw new Error(`${what}: not within ${seconds} s`, { cause: last });
}
