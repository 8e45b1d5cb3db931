import { hash } from 'node:crypto';
import type { ErrorDetail } from '../model/failure.ts';
import { clipText } from './clip-text.ts';

const TITLE_CHARS_MAX = 200;

/** Name of the failures that have one cause, and what people read for it. */
export interface Fingerprint {
  /** 16 hex characters. */
  readonly group: string;
  readonly title: string;
}

/** Failures of one cause have one fingerprint. Pure, total. */
export function fingerprint({ type, message }: Omit<ErrorDetail, 'causes'>): Fingerprint {
  const title = clipText(`${type}: ${message}`, TITLE_CHARS_MAX);
  return { group: hash('sha256', title, 'hex').slice(0, 16), title };
}
