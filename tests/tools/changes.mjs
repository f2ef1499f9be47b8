// What two runtimes differ in, as far as users and what is stored are concerned: calls, storage, constants, extensions.

/** Every call, event, error and origin there is: their parts are compared where they belong. */
const EVERYTHING = /::Runtime(Call|Event|Error|Origin|HoldReason|FreezeReason)$|OriginCaller$/;

/** A type, written out down to its primitives. One that contains itself is named where it does. */
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

/** Everything that is compared, a line for each name. */
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
      // Differs in every release, and is shown apart.
      if (`${name}.${constant}` === 'System.Version') continue;
      lines.set(`constant ${name}.${constant}`, `${describe(lookup, type)} = ${value.toHex()}`);
    }
  }
  // The library loses what older metadata says of what is signed but not sent.
  const { signedExtensions, transactionExtensions } = (metadata.version === 14 ? metadata.asV14 : latest).extrinsic;
  const extensions = (transactionExtensions ?? signedExtensions).map(
    ({ identifier, type, implicit, additionalSigned }) =>
      `${identifier}(${describe(lookup, type)}; ${describe(lookup, implicit ?? additionalSigned)})`,
  );
  lines.set('transaction extensions', extensions.join(', '));
  return lines;
}

/** What is new, gone or different between what two runtimes show. */
export function changes(old, now) {
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed: [...now.keys()]
      .filter((name) => old.has(name) && old.get(name) !== now.get(name))
      .map((name) => ({ name, before: old.get(name), after: now.get(name) })),
  };
}
