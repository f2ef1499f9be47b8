// Lets organisations stand for election, as they would: keys from their own node, a bond, and an application.
import { send, SLN } from './polkadot-js.mjs';
import { rpc } from './rpc.mjs';

/**
 * Creates session keys in a node, with the proof that they are an account's.
 *
 * @param {{ rpcPort: number }} node
 * @returns {Promise<{ keys: string, proof: string }>}
 */
export function createKeys(api, node, { address }) {
  const owner = api.createType('AccountId', address).toHex();
  return rpc(node.rpcPort, 'author_rotateKeysWithOwner', [owner]);
}

/** Bonds an account, sets its keys, and applies for a seat. With an endpoint, its program can be reached there. */
export async function stand(api, pair, { keys, proof }, endpoint = undefined) {
  const { anchors, session, stakingSlash, utility } = api.tx;
  const calls = [
    stakingSlash.bond('Anchor', 20_000n * SLN),
    session.setKeys(keys, proof),
    anchors.applyCandidacy({ name: 'Eve’s organisation', site: 'https://example.org' }),
  ];
  if (endpoint) calls.push(stakingSlash.setEndpoint(endpoint));
  await send(api, utility.batchAll(calls), pair, { finalized: true });
}
