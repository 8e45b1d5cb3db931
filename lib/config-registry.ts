import type { Field } from './config-fields.ts';

const FORMATS = ['json', 'avro'] as const;

const schemaRegistryUrl: Field<string> = {
  name: 'SCHEMA_REGISTRY_URL',
  fallback: '',
  meaning:
    'base address of a Confluent-compatible schema registry; this or `GLUE_SCHEMA_REGISTRY` is required, never both',
  parse: (value) => {
    const url = URL.parse(value);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      throw new Error(`is "${value}": write http://host:port or https://host:port`);
    }
    if (url.username !== '' || url.password !== '') {
      throw new Error('has a user or password in it: write them into SCHEMA_REGISTRY_AUTH');
    }
    return value;
  },
};

const schemaRegistryAuth: Field<string> = {
  name: 'SCHEMA_REGISTRY_AUTH',
  fallback: '',
  meaning: '`user:password` for the registry\u2019s basic authentication; not set: none',
  parse: (value) => {
    // What is wrong may be a secret all the same: it is not shown.
    if (!/^[^:]+:/.test(value)) throw new Error('is no user:password: write both, with a colon');
    return value;
  },
};

const schemaRegistryCa: Field<string> = {
  name: 'SCHEMA_REGISTRY_CA',
  fallback: '',
  meaning:
    'PEM, or path of a PEM file, of the authority behind the registry\u2019s certificate; not set: those that Node trusts',
  parse: (value) => value,
};

const glueRegistry: Field<string> = {
  name: 'GLUE_SCHEMA_REGISTRY',
  fallback: '',
  meaning:
    'name of a registry in AWS Glue, instead of `SCHEMA_REGISTRY_URL`; a deployment that names neither makes one',
  parse: (value) => {
    if (!/^[a-zA-Z0-9_$#.-]{1,255}$/.test(value)) {
      throw new Error(`is "${value}": a registry's name is 1 to 255 of letters, digits, - _ $ # .`);
    }
    return value;
  },
};

const orderEventsFormat: Field<(typeof FORMATS)[number]> = {
  name: 'ORDER_EVENTS_FORMAT',
  fallback: 'json',
  meaning: '`json` or `avro`: what `create-order` writes; both are always read',
  parse: (value) => {
    const format = FORMATS.find((one) => one === value);
    if (format === undefined) throw new Error(`is "${value}": write json or avro`);
    return format;
  },
};

/** Where schemas are kept, and what is written with them. */
export const REGISTRY_FIELDS = {
  schemaRegistryUrl,
  schemaRegistryAuth,
  schemaRegistryCa,
  glueRegistry,
  orderEventsFormat,
} as const;
