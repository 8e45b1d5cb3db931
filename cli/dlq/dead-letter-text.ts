import { printable, printableUpTo } from '../../localstack/printable.ts';
import { recordBlock } from '../record-block.ts';
import { errorText, HISTORY_COLUMNS, stateText } from './columns.ts';
import { type Fields, fieldsAt, listAt, numberAt, textAt } from './fields.ts';
import { tableLines } from './table.ts';
import { timeText } from './times.ts';

/** Of one line of a record, for people; --json has all. */
const LINE_CHARS_MAX = 8_000;
const STACK_LINES_MAX = 40;

/**
 * A dead letter with its history and its bytes, as people read it. No control character is in it. Pure, total.
 * @param message of `GET /api/dlq/messages/{id}`
 * @param width columns of the terminal; undefined: nothing is cut
 */
export function deadLetterLines(message: Fields, width: number | undefined): string[] {
  const at = (name: string) => textAt(message, name);
  const redrive = fieldsAt(message, 'redrive');
  const by = fieldsAt(message, 'by');
  const envelope = fieldsAt(message, 'envelopeAt');
  const causes = listAt(message, 'errorCauses').map((cause) => errorText(cause, 'type', 'message'));
  const rows: readonly (readonly [string, string])[] = [
    ['id', at('id')],
    ['state', stateText(message)],
    ['order', at('orderId')],
    ['reason', at('reason')],
    ['error', errorText(message, 'errorType', 'errorMessage')],
    ...causes.map((cause): readonly [string, string] => ['cause', cause]),
    ['group', at('group')],
    ['arrived', timeText(at('arrivedAt'))],
    ['failed', failuresText(message)],
    ['redriven', redriveText(message, redrive)],
    [
      'given up',
      [at('consumerGroup'), textAt(by, 'functionName'), textAt(by, 'requestId')]
        .filter(Boolean)
        .join(', '),
    ],
    ['envelope', placeText(envelope, 'topic', 'partition', 'offset')],
  ];
  const stack = at('errorStack').split('\n').slice(0, STACK_LINES_MAX);
  const history = listAt(message, 'history');
  return [
    ...rows
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `${name.padEnd(10)}${printableUpTo(text, LINE_CHARS_MAX)}`),
    ...(at('errorStack') === '' ? [] : ['', ...stack.map((line) => `  ${printable(line)}`)]),
    ...(history.length === 0 ? [] : ['', ...tableLines(HISTORY_COLUMNS, history, width)]),
    '',
    ...bytesLines(message),
  ];
}

function placeText(fields: Fields, topic: string, partition: string, offset: string): string {
  if (textAt(fields, topic) === '') return '';
  return `${textAt(fields, topic)}, partition ${textAt(fields, partition)}, offset ${textAt(fields, offset)}`;
}

function failuresText(message: Fields): string {
  const attempts = numberAt(message, 'failedAttempts');
  const total = numberAt(message, 'totalAttempts');
  const span = `${timeText(textAt(message, 'firstFailureTimestamp'))} to ${timeText(textAt(message, 'lastFailureTimestamp'))}`;
  return `${span}; attempts: ${attempts}${total > attempts ? `, over all redrives ${total}` : ''}`;
}

function redriveText(message: Fields, redrive: Fields): string {
  const times = numberAt(message, 'redriveCount');
  const id = textAt(redrive, 'id');
  const outcome = textAt(redrive, 'outcome') || 'no outcome yet';
  return id === '' ? (times === 0 ? '' : String(times)) : `${times}; the last by ${id}: ${outcome}`;
}

/** The record as it was, byte for byte, as `npm run tail` shows one. */
function bytesLines(message: Fields): string[] {
  const origin = placeText(message, 'originalTopic', 'originalPartition', 'originalOffset');
  if (message['bytesMissing'] === true) {
    const known = ['valueSizeBytes', 'valueSha256'].map((name) => textAt(message, name));
    return [
      printable(
        `${origin}: its bytes are not there any more. ${known.filter(Boolean).join(' bytes, SHA-256 ')}`,
      ),
    ];
  }
  const omitted = Array.isArray(message['omitted']) ? message['omitted'].map(String) : [];
  const block = recordBlock({
    topic: textAt(message, 'originalTopic'),
    partition: numberAt(message, 'originalPartition'),
    offset: numberAt(message, 'originalOffset'),
    timestampMs: numberAt(message, 'originalTimestamp'),
    key: bytesOf(message['originalKey']),
    value: bytesOf(message['originalValue']),
    headers: listAt(message, 'originalHeaders').map((header) => ({
      key: textAt(header, 'key'),
      value: bytesOf(header['value']),
    })),
  });
  return [
    ...block.split('\n').map((line) => printableUpTo(line, LINE_CHARS_MAX)),
    ...(omitted.length === 0
      ? []
      : [
          printable(
            `  too large for an answer, so not shown: ${omitted.join(', ')}; see the envelope`,
          ),
        ]),
  ];
}

function bytesOf(value: unknown): Uint8Array | null {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : null;
}
