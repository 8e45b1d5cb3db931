import { LocalError } from '../../localstack/local-error.ts';

/** An object of an answer: fields that this version does not know are carried along. */
export type Fields = Readonly<Record<string, unknown>>;

/** Total. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field as text for people: '' where there is none, JSON where it is neither text nor a plain value. Total. */
export function textAt(fields: Fields, name: string): string {
  const value = fields[name];
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? '';
}

/** 0 where there is no such number. Total. */
export function numberAt(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** {} where there is no such object. Total. */
export function fieldsAt(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isFields(value) ? value : {};
}

/** The objects of a list; none where there is no list. Total. */
export function listAt(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/**
 * What nothing can go on without.
 * @throws LocalError where an answer has no such text
 */
export function needText(fields: Fields, name: string, what: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw unexpected(`${what} has no "${name}"`);
}

/** @throws LocalError where an answer has no such list */
export function needList(fields: Fields, name: string, what: string): readonly Fields[] {
  if (!Array.isArray(fields[name])) throw unexpected(`${what} has no list "${name}"`);
  return listAt(fields, name);
}

function unexpected(fault: string): LocalError {
  return new LocalError(
    `${fault}: this is not the API that order-dlq knows.`,
    'Check the address (--endpoint), and that this version of the project is the one that is deployed.',
  );
}
