/** How `order-dlq` ends, for scripts. Text as `--help` and docs/operations.md have it. */
export const EXIT = {
  done: 0,
  notAll: 1,
  usage: 2,
  failed: 3,
  nothing: 4,
  declined: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, 'done; a list may be empty'],
  [
    EXIT.notAll,
    'it ended otherwise: some failed again or went stale, it stopped by itself or was cancelled; known once nothing that it has sent is on its way',
  ],
  [EXIT.usage, 'the command line is wrong, or nobody is there to be asked and --yes is missing'],
  [EXIT.failed, 'the API refused, did not answer, or answered something else'],
  [EXIT.nothing, 'what was named does not exist, or nothing was found that could be changed'],
  [EXIT.declined, 'the answer was no: nothing was changed'],
  [
    EXIT.interrupted,
    'Ctrl-C (after SIGTERM 143), also while what is sent is waited for: a job goes on, a reindex says how it is gone on with',
  ],
];
