// Runs all suites of the client tests, or the named ones.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startSharedNetwork } from '../harness/network.mjs';
import { NODE, run } from '../harness/node.mjs';
import { runSuites, summary } from './runner.mjs';
import { SUITES } from './suites.mjs';

const FOLDER = new URL('../suites/', import.meta.url);

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}

const names = SUITES.map(({ name }) => name);
for (const file of readdirSync(FOLDER)) {
  const name = file.replace(/\.test\.mjs$/, '');
  if (!names.includes(name)) fail(`the suite ${file} is not in tests/runner/suites.mjs: it needs a place and a budget`);
}
const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!names.includes(name)) fail(`there is no suite ${name}. There are: ${names.toSorted().join(', ')}`);
}

if (!existsSync(NODE)) fail(`there is no node at ${NODE}: build it with \`make next-runtime\``);
// Compiles the runtime once for all nodes. Otherwise the first suites would all compile it at the same time.
const { code, stderr } = await run(['export-chain-spec', '--chain=dev', '--raw']);
if (code !== 0) fail(`the node does not even print a genesis:\n${stderr}`);

const suites = wanted.length > 0 ? SUITES.filter(({ name }) => wanted.includes(name)) : SUITES;
const results = await runSuites(suites, {
  fileOf: (name) => fileURLToPath(new URL(`${name}.test.mjs`, FOLDER)),
  startNetwork: startSharedNetwork,
});
const { text, ok } = summary(results);
console.log(text);
process.exit(ok ? 0 : 1);
