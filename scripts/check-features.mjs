// Every crate of the workspace hands `std`, `runtime-benchmarks` and `try-runtime` on to each dependency that has
// the feature: one that is forgotten builds a runtime whose halves disagree, and says so much later.
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
    // One that is there for the wasm only is never built with `std`.
    .deps.filter((dep) => dep.dep_kinds.some(({ kind, target }) => kind === null && target === null))
    .map((dep) => byId.get(dep.pkg));
  for (const feature of FEATURES) {
    const enabled = member.features[feature];
    // A crate that has no such feature (the node, which is never built without std) has nothing to hand on.
    if (!enabled) continue;
    for (const dependency of normal) {
      if (!(feature in dependency.features)) continue;
      const declared = member.dependencies.find(({ name, kind }) => name === dependency.name && kind === null);
      // With its default features on, a dependency has `std` anyway.
      if (feature === 'std' && declared.uses_default_features) continue;
      // Only what the runtime executes is benchmarked or tried.
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
