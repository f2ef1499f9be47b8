import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is removed when the process ends, whatever happens. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'smartlayer-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
