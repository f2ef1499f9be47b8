import { setTimeout as sleep } from 'node:timers/promises';
import { assertAllRun, tell } from './watch.mjs';

export { sleep };

/**
 * Asks `question` until it answers with something true; what it throws counts as not yet. Gives up at once when a node
 * that should run has ended.
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
