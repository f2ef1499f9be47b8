// Checks that every crate of the workspace forwards `std`, `runtime-benchmarks` and `try-runtime` to each dependency with
// that feature. Without the forwarding, a build fails late or mixes crates with and without the feature.
import { execFileSync } from 'node:child_process';

const FEATURES = ['std', 'runtime-benchmarks', 'try-runtime'];
const metadata = JSON.parse(
  execFileSync('cargo', ['metadata', '--format-version=1', '--locked'], { maxBuffer: 1 << 30, encoding: 'utf8' }),
);
const byId = new Map(metadata.packages.map((pkg) => [pkg.id, pkg]));
const members = metadata.workspace_members.map((id) => byId.get(id));
const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));

const missing = [];
for (const member of members) {
  const normal = nodes
    .get(member.id)
    // A dependency of the wasm build only is never built with `std`.
    .deps.filter((dep) => dep.dep_kinds.some(({ kind, target }) => kind === null && target === null))
    .map((dep) => byId.get(dep.pkg));
  for (const feature of FEATURES) {
    const enabled = member.features[feature];
    // A crate without the feature has nothing to forward, like the node, which is never built without std.
    if (!enabled) continue;
    for (const dependency of normal) {
      if (!(feature in dependency.features)) continue;
      const declared = member.dependencies.find(({ name, kind }) => name === dependency.name && kind === null);
      // A dependency with default features has `std` already.
      if (feature === 'std' && declared.uses_default_features) continue;
      // Only crates of the runtime are benchmarked or tried.
      const name = declared.rename ?? dependency.name;
      if (!enabled.some((entry) => entry === `${name}/${feature}` || entry === `${name}?/${feature}`)) {
        missing.push(`${member.name}: feature \`${feature}\` lacks "${name}/${feature}"`);
      }
    }
  }
}

if (missing.length > 0) {
  console.error(missing.join('\n'));
  process.exit(1);
}
console.log(`  features are handed on by all ${members.length} crates`);
