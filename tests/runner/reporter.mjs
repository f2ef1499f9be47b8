// Reports the progress of a suite's tests to the runner, which prints it.
import { tell } from '../harness/watch.mjs';

export default async function* reporter(events) {
  for await (const { type, data } of events) {
    if (type === 'test:dequeue') tell({ test: data.name });
    // A group (`describe`) is not a test.
    if (type === 'test:pass' && data.details?.type !== 'suite')
      tell({ passed: data.name, skipped: Boolean(data.skip) });
    if (type === 'test:fail' && data.details?.type !== 'suite') tell({ failed: data.name, why: reason(data.details) });
  }
  yield '';
}

/** Returns why a test has failed, in a few lines. */
function reason({ error }) {
  const { message, cause } = error?.cause ?? error ?? {};
  const text = [message ?? String(error?.cause ?? error), ...(cause?.message ? [cause.message] : [])].join(
    '; at last: ',
  );
  return text.split('\n', 12).join('\n').slice(0, 1_000);
}
