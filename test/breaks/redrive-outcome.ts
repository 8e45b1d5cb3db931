import type { Break } from './break.ts';

const OUTCOME = 'test/integration/redrive-outcome.test.ts';
const REDRIVE = 'test/unit/flow/process-batch-redrive.test.ts';

/** How a redriven record ended is known from its event alone. */
export const REDRIVE_OUTCOME: readonly Break[] = [
  {
    name: 'no-outcome-of-a-redrive',
    guarantee: 'a redriven record that was processed leaves an event that says so',
    file: 'lib/flow/process-batch.ts',
    find: 'return redrive && { delivery, redrive, processedAtMs: deps.clock.nowMs() };',
    replace: 'return redrive && undefined;',
    test: {
      file: OUTCOME,
      name: 'the outcome of a redriven record > is one event on the intake where it was processed, also after a retry; other orders leave none',
    },
  },
  {
    name: 'settle-before-the-outcome',
    guarantee: 'a redriven record is not settled before its outcome is acknowledged',
    file: 'lib/flow/process-batch.ts',
    find: 'settle(delivery, departure === undefined',
    replace:
      'if (departure !== undefined && isRedriveOutcome(departure)) void handOverLater(departure);\n    settle(delivery, departure === undefined || isRedriveOutcome(departure)',
    test: {
      file: OUTCOME,
      name: 'while the intake is unavailable a redriven record that was processed stays uncommitted, and its event comes later > throw mode',
    },
  },
  {
    name: 'retry-forgets-its-redrive',
    guarantee: 'a redriven record is still one after a retry',
    file: 'lib/decide/retry-plan.ts',
    find: '...(redrive && { redrive }),',
    replace: '',
    test: {
      file: OUTCOME,
      name: 'the outcome of a redriven record > is a failure of that redrive where it failed for good',
    },
  },
  {
    name: 'failure-forgets-its-redrive',
    guarantee: 'a redriven record that fails for good says of which redrive',
    file: 'lib/flow/hand-over.ts',
    find: '...(state.redrive && { redrive: state.redrive }),',
    replace: '',
    test: {
      file: REDRIVE,
      name: 'a redriven record that fails > for good says of which redrive: after all retries',
    },
  },
  {
    name: 'wrapper-forgets-its-redrive',
    guarantee: 'a redriven record that AWS gave up says of which redrive',
    file: 'lib/decide/intake-failure.ts',
    find: '...(state.redrive && { redrive: state.redrive }),',
    replace: '',
    test: {
      file: 'test/unit/flow/intake-failure.test.ts',
      name: 'a redriven record that AWS gave up > is a failure of that redrive, under the id that it always had',
    },
  },
];
