// Checks the documentation: links, paths and make targets exist, and the documentation of calls in the code and the tables of
// the specification list the same errors.
import { existsSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (file) => readFileSync(path.join(ROOT, file), 'utf8');
const tracked = (...patterns) =>
  execFileSync('git', ['ls-files', '--', ...patterns], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

const problems = [];

/** Returns the anchor of a rendered heading. */
const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** Returns the text without code blocks, which contain neither links nor headings. */
const prose = (file) => read(file).replaceAll(/^```[^]*?^```/gm, '');

const anchorsOf = (file) => new Set([...prose(file).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading)));

for (const file of tracked('*.md')) {
  for (const [, target] of prose(file).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [to, anchor] = target.split('#');
    const found = to ? path.join(path.dirname(file), to) : file;
    if (!existsSync(path.join(ROOT, found))) problems.push(`${file}: ${target} does not exist`);
    else if (anchor && !anchorsOf(found).has(anchor)) problems.push(`${file}: ${found} has no heading #${anchor}`);
  }
}

const targets = new Set([...read('Makefile').matchAll(/^([a-z-]+):/gm)].map(([, target]) => target));
const folders = new Set(tracked().map((file) => file.split('/')[0]));

for (const file of tracked('*.md')) {
  const blocks = [...read(file).matchAll(/^```[^\n]*\n([^]*?)^```/gm)].map(([, block]) => block);
  const spans = [...prose(file).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span);
  for (const code of [...blocks, ...spans]) {
    for (const [, target] of code.matchAll(/^(?:.*&& )?make ([a-z][a-z-]*)/gm)) {
      if (!targets.has(target)) problems.push(`${file}: the Makefile has no target ${target}`);
    }
  }
  for (const span of spans.filter((span) => /^[\w.-]+\/[\w./-]+$/.test(span) && folders.has(span.split('/')[0]))) {
    if (!existsSync(path.join(ROOT, span))) problems.push(`${file}: ${span} does not exist`);
  }
}

const camel = (name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());
const names = (text) => [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name);

/** Returns the errors of each call in the documentation of the code: the error names in its `Errors:` item. */
function errorsInCode(file) {
  const source = read(file);
  const [, variants] = source.match(/#\[pallet::error\]\s*pub enum Error<T> \{([^]*?)\n\t\}/) ?? [];
  if (!variants) return undefined;
  const errors = new Set([...variants.matchAll(/^\t\t(\w+),$/gm)].map(([, name]) => name));
  const calls = new Map();
  for (const [, doc, name] of source.matchAll(/((?:^\t\t\/\/\/.*\n)+)\t\t#\[pallet::call_index[^]*?pub fn (\w+)/gm)) {
    const [, item = ''] = doc.match(/- Errors?: ([^]*?)(?=\n\t\t\/\/\/ - |\n*$)/) ?? [];
    calls.set(camel(name), new Set(names(item).filter((error) => errors.has(error))));
  }
  return { calls, errors };
}

/** Returns the errors of each call in the specification: table rows whose first cell is a call. */
function errorsInSpecification(file, { calls, errors }) {
  const found = new Map();
  for (const line of read(file).split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, call] = cells[1]?.match(/^`(\w+)\(/) ?? [];
    if (call && calls.has(call)) found.set(call, new Set(names(cells.at(-2)).filter((error) => errors.has(error))));
  }
  return found;
}

for (const pallet of tracked('pallets/*/src/lib.rs')) {
  const code = errorsInCode(pallet);
  const specification = `docs/spec/${pallet.split('/')[1]}.md`;
  if (!code) continue;
  const specified = errorsInSpecification(specification, code);
  for (const call of code.calls.keys()) {
    if (code.calls.get(call).size > 0 && !specified.has(call) && !read(specification).includes(`\`${call}(`)) {
      problems.push(`${specification}: \`${call}\` is missing`);
    }
  }
  for (const [call, errors] of specified) {
    const expected = code.calls.get(call);
    for (const error of new Set([...expected, ...errors])) {
      if (!errors.has(error)) problems.push(`${specification}: \`${call}\` lacks \`${error}\``);
      if (!expected.has(error)) problems.push(`${pallet}: \`${call}\` lacks \`${error}\``);
    }
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
