// The second client, `polkadot-api`, which shares no code with `@polkadot/api`.
import { createClient } from 'polkadot-api';
import { getWsProvider } from 'polkadot-api/ws';
import { WebSocket } from 'ws';

/** The option to read views and storage at the best block. Without it, they are read at the last final block. */
export const BEST = { at: 'best' };

/** Connects to a node. The caller must destroy the client. */
export function papiClient(node) {
  const websocketClass = /** @type {any} */ (WebSocket);
  return createClient(getWsProvider(node.ws, { websocketClass }));
}
