import * as z from 'zod/mini';
import { clipText } from '../decide/clip-text.ts';
import { nearestName } from '../decide/nearest-name.ts';
import { AppError } from '../model/errors.ts';

/** Faults named in one answer. */
const FAULTS_MAX = 5;
const SHOWN_CHARS_MAX = 60;

/** What the values stand in, and what one of them is called there. */
const NOUNS = { body: 'field', query: 'query parameter', path: 'path parameter' } as const;

/**
 * The value as the schema has it. The message of every check in a schema is the remedy ("write a whole number from 1 to
 * 1000"): field and fault are put in front of it here.
 *
 * @throws AppError REQUEST_INVALID naming every field that is wrong (the first five), its fault and the remedy
 */
export function parseRequest<S extends z.ZodMiniObject>(
  schema: S,
  value: unknown,
  place: keyof typeof NOUNS,
): z.output<S> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const faults = issues.slice(0, FAULTS_MAX).map((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return unknownNames(issue, schema, NOUNS[place]);
    }
    if (issue.path.length === 0) return `The ${place} is ${shown(value)}: send a JSON object`;
    return `${issue.path.join('.')} ${faultOf(valueAt(value, issue.path))}: ${issue.message}`;
  });
  throw new AppError('REQUEST_INVALID', faults.join('; '));
}

function unknownNames(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  schema: z.ZodMiniObject,
  noun: string,
): string {
  const known = namesAt(schema, path);
  const remedy = known.length === 0 ? 'leave it out' : `known are ${known.join(', ')}`;
  const unknown = keys.slice(0, FAULTS_MAX).map((name) => {
    const meant = nearestName(name, known);
    const written = [...path, name].join('.');
    return `Unknown ${noun} ${shown(written)}: ${meant === undefined ? remedy : `did you mean ${meant}?`}`;
  });
  return unknown.join('; ');
}

/** The fields that the object at this place may have. */
function namesAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const { def } = schema._zod as { def: NestedDef };
  if (def.innerType !== undefined) return namesAt(def.innerType, path);
  const [field, ...deeper] = path;
  if (field === undefined) return Object.keys(def.shape ?? {});
  const inner = def.shape?.[String(field)];
  return inner === undefined ? [] : namesAt(inner, deeper);
}

/** What zod's own definitions have where a schema is an object, or wraps another one. */
interface NestedDef {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly innerType?: z.core.$ZodType;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key)
        ? (at as Record<PropertyKey, unknown>)[key]
        : undefined,
    value,
  );
}

function faultOf(value: unknown): string {
  return value === undefined ? 'is missing' : `is ${shown(value)}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return clipText(JSON.stringify(value) ?? String(value), SHOWN_CHARS_MAX);
}
