import type { Break } from './break.ts';

const LOOK = 'test/unit/cli/dlq/look.test.ts';
const CHANGE = 'test/unit/cli/dlq/change.test.ts';
const API = 'test/unit/cli/dlq/api.test.ts';

/** `npx order-dlq`. */
export const ORDER_DLQ: readonly Break[] = [
  {
    name: 'order-dlq-raw-table',
    guarantee: 'a table has a line for each dead letter, whatever stands in its texts',
    file: 'cli/dlq/table.ts',
    find: 'new Map(columns.map((column) => [column, printable(column.of(row))])),',
    replace: 'new Map(columns.map((column) => [column, column.of(row)])),',
    test: {
      file: 'test/unit/cli/dlq/table.test.ts',
      name: 'tableLines > has a line for each row: what would break it, colour it or hide is written out',
    },
  },
  {
    name: 'order-dlq-raw-json',
    guarantee: 'JSON on a terminal hides and controls nothing, and a parser reads what was there',
    file: 'localstack/printable.ts',
    find: 'return json.replace(UNPRINTABLE, (character) =>',
    replace: 'return json.replace(/\\u001b/gu, (character) =>',
    test: {
      file: 'test/unit/localstack/printable.test.ts',
      name: 'in JSON a parser reads what was there, and nothing is hidden',
    },
  },
  {
    name: 'invisible-characters',
    guarantee: 'characters without width are written out: two ids that look alike are alike',
    file: 'localstack/printable.ts',
    find: '/[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]/gu',
    replace: '/[\\p{Cc}\\p{Bidi_Control}\\p{Zl}\\p{Zp}]/gu',
    test: {
      file: 'test/unit/localstack/printable.test.ts',
      name: 'lets nothing through that controls or hides, whatever the text',
    },
  },
  {
    name: 'order-dlq-does-not-ask',
    guarantee: 'nothing is changed without a yes',
    file: 'cli/dlq/questions.ts',
    find: "if (/^(?:y|yes)$/i.test(answer?.trim() ?? '')) return true;",
    replace: "if (!/^(?:n|no)$/i.test(answer?.trim() ?? '')) return true;",
    test: {
      file: CHANGE,
      name: 'asks before it changes anything > "" is no yes: nothing is changed',
    },
  },
  {
    name: 'order-dlq-goes-ahead-unasked',
    guarantee: 'where nobody can be asked, nothing is changed without --yes',
    file: 'cli/dlq/questions.ts',
    find: "if (!canAsk && !flags.has('yes')) {",
    replace: "if (canAsk && flags.has('yes')) {",
    test: {
      file: CHANGE,
      name: 'asks before it changes anything > redrive without a terminal and without --yes asks the API for nothing',
    },
  },
  {
    name: 'order-dlq-first-page-only',
    guarantee: '--json and --csv have all pages',
    file: 'cli/dlq/pages.ts',
    find: "if (cursor === '' || left <= 0) return;",
    replace: 'return;',
    test: { file: LOOK, name: 'list > --json has all pages' },
  },
  {
    name: 'order-dlq-formulas',
    guarantee: 'a spreadsheet takes nothing of a message for a formula',
    file: 'cli/dlq/csv.ts',
    find: "? `'${shown}`",
    replace: '? shown',
    test: {
      file: 'test/unit/cli/dlq/csv.test.ts',
      name: 'a spreadsheet takes "=1+1" for text',
    },
  },
  {
    name: 'order-dlq-half-signed',
    guarantee: 'the query is signed as it is sent',
    file: 'cli/dlq/sign.ts',
    find: 'query: { ...query },',
    replace: 'query: {},',
    test: {
      file: API,
      name: 'signatures > are made once the API asks for one, and for every request from then on',
    },
  },
  {
    name: 'order-dlq-failure-is-success',
    guarantee: 'a redrive whose dead letters failed again is no success for a script',
    file: 'cli/dlq/job-text.ts',
    find: "return textAt(job, 'state') === 'done' && isWhole ? EXIT.done : EXIT.notAll;",
    replace: 'return isWhole || hasEnded(job) ? EXIT.done : EXIT.notAll;',
    test: {
      file: CHANGE,
      name: 'how it ends > failed again and stopped is exit code 1, and says that the rest stays open',
    },
  },
  {
    name: 'order-dlq-leaves-in-silence',
    guarantee: 'Ctrl-C while a redrive is watched says that it goes on, and how to stop it',
    file: 'cli/dlq/change.ts',
    find: 'if (signal.aborted) {',
    replace: 'if (!signal.aborted) {',
    test: {
      file: CHANGE,
      name: 'how it ends > Ctrl-C while it is watched says that it goes on, and how to look and stop',
    },
  },
];
