// What a suite tells the program that runs it (`tests/runner/main.mjs`), so that a suite that hangs, or whose node has died, ends
// within a minute and says which. A suite that is run by itself tells nobody.

/** Nodes that have ended though nobody ended them. */
const dead = [];

/**
 * A test that begins or has ended, what is waited for, or a node that has ended by itself.
 *
 * @typedef {{ test?: string, passed?: string, skipped?: boolean, failed?: string, waiting?: string, died?: string }} Message
 */

/**
 * Sends a message to the runner, if there is one.
 *
 * @param {Message} message
 */
export function tell(message) {
  if (process.connected) process.send(message, () => {});
}

/** A node has ended by itself. */
export function died(what) {
  dead.push(what);
  tell({ died: what });
}

/** The nodes that have ended by themselves. */
export const deaths = () => [...dead];

/** Fails when a node has ended by itself: what is waited for will not come. */
export function assertAllRun(what) {
  if (dead.length > 0) throw new Error(`${what}: will not be, for ${dead.join(', and ')}`);
}
