// The command `smartlayer`, as a customer and an operator type it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../harness/folder.mjs';
import { NODE, run } from '../harness/node.mjs';
import { account, connect } from '../harness/polkadot-js.mjs';
import { bobServes, hexOf, instanceOf, Issuer, ServiceNode } from '../harness/service-node.mjs';
import { nodeForPrograms } from '../harness/spec.mjs';
import { until } from '../harness/wait.mjs';

const SMARTLAYER = path.join(path.dirname(NODE), 'smartlayer');
const FOLDER = temporaryFolder();
const CONFIG = '[prices]\nfree_calls_per_minute = 2\n[cash_out]\nblocks_before_expiry = 10\n';

let chain, api, bob;
/** @type {ServiceNode} */
let node;
/** @type {Issuer} */
let issuer;

function key(name, uri) {
  const file = path.join(FOLDER, `${name}.key`);
  writeFileSync(file, uri);
  chmodSync(file, 0o400);
  return `--key=${file}`;
}

/** Runs the command, and returns its exit code and output. */
const smartlayer = (...args) => run([`--chain=${chain.ws}`, ...args], { bare: true, program: SMARTLAYER });

/** Runs the command, which must do what it says, and returns its result. */
async function result(...args) {
  const { code, stdout, stderr } = await smartlayer('--json', ...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout);
}

before(async () => {
  chain = await nodeForPrograms();
  api = await connect(chain);
  bob = await account('Bob');
  ({ node, issuer } = await bobServes(chain, api, CONFIG));
});

after(async () => {
  await node?.stop();
  await api?.disconnect();
  await chain?.stop();
});

test('an operator bonds, sets its key and publishes its endpoint', async () => {
  const own = key('bob', '//Bob');
  const few = await smartlayer('node', 'bond', '1', own);
  assert.equal(few.code, 1);
  assert.match(few.stderr, /a service node bonds .* SLN or more/);
  await result('node', 'bond', own);
  await result('node', 'set-service-key', (await account('Bob//service')).address, own);
  await result('node', 'bond-extra', '5', own);
  // The daily work is done by another account, without access to the bond.
  const [operator, eve] = [key('operator', '//Eve'), (await account('Eve')).address];
  const unnamed = await smartlayer('node', 'operate-for', bob.address, operator);
  assert.match(unnamed.stderr, /NotNamed/);
  await result('node', 'set-operator', eve, own);
  await result('node', 'operate-for', bob.address, operator);
  await result('node', 'set-endpoint', node.url, operator);
  assert.match((await smartlayer('node', 'unbond', '1', operator)).stderr, /the call failed|not included/);
  const status = await result('node', 'status', bob.address);
  assert.deepEqual([status.qualifies, status.unbonding, status.endpoint, status.demands], [true, false, node.url, []]);
  assert.match((await smartlayer('node', 'status', bob.address)).stdout, /bond +1005 SLN\n/);
  assert.equal(status.operator, eve);
  await result('node', 'chill', own);
  assert.equal((await result('node', 'status', bob.address)).qualifies, false);
  await result('node', 'activate', own);
  await node.start();
  await issuer.feed(node, [{ instance: instanceOf(1), write: issuer.record(instanceOf(1), hexOf(bob)) }]);
});

test('a customer opens a session, pays, reads, and closes it', async () => {
  const [payer, signer] = [key('charlie', '//Charlie'), key('website', '//Website')];
  const signerFile = signer.replace('--key=', '--signer=');
  const { session } = await result('session', 'open', bob.address, '0.5', '--blocks=300', payer, signerFile);
  await until('the node knows the session', async () => (await fetch(`${node.url}/v1/sessions/${session}`)).ok);
  const url = `${node.url}/v1/tokens/${issuer.class}/${instanceOf(1)}`;
  const { stdout } = await smartlayer('session', 'pay', session, signer);
  const [name, value] = stdout.trim().split(': ');
  const response = await fetch(url, { headers: { [name]: value } });
  assert.equal(response.status, 200);
  assert.ok(response.headers.get('payment-response'));

  // Free, and paid.
  const free = await result('token', issuer.class, instanceOf(1), `--node=${bob.address}`);
  assert.equal(free.sequence, '1');
  const paid = await result('token', issuer.class, instanceOf(1), `--session=${session}`, signer);
  assert.deepEqual(paid, free);
  const shown = await result('session', 'show', session);
  assert.deepEqual([shown.charged, shown.limit], ['20000000', '500000000000']);
  assert.deepEqual(await result('session', 'list', bob.address), [session]);

  await result('session', 'top-up', session, '0.25', payer);
  await result('session', 'extend', session, '10', payer);
  assert.equal((await result('session', 'show', session)).limit, '750000000000');
  const dear = await smartlayer('session', 'pay', session, signer, '--max-price=0.000001');
  assert.match(dear.stderr, /the node asks for 0.00001 SLN a read .*--max-price/);
  const forbidden = await smartlayer('session', 'pay', session, payer);
  assert.match(forbidden.stderr, /has another signer/);

  // The node has to answer on the chain, and does.
  const demanded = ['demand', session, issuer.class, instanceOf(1), '--wait'];
  const answered = await result(...demanded, payer);
  assert.deepEqual(JSON.parse(answered.answer.served), free);
  const body = path.join(FOLDER, 'body');
  writeFileSync(body, '{}');
  const request = `--request=POST /v1/tokens/${issuer.class}/${instanceOf(1)}/operations`;
  const refused = await smartlayer(...demanded, request, `--body=${body}`, payer);
  assert.match(refused.stdout, /no request of the token API about this token/);
  await result('session', 'close', session, payer);
});

test('a statement is verified, and a changed answer is not believed', async () => {
  const target = `/v1/tokens/${issuer.class}/${instanceOf(1)}`;
  const response = await fetch(`${node.url}${target}`);
  const file = path.join(FOLDER, 'response');
  const text = await response.text();
  const header = response.headers.get('smartlayer-statement');
  const of = ['verify', 'statement', header, `--node=${bob.address}`, `--request=GET ${target}`, `--response=${file}`];
  writeFileSync(file, text);
  assert.equal((await result(...of)).sequence, '1');
  writeFileSync(file, text.replace('false', 'true'));
  const lie = await smartlayer(...of);
  assert.equal(lie.code, 3);
  assert.match(lie.stderr, /about another response/);
});

test('mistakes are answered with what to do', async () => {
  const dave = key('dave', '//Dave');
  /** @type {[string[], number, RegExp][]} */
  const cases = [
    [['session', 'close', '0'], 2, /a key is needed: --key/],
    [['session', 'close', '0', '--chain=ws://127.0.0.1:1'], 2, /a key is needed: --key/],
    [
      ['session', 'settle', '0', key('poor', '//Nobody')],
      1,
      /not included: Invalid Transaction: Inability to pay some fees/,
    ],
    [['session', 'settle', '0', dave], 1, /Payments.(ThawNotEnded|NoSuchSession)/],
    [['session', 'open', bob.address, '1', '--blocks=10', dave], 2, /--blocks: more than 10/],
    [['session', 'open', bob.address, '1', '--blocks=999999', dave], 2, /at most \d+/],
    [['node', 'set-endpoint', 'node.example', dave], 2, /begins with https/],
    [['node', 'bond', '99999999', dave], 1, /Token.FundsUnavailable/],
    [['session', 'show', '999'], 1, /there is no session 999/],
    [['session', 'open', bob.address, '5,5'], 2, /“5,5” is no amount/],
    [['node', 'status', 'bob'], 2, /bob is no address/],
    [['node', 'status', (await account('Eve')).address], 1, /is not bonded as a service node/],
    [['node', 'status', bob.address, '--chain=ws://127.0.0.1:1'], 4, /cannot be reached/],
    [['session', 'close', '0', `--key=${FOLDER}/nowhere`], 1, /nowhere cannot be read/],
    [['demand', '0', instanceOf(1), instanceOf(1), '--request=PUT /v1/x', dave], 2, /none of the token API/],
  ];
  for (const [args, code, message] of cases) {
    const found = await smartlayer(...args);
    assert.equal(found.code, code, `${args.join(' ')}: ${found.stderr}`);
    assert.match(found.stderr, message);
  }
  const { stderr } = await smartlayer('--json', 'session', 'show', '999');
  assert.match(JSON.parse(stderr).error, /there is no session 999/);
});
