// The second client: `polkadot-api`, which shares no code with the first.
import { createClient } from 'polkadot-api';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';

/** Views and storage are of the last final block unless asked otherwise. */
export const BEST = { at: 'best' };

/** Connects to a node. The client is to be destroyed by whoever made it. */
export function papiClient(node) {
  const websocketClass = /** @type {any} */ (WebSocket);
  return createClient(getWsProvider(node.ws, { websocketClass }));
}
