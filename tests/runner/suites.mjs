// Every suite of the client tests: where it runs, and how long it may take.
//
// `seconds` is the suite's budget: what it takes on a machine with two processors, beside the suites that it runs with. A
// suite that exceeds it by half fails. `where` is one of
//
// - `beside`: together with other suites, each with nodes of its own: for suites of one node, or of nodes that do little;
// - `shared`: on the network of four nodes that all such suites use. `undisturbed` keeps the network for the suite alone:
//   it measures, or leaves the network other than it was;
// - `alone`: with nothing else running, for networks of its own and for what measures time.
//
// `isolated` gives it a network of the kernel's own, which it may cut.
export const SUITES = [
  { name: 'partition', where: 'beside', isolated: true, seconds: 240 },
  { name: 'stall', where: 'beside', seconds: 200 },
  { name: 'live', where: 'beside', seconds: 120 },
  { name: 'refused-upgrades', where: 'beside', seconds: 120 },
  { name: 'governance', where: 'beside', seconds: 90 },
  { name: 'staking-slash', where: 'beside', seconds: 90 },
  { name: 'cli', where: 'beside', seconds: 90 },
  { name: 'anchors', where: 'beside', seconds: 60 },
  { name: 'chain', where: 'beside', seconds: 90 },
  { name: 'sla', where: 'beside', seconds: 60 },
  { name: 'polkadot-api', where: 'beside', seconds: 60 },
  { name: 'oldest-client', where: 'beside', seconds: 60 },
  { name: 'runtime', where: 'beside', seconds: 60 },
  { name: 'harness', where: 'beside', seconds: 60 },
  { name: 'commitment', where: 'beside', seconds: 20 },
  { name: 'setup', where: 'beside', seconds: 20 },
  { name: 'network', where: 'shared', undisturbed: true, seconds: 60 },
  { name: 'faults', where: 'alone', seconds: 150 },
  { name: 'election', where: 'alone', seconds: 150 },
  { name: 'upgrade', where: 'alone', seconds: 120 },
  { name: 'ops', where: 'alone', seconds: 60 },
  { name: 'tempo', where: 'alone', seconds: 60 },
];
