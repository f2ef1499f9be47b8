// Messages of a suite to the runner (`tests/runner/main.mjs`), which ends a suite within a minute if it hangs or one of its
// nodes dies. A suite without a runner sends none.

/** Nodes that ended without being stopped. */
const dead = [];

/**
 * The start or end of a test, what a suite waits for, or a node that ended without being stopped.
 *
 * @typedef {{ test?: string, passed?: string, skipped?: boolean, failed?: string, why?: string, waiting?: string, died?: string }} Message
 */

/**
 * Sends a message to the runner, if there is one.
 *
 * @param {Message} message
 */
export function tell(message) {
  if (process.connected) process.send(message, () => {});
}

/** Reports a node that ended without being stopped. */
export function died(what) {
  dead.push(what);
  tell({ died: what });
}

/** Returns the nodes that ended without being stopped. */
export const deaths = () => [...dead];

/** Fails if a node ended without being stopped, because then waiting is useless. */
export function assertAllRun(what) {
  if (dead.length > 0) throw new Error(`${what}: will not be, for ${dead.join(', and ')}`);
}
