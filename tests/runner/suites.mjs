// All suites of the client tests, with the place where each runs and its time budget.
//
// `seconds` is the budget of a suite: its duration on two processors, together with the suites that run in parallel. A
// suite fails if it takes more than one and a half times its budget. `where` is one of
//
// - `beside`: in parallel with other suites, with its own nodes. For suites with one node, or with mostly idle nodes. They begin in the
//   order of this list: those that compute beside those that wait.
// - `shared`: on the shared network of four nodes. `undisturbed` reserves the network for the suite, because it measures
//   or changes the network.
// - `quiet`: in parallel with a few suites of this kind. For suites that start a network and measure time.
//
// `isolated` runs the suite in its own network namespace.
export const SUITES = [
  { name: 'chain', where: 'beside', seconds: 180 },
  { name: 'stall', where: 'beside', seconds: 200 },
  { name: 'refused-upgrades', where: 'beside', seconds: 150 },
  { name: 'partition', where: 'beside', isolated: true, seconds: 140 },
  { name: 'service-node', where: 'beside', seconds: 150 },
  { name: 'cut-off', where: 'beside', isolated: true, seconds: 140 },
  { name: 'mute', where: 'beside', isolated: true, seconds: 140 },
  { name: 'cli', where: 'beside', seconds: 150 },
  { name: 'election', where: 'beside', seconds: 200 },
  { name: 'live', where: 'beside', seconds: 180 },
  { name: 'staking-slash', where: 'beside', seconds: 90 },
  { name: 'service-node-upgrade', where: 'beside', seconds: 120 },
  { name: 'smartlayer', where: 'beside', seconds: 90 },
  { name: 'payments', where: 'beside', seconds: 90 },
  { name: 'anchors', where: 'beside', seconds: 90 },
  { name: 'governance', where: 'beside', seconds: 90 },
  { name: 'service-node-hostile', where: 'beside', seconds: 90 },
  { name: 'service-node-kills', where: 'beside', seconds: 90 },
  { name: 'sla', where: 'beside', seconds: 60 },
  { name: 'runtime', where: 'beside', seconds: 90 },
  { name: 'harness', where: 'beside', seconds: 90 },
  { name: 'polkadot-api', where: 'beside', seconds: 60 },
  { name: 'oldest-client', where: 'beside', seconds: 60 },
  { name: 'commitment', where: 'beside', seconds: 20 },
  { name: 'promise', where: 'beside', seconds: 20 },
  { name: 'statement', where: 'beside', seconds: 20 },
  { name: 'token', where: 'beside', seconds: 20 },
  { name: 'token-api', where: 'beside', seconds: 20 },
  { name: 'setup', where: 'beside', seconds: 20 },
  { name: 'ops', where: 'beside', seconds: 60 },
  { name: 'reports', where: 'shared', seconds: 150 },
  { name: 'agreements', where: 'shared', seconds: 150 },
  { name: 'network', where: 'shared', undisturbed: true, seconds: 60 },
  { name: 'anchor', where: 'quiet', seconds: 320 },
  { name: 'demo', where: 'quiet', seconds: 300 },
  { name: 'anchor-seats', where: 'quiet', seconds: 240 },
  { name: 'anchor-cut', where: 'quiet', isolated: true, seconds: 220 },
  { name: 'faults', where: 'quiet', seconds: 150 },
  { name: 'upgrade', where: 'quiet', seconds: 120 },
  { name: 'tempo', where: 'quiet', seconds: 60 },
];
