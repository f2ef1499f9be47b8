// Compares two runtimes from the metadata: calls, storage, constants, extensions.

/** The outer enums of all pallets. Their variants are compared per pallet. */
const EVERYTHING = /::Runtime(Call|Event|Error|Origin|HoldReason|FreezeReason)$|OriginCaller$/;

/** Returns a type as text, down to its primitives. A recursive type appears by its name inside itself. */
function describe(lookup, id, within = []) {
  const type = lookup.getSiType(id);
  const path = type.path.map(String).join('::');
  const number = id.toString();
  if (within.includes(number) || EVERYTHING.test(path)) return path;
  const next = [...within, number];
  const of = (id) => describe(lookup, id, next);
  const fields = (list) =>
    list.map(({ name, type }) => (name.isSome ? `${name.unwrap()}: ${of(type)}` : of(type))).join(', ');
  const { def } = type;
  if (def.isPrimitive) return def.asPrimitive.type.toLowerCase();
  if (def.isCompact) return `compact ${of(def.asCompact.type)}`;
  if (def.isSequence) return `[${of(def.asSequence.type)}]`;
  if (def.isArray) return `[${of(def.asArray.type)}; ${def.asArray.len}]`;
  if (def.isTuple) return `(${def.asTuple.map(of).join(', ')})`;
  if (def.isComposite) return `{${fields(def.asComposite.fields)}}`;
  if (def.isVariant) {
    const one = ({ index, name, fields: list }) => `${index} ${name}${list.length ? `(${fields(list)})` : ''}`;
    return `<${def.asVariant.variants.map(one).join(' | ')}>`;
  }
  return def.type;
}

/** Returns all compared items, as a map from names to texts. */
export function surface(metadata) {
  const { registry } = metadata;
  const { lookup } = registry;
  const latest = metadata.asLatest;
  const lines = new Map();
  for (const pallet of latest.pallets) {
    const [index, name] = [pallet.index.toNumber(), pallet.name.toString()];
    lines.set(`pallet ${name}`, `index ${index}`);
    if (pallet.calls.isSome) {
      for (const call of lookup.getSiType(pallet.calls.unwrap().type).def.asVariant.variants) {
        const args = call.fields.map(({ name, type }) => `${name.unwrap()}: ${describe(lookup, type)}`);
        lines.set(`call ${name}.${call.name}`, `${index}.${call.index}(${args.join(', ')})`);
      }
    }
    for (const { name: item, type } of pallet.storage.isSome ? pallet.storage.unwrap().items : []) {
      const layout = type.isPlain
        ? describe(lookup, type.asPlain)
        : `${type.asMap.hashers.map(String)} ${describe(lookup, type.asMap.key)} -> ${describe(lookup, type.asMap.value)}`;
      lines.set(`storage ${name}.${item}`, layout);
    }
    for (const { name: constant, type, value } of pallet.constants) {
      // It differs in every release and is shown separately.
      if (`${name}.${constant}` === 'System.Version') continue;
      lines.set(`constant ${name}.${constant}`, `${describe(lookup, type)} = ${value.toHex()}`);
    }
  }
  // In older metadata, the library loses the data that is signed but not sent.
  const { signedExtensions, transactionExtensions } = (metadata.version === 14 ? metadata.asV14 : latest).extrinsic;
  const extensions = (transactionExtensions ?? signedExtensions).map(
    ({ identifier, type, implicit, additionalSigned }) =>
      `${identifier}(${describe(lookup, type)}; ${describe(lookup, implicit ?? additionalSigned)})`,
  );
  lines.set('transaction extensions', extensions.join(', '));
  return lines;
}

/** Returns the additions, removals and changes between two maps. */
export function changes(old, now) {
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now.keys()]
      .filter((name) => old.has(name) && old.get(name) !== now.get(name))
      .map((name) => ({ name, before: old.get(name), after: now.get(name) })),
  };
}
