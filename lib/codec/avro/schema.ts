/** A schema, checked and resolved: named types are references, so that a recursive one is a cycle. */
export type AvroType =
  | { readonly kind: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'string' }
  | { readonly kind: 'bytes'; readonly scale?: number }
  | { readonly kind: 'fixed'; readonly size: number; readonly scale?: number }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array' | 'map'; readonly items: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  | { readonly kind: 'record'; readonly name: string; readonly fields: readonly AvroField[] };

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
  /** As JSON: what a reader takes where a writer did not know the field; undefined where it has none. */
  readonly fallback: unknown;
}

/** A schema that is none, or beyond the bounds. */
export class AvroSchemaError extends Error {
  override readonly name = 'AvroSchemaError';
}

export const SCHEMA_CHARS_MAX = 256 * 1024;
const DEPTH_MAX = 32;
const TYPES_MAX = 4_096;
const FIXED_BYTES_MAX = 1024 * 1024;
const SCALE_MAX = 100;

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'string'] as const;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const FULL_NAME = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

interface Scope {
  readonly named: Map<string, AvroType>;
  readonly namespace: string;
  readonly depth: number;
  readonly count: { types: number };
}

type Json = Record<string, unknown>;

/**
 * A schema's text → its type. Schemas come from a registry and may be anything: size, depth and number of types are
 * bounded, names are what the specification allows, and no code is made of them.
 * https://avro.apache.org/docs/1.12.0/specification/
 *
 * @throws AvroSchemaError
 */
export function parseAvroSchema(text: string): AvroType {
  if (text.length > SCHEMA_CHARS_MAX) {
    throw new AvroSchemaError(`it has more than ${SCHEMA_CHARS_MAX} characters`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new AvroSchemaError('it is no JSON');
  }
  return toType(json, { named: new Map(), namespace: '', depth: 0, count: { types: 0 } });
}

function toType(json: unknown, outer: Scope): AvroType {
  const scope = { ...outer, depth: outer.depth + 1 };
  if (scope.depth > DEPTH_MAX) throw new AvroSchemaError(`it is nested over ${DEPTH_MAX} deep`);
  if (++scope.count.types > TYPES_MAX) throw new AvroSchemaError(`it has over ${TYPES_MAX} types`);
  if (typeof json === 'string') return primitive(json) ?? reference(json, scope);
  if (Array.isArray(json)) return union(json, scope);
  if (typeof json !== 'object' || json === null) throw new AvroSchemaError('a type is no type');
  const { type, items, values } = json as Json;
  switch (type) {
    case 'record':
    case 'error':
      return record(json as Json, scope);
    case 'enum':
      return named(json as Json, scope, () => ({ kind: 'enum', symbols: symbolsOf(json as Json) }));
    case 'fixed':
      return named(json as Json, scope, () => fixed(json as Json));
    case 'array':
      return { kind: 'array', items: toType(items, scope) };
    case 'map':
      return { kind: 'map', items: toType(values, scope) };
    case 'bytes':
      return { kind: 'bytes', ...decimalOf(json as Json) };
    default:
      return toType(type, scope);
  }
}

function primitive(name: string): AvroType | undefined {
  if (name === 'bytes') return { kind: 'bytes' };
  const kind = PRIMITIVES.find((one) => one === name);
  return kind && { kind };
}

function reference(name: string, { named, namespace }: Scope): AvroType {
  const type = named.get(fullName(name, namespace)) ?? named.get(name);
  if (type === undefined) throw new AvroSchemaError(`type ${shown(name)} is not defined in it`);
  return type;
}

function union(list: readonly unknown[], scope: Scope): AvroType {
  const branches = list.map((branch) => toType(branch, scope));
  if (branches.length === 0 || branches.some(({ kind }) => kind === 'union')) {
    throw new AvroSchemaError('a union is empty, or has a union in it');
  }
  return { kind: 'union', branches };
}

function record(json: Json, scope: Scope): AvroType {
  const fields: AvroField[] = [];
  const type: AvroType = { kind: 'record', name: String(json['name']), fields };
  return named(json, scope, (inner) => {
    // Known by its name before its fields are read: they may refer to it.
    inner.named.set(nameOf(json, scope), type);
    if (!Array.isArray(json['fields'])) throw new AvroSchemaError('a record has no list of fields');
    for (const field of json['fields'] as unknown[]) {
      const { name, type: fieldType, default: fallback } = (field ?? {}) as Json;
      if (typeof name !== 'string' || !NAME.test(name) || name === '__proto__') {
        throw new AvroSchemaError(`a field has the name ${shown(name)}`);
      }
      if (fields.some((other) => other.name === name)) {
        throw new AvroSchemaError(`two fields have the name ${name}`);
      }
      fields.push({ name, type: toType(fieldType, inner), fallback });
    }
    return type;
  });
}

function named(json: Json, scope: Scope, make: (inner: Scope) => AvroType): AvroType {
  const name = nameOf(json, scope);
  if (scope.named.has(name)) throw new AvroSchemaError(`type ${name} is defined twice`);
  const namespace = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
  const type = make({ ...scope, namespace });
  scope.named.set(name, type);
  return type;
}

function nameOf({ name, namespace }: Json, scope: Scope): string {
  const full = fullName(name, typeof namespace === 'string' ? namespace : scope.namespace);
  if (full.length > 512 || !FULL_NAME.test(full)) {
    throw new AvroSchemaError(`a type has the name ${shown(name)}`);
  }
  return full;
}

function fullName(name: unknown, namespace: string): string {
  const text = typeof name === 'string' ? name : '';
  return text.includes('.') || namespace === '' ? text : `${namespace}.${text}`;
}

function symbolsOf({ symbols }: Json): readonly string[] {
  const list: readonly unknown[] = Array.isArray(symbols) ? symbols : [];
  const texts = list.filter((symbol): symbol is string => typeof symbol === 'string');
  if (texts.length === 0 || texts.length !== list.length || list.length > TYPES_MAX) {
    throw new AvroSchemaError('an enum has no list of symbols');
  }
  return texts;
}

function fixed(json: Json): AvroType {
  const size = json['size'];
  if (!Number.isInteger(size) || Number(size) < 0 || Number(size) > FIXED_BYTES_MAX) {
    throw new AvroSchemaError(`a fixed has the size ${shown(size)}`);
  }
  return { kind: 'fixed', size: Number(size), ...decimalOf(json) };
}

/** A logical type that is invalid counts as absent, says the specification. */
function decimalOf({ logicalType, precision, scale = 0 }: Json): { scale?: number } {
  const valid =
    logicalType === 'decimal' &&
    Number.isInteger(precision) &&
    Number.isInteger(scale) &&
    Number(scale) >= 0 &&
    Number(scale) <= Math.min(Number(precision), SCALE_MAX);
  return valid ? { scale: Number(scale) } : {};
}

function shown(name: unknown): string {
  return JSON.stringify(name)?.slice(0, 80) ?? 'nothing';
}
