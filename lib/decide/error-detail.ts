import { inspect } from 'node:util';
import type { ErrorDetail } from '../model/failure.ts';
import type { ErrorSummary } from '../model/retry.ts';
import { clipText } from './clip-text.ts';

/** Bounds of what is kept of an error, in UTF-16 units; an envelope stays far below its topic's record limit. */
export const ERROR_TYPE_CHARS_MAX = 200;
export const ERROR_MESSAGE_CHARS_MAX = 8_192;
export const ERROR_STACK_CHARS_MAX = 16_384;
export const ERROR_CAUSES_MAX = 8;
export const CAUSE_MESSAGE_CHARS_MAX = 1_024;

/** Bound of a message inside the retry state, whose limit is RETRY_STATE_BYTES_MAX. */
const SUMMARY_MESSAGE_CHARS_MAX = 1_024;

/**
 * Whatever was thrown, as a bounded value. Total: null, text, proxies, objects whose properties throw when they are
 * looked at and causes that lead in a circle all get one.
 */
export function toErrorDetail(thrown: unknown): ErrorDetail {
  const stack = textProperty(thrown, 'stack');
  return {
    type: typeOf(thrown),
    message: clipText(messageOf(thrown), ERROR_MESSAGE_CHARS_MAX),
    ...(stack === undefined ? {} : { stack: clipText(stack, ERROR_STACK_CHARS_MAX) }),
    causes: causesOf(thrown),
  };
}

/**
 * A fault that we found ourselves, where nothing was thrown: it has no stack, for no frame of it would say where it comes
 * from. Bounded. Pure, total.
 */
export function foundError(
  { type, message }: ErrorSummary,
  causes: ErrorDetail['causes'] = [],
): ErrorDetail {
  return {
    type: clipText(type, ERROR_TYPE_CHARS_MAX),
    message: clipText(message, ERROR_MESSAGE_CHARS_MAX),
    causes,
  };
}

/** An error, as short as the retry state carries it: message ≤ 1,024 characters. Pure, total. */
export function toErrorSummary(error: ErrorDetail): ErrorSummary {
  return {
    type: clipText(error.type, ERROR_TYPE_CHARS_MAX),
    message: clipText(error.message, SUMMARY_MESSAGE_CHARS_MAX),
  };
}

/** One more cause behind those of an error, the last of which makes room where they are many. Pure, total. */
export function withLastCause(
  causes: ErrorDetail['causes'],
  cause: ErrorSummary,
): ErrorDetail['causes'] {
  return [...causes.slice(0, ERROR_CAUSES_MAX - 1), cause];
}

function causesOf(thrown: unknown): ErrorDetail['causes'] {
  const causes: { type: string; message: string }[] = [];
  let cause = property(thrown, 'cause');
  // The count bounds a chain that leads in a circle, too.
  while (cause !== undefined && cause !== null && causes.length < ERROR_CAUSES_MAX) {
    causes.push({
      type: typeOf(cause),
      message: clipText(messageOf(cause), CAUSE_MESSAGE_CHARS_MAX),
    });
    cause = property(cause, 'cause');
  }
  return causes;
}

function typeOf(thrown: unknown): string {
  const name = textProperty(thrown, 'name');
  const className = textProperty(property(thrown, 'constructor'), 'name');
  // A class that sets no name inherits "Error", which says less than the class does.
  const type = (name === 'Error' ? className : name) ?? name ?? className ?? typeof thrown;
  return clipText(type, ERROR_TYPE_CHARS_MAX);
}

function messageOf(thrown: unknown): string {
  const message = typeof thrown === 'string' ? thrown : property(thrown, 'message');
  return typeof message === 'string' ? message : shown(thrown);
}

/** What a developer would see of it. Proxies are looked through, and getters are not called. */
function shown(thrown: unknown): string {
  const options = { depth: 2, maxArrayLength: 20, maxStringLength: 1_000, customInspect: false };
  try {
    return inspect(thrown, options);
  } catch {
    return `a thrown ${typeof thrown} that cannot be shown`;
  }
}

function textProperty(holder: unknown, name: string): string | undefined {
  const value = property(holder, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function property(holder: unknown, name: string): unknown {
  if ((typeof holder !== 'object' && typeof holder !== 'function') || holder === null) {
    return undefined;
  }
  try {
    return (holder as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
