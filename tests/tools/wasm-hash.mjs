// Prints what identifies a runtime: `system.authorize_upgrade` takes the first hash.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { blake2AsHex } from '@polkadot/util-crypto';

const [file] = process.argv.slice(2);
const code = readFileSync(file);
console.log(`runtime      ${file}`);
console.log(`size         ${code.length} bytes`);
console.log(`blake2-256   ${blake2AsHex(code, 256)}`);
console.log(`sha-256      0x${createHash('sha256').update(code).digest('hex')}`);
