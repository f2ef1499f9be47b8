// The dev chain, used through `polkadot-api`, which shares no code with `@polkadot/api`.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { Node } from '../harness/node.mjs';
import { papiClient } from '../harness/papi.mjs';
import { account, SLN } from '../harness/polkadot-js.mjs';

let node;
let client;
let api;
let alice;
let bob;

before(async () => {
  node = await Node.dev();
  client = papiClient(node);
  api = client.getUnsafeApi();
  alice = await account('Alice');
  bob = await account('Bob');
});

after(async () => {
  client?.destroy();
  await node?.stop();
});

const signer = (pair) => getPolkadotSigner(pair.publicKey, 'Sr25519', (message) => pair.sign(message));

test('metadata decodes, and storage is read through it', async () => {
  const schedule = await api.query.Tempo.Schedule.getValue();
  assert.equal(schedule.slot_millis, 1000);
  const { data } = await api.query.System.Account.getValue(bob.address);
  assert.equal(data.free, 1_000_000n * SLN);
});

test('a view function is called', async () => {
  const schedule = await api.view.Tempo.schedule();
  assert.deepEqual(schedule, await api.query.Tempo.Schedule.getValue());
});

test('a transfer is signed, included, final, and its events are read', async () => {
  const before = (await api.query.System.Account.getValue(bob.address)).data.free;
  const tx = api.tx.Balances.transfer_keep_alive({ dest: { type: 'Id', value: bob.address }, value: 5n * SLN });
  const result = await tx.signAndSubmit(signer(alice));
  assert.equal(result.ok, true);
  const transfer = result.events.find(({ type, value }) => type === 'Balances' && value.type === 'Transfer');
  assert.equal(transfer.value.value.amount, 5n * SLN);
  const after = (await api.query.System.Account.getValue(bob.address, { at: result.block.hash })).data.free;
  assert.equal(after - before, 5n * SLN);
});

test('a call that can not be made says why', async () => {
  const tx = api.tx.Session.purge_keys();
  const result = await tx.signAndSubmit(signer(alice));
  assert.equal(result.ok, false);
  assert.deepEqual(
    [result.dispatchError.type, result.dispatchError.value.type, result.dispatchError.value.value.type],
    ['Module', 'System', 'CallFiltered'],
  );
});
