// Tells a story in the terminal: paragraphs, and the evidence for them.

const WIDTH = 100;

/** Breaks a text into lines. */
function wrapped(text, indent) {
  const lines = [''];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last && indent.length + last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.map((line) => `${indent}${line}`);
}

export class Teller {
  /** Everything that was told. @type {string[]} */
  lines = [];
  #chapters = 0;
  #begin = Date.now();

  #tell(...lines) {
    this.lines.push(...lines);
    for (const line of lines) console.log(line);
  }

  /** Seconds since the beginning. */
  get seconds() {
    return Math.round((Date.now() - this.#begin) / 1000);
  }

  title(text) {
    this.#tell('', text, '='.repeat(text.length));
  }

  /** Begins a chapter. */
  chapter(text) {
    this.#chapters += 1;
    const heading = `${this.#chapters}. ${text}`;
    const time = `${this.seconds} s`;
    this.#tell('', `${heading}${time.padStart(Math.max(1, WIDTH - heading.length))}`, '');
  }

  /** Tells a paragraph. */
  say(text) {
    this.#tell(...wrapped(text, '   '), '');
  }

  /** Shows evidence: rows of columns. */
  show(...rows) {
    const columns = Math.max(...rows.map((row) => row.length));
    const widths = Array.from({ length: columns }, (_, at) =>
      Math.max(...rows.map((row) => `${row[at] ?? ''}`.length)),
    );
    const line = (row) => row.map((cell, at) => `${cell}`.padEnd(widths[at])).join('   ');
    this.#tell(...rows.map((row) => `     ${line(row)}`.trimEnd()), '');
  }

  /** Shows a command and what it has printed. */
  command(command, output) {
    const printed = output
      .trim()
      .split('\n')
      .flatMap((line) => wrapped(line, '       '));
    this.#tell(...wrapped(`$ ${command}`, '     '), ...printed, '');
  }
}
