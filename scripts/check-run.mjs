// Runs `make run`, as a newcomer would, until the third block is final, and stops the chain.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { finalizedHeight } from '../tests/harness/rpc.mjs';
import { sleep } from '../tests/harness/wait.mjs';

const RPC_PORT = 9944;
const BLOCKS = 3;
const SECONDS_AT_MOST = 2400;

// Otherwise the blocks of another chain would be mistaken for those of this one.
const probe = createServer().listen(RPC_PORT, '127.0.0.1');
await once(probe, 'listening').catch(({ message }) => {
  process.stderr.write(`error: \`make run\` requires port ${RPC_PORT}, which is in use: ${message}\n`);
  process.exit(1);
});
probe.close();

const begin = Date.now();
const seconds = () => Math.round((Date.now() - begin) / 1000);
const log = [];
// A separate process group, so that make and its node end together.
const make = spawn('make', ['--no-print-directory', 'run'], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
for (const stream of [make.stdout, make.stderr]) stream.on('data', (chunk) => log.push(chunk));
const end = () => {
  try {
    process.kill(-make.pid, 'SIGTERM');
  } catch {
    // It has already ended.
  }
};
process.once('exit', end);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

function fail(message) {
  process.stderr.write(`${Buffer.concat(log).toString().slice(-5000)}\nerror: ${message}\n`);
  process.exit(1);
}

for (;;) {
  if (make.exitCode !== null) fail('`make run` ended by itself');
  if (seconds() > SECONDS_AT_MOST) fail(`block ${BLOCKS} was not final after ${SECONDS_AT_MOST} s`);
  const height = await finalizedHeight(RPC_PORT).catch(() => 0);
  if (height >= BLOCKS) break;
  await sleep(1000);
}
console.log(`  block ${BLOCKS} was final ${seconds()} s after \`make run\``);
const ended = new Promise((resolve) => make.once('exit', () => resolve(true)));
end();
if (!(await Promise.race([ended, sleep(60_000, false, { ref: false })]))) fail('`make run` does not end');
