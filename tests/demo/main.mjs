// Tells the story of the chain: `make demo`.
//
//   node tests/demo/main.mjs [--keep] [--record=<file>]
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** Where the programs write what they say, if somebody wants to keep it. */
const KEPT_LOGS = process.env.SMARTLAYER_TEST_LOGS;

const USAGE = `usage: make demo [KEEP=1] [RECORD=<file>]
  KEEP=1          leaves everything running at the end, until Ctrl-C
  RECORD=<file>   writes what was told to a file`;

/** @returns {never} */
function fail({ message }) {
  console.error(`error: ${message}\n${USAGE}`);
  return process.exit(2);
}

function options() {
  try {
    return parseArgs({ options: { keep: { type: 'boolean' }, record: { type: 'string' } } }).values;
  } catch (error) {
    return fail(error);
  }
}

/** Returns what a recorded run is written as. */
const page = (lines) => `# The story of the chain

What \`make demo\` has told, as it was recorded by \`make demo RECORD=docs/demo.md\`.

\`\`\`text
${lines.join('\n').trim()}
\`\`\`
`;

/** Shows where everything can be reached. */
function show({ nodes, trial }, teller) {
  teller.title('It goes on until you press Ctrl-C');
  teller.show(
    ...Object.entries(nodes).map(([name, { ws }]) => [`node of ${name}`, ws]),
    ...Object.entries(trial.anchors).map(([name, { url }]) => [`anchor ${name}`, url]),
    ...trial.servers.map(({ name, node }) => [`service node ${name}`, node.ended ? 'stopped' : node.url]),
    ['class of the tickets', trial.issuer.class],
  );
  const [{ ws }] = Object.values(nodes);
  teller.say('For example:');
  teller.command(`${SMARTLAYER} --chain=${ws} verify bit ${trial.issuer.class} 0`, '');
}

const { keep, record } = options();
const isNew = record && !existsSync(record);
if (record) {
  // Now, and not after the story.
  try {
    closeSync(openSync(record, 'a'));
  } catch (error) {
    fail(error);
  }
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
const logs = KEPT_LOGS ?? mkdtempSync(path.join(tmpdir(), 'smartlayer-logs-'));
process.env.SMARTLAYER_TEST_LOGS = logs;
process.on('exit', (code) => {
  const hasFailed = code === 1;
  if (!hasFailed && !KEPT_LOGS) rmSync(logs, { recursive: true, force: true });
  if (code !== 0 && isNew) rmSync(record, { force: true });
});
// They read where logs are written.
const { Stage } = await import('./stage.mjs');
const { Story } = await import('./story.mjs');
const { Teller } = await import('./teller.mjs');
const { SMARTLAYER } = await import('../harness/anchor-trial.mjs');
const teller = new Teller();
/** @type {import('./stage.mjs').Stage | undefined} */
let stage;
console.log('Starting five nodes of a new chain, which takes some seconds…');
try {
  stage = await Stage.build();
  await new Story(stage, teller).tell();
  if (record) writeFileSync(record, page(teller.lines));
  if (keep) {
    show(stage, teller);
    process.removeAllListeners('SIGINT');
    await once(process, 'SIGINT');
  }
} catch (error) {
  console.error('\nerror: the story went wrong:', error);
  console.error(`\nWhat the programs said is in ${logs}.`);
  process.exitCode = 1;
} finally {
  await stage?.clear();
}
// Connections that the clients keep would hold the process.
process.exit();
