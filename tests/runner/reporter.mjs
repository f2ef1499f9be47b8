// Tells the runner what a suite's tests do while they do it. The runner prints; nothing is printed here.
import { tell } from '../harness/watch.mjs';

export default async function* reporter(events) {
  for await (const { type, data } of events) {
    if (type === 'test:dequeue') tell({ test: data.name });
    // A group of tests (`describe`) is none itself.
    if (type === 'test:pass' && data.details?.type !== 'suite')
      tell({ passed: data.name, skipped: Boolean(data.skip) });
    if (type === 'test:fail' && data.details?.type !== 'suite') tell({ failed: data.name });
  }
  yield '';
}
