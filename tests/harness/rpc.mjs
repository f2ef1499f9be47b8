// JSON-RPC over HTTP, for requests without a client library.

/** Sends a request to a node, and returns the result. Throws errors of the node and the network. */
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

/** Returns the height of the last final block. */
export async function finalizedHeight(port) {
  const hash = await rpc(port, 'chain_getFinalizedHead');
  return Number((await rpc(port, 'chain_getHeader', [hash])).number);
}

/** Returns the height of the best block. */
export async function bestHeight(port) {
  return Number((await rpc(port, 'chain_getHeader')).number);
}
