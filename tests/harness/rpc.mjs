// JSON-RPC over HTTP, for what needs no client library.

/** Asks a node, and answers with the result; an error of the node or the network is thrown. */
export async function rpc(port, method, params = []) {
  const response = await fetch(`http://127.0.0.1:${port}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 1, jsonrpc: '2.0', method, params }),
    signal: AbortSignal.timeout(10_000),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}${error.data ? `: ${error.data}` : ''}`);
  return result;
}

/** The height of the last block that is final. */
export async function finalizedHeight(port) {
  const hash = await rpc(port, 'chain_getFinalizedHead');
  return Number((await rpc(port, 'chain_getHeader', [hash])).number);
}

/** The height of the best block. */
export async function bestHeight(port) {
  return Number((await rpc(port, 'chain_getHeader')).number);
}
