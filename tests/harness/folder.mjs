import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reap } from './reaper.mjs';

/** Creates a folder that is removed when the process ends, even if it is killed. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'smartlayer-'));
  reap({ folder });
  return folder;
}
