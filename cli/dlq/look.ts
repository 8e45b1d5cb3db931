/** The commands that only look. */
import { EXIT } from './exit-codes.ts';
import { GROUP_COLUMNS, MESSAGE_COLUMNS, WAITING_COLUMNS } from './columns.ts';
import type { Command } from './context.ts';
import { fieldsAt, listAt, numberAt, textAt } from './fields.ts';
import { pagesOf } from './pages.ts';
import { formOf, jsonLine, printList, rowsMaxOf } from './print-list.ts';
import { checkId, filterOf } from './selection.ts';
import { deadLetterLines } from './dead-letter-text.ts';
import { tableLines } from './table.ts';

export const info: Command = async ({ flags }, { api, endpoint, terminal }) => {
  const answer = await api('GET', '/api/dlq/info');
  if (flags.has('json')) {
    await terminal.write(jsonLine(answer));
    return EXIT.done;
  }
  const config = fieldsAt(answer, 'dlqConfig');
  const stats = fieldsAt(answer, 'consumerStats');
  const waiting = listAt(stats, 'retryTrackerDetails');
  const missing = stats['missingTopics'];
  const lines = [
    `API          ${endpoint}`,
    `DLQ topic    ${textAt(config, 'dlqTopic')}`,
    `retries      ${textAt(config, 'maxRetries')}, the first after ${numberAt(config, 'initialBackoffMs') / 1000} s, none after more than ${numberAt(config, 'maxBackoffMs') / 1000} s`,
    `running      ${stats['isRunning'] === true ? 'yes' : 'NO: nobody reads the order topic'}`,
    `in retry     ${numberAt(stats, 'messagesInRetry')}`,
    ...(Array.isArray(missing) ? [`missing      ${missing.map(String).join(', ')}`] : []),
  ];
  await terminal.write(`${lines.join('\n')}\n`);
  if (waiting.length > 0) {
    await terminal.write(
      `\n${tableLines(WAITING_COLUMNS, waiting, terminal.columns).join('\n')}\n`,
    );
  }
  return EXIT.done;
};

export const list: Command = async (invocation, context) => {
  const form = formOf(invocation);
  const pages = pagesOf(context.api, {
    path: '/api/dlq/messages',
    rows: 'messages',
    query: filterOf(invocation, context.clock.nowMs()),
    limit: rowsMaxOf(invocation),
  });
  const none = 'No dead letter is like that.';
  await printList(pages, { form, columns: MESSAGE_COLUMNS, none }, context);
  return EXIT.done;
};

export const groups: Command = async (invocation, context) => {
  const form = formOf(invocation);
  const pages = pagesOf(context.api, {
    path: '/api/dlq/groups',
    rows: 'groups',
    query: {},
    limit: rowsMaxOf(invocation),
  });
  await printList(pages, { form, columns: GROUP_COLUMNS, none: 'No dead letters.' }, context);
  return EXIT.done;
};

export const show: Command = async ({ operands, flags }, { api, terminal }) => {
  const id = checkId(operands[0] ?? '');
  const message = fieldsAt(await api('GET', `/api/dlq/messages/${id}`), 'message');
  await terminal.write(
    flags.has('json')
      ? jsonLine(message)
      : `${deadLetterLines(message, terminal.columns).join('\n')}\n`,
  );
  return EXIT.done;
};
