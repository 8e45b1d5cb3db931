import type { JsonSchema } from '../openapi.ts';
import { html, prose, type Html } from './html.ts';

/** Levels of nesting shown; deeper ones are in the document itself. */
const DEPTH_MAX = 4;

/** A schema's fields, one a row, nested ones below the field that holds them. Pure. */
export function schemaTable(schema: JsonSchema): Html {
  return html`<div class="scroll">
    <table class="fields">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows(schema, 0)}
      </tbody>
    </table>
  </div>`;
}

function rows(schema: JsonSchema, depth: number): Html[] {
  const { properties = {}, required = [] } = objectIn(schema);
  return Object.entries(properties).flatMap(([name, property]) => {
    const field = property as JsonSchema;
    const optional = required.includes(name) ? undefined : html` <small>optional</small>`;
    const row = html`<tr class="depth-${depth}">
      <td><code>${name}</code>${optional}</td>
      <td>${typeOf(field)}</td>
      <td>${prose(field.description ?? '')}</td>
    </tr>`;
    return [row, ...(depth < DEPTH_MAX ? rows(field, depth + 1) : [])];
  });
}

/** The object that a schema describes, also as the element of an array or as one of several possibilities. */
function objectIn(schema: JsonSchema): JsonSchema {
  if (schema.properties !== undefined) return schema;
  if (typeof schema.items === 'object' && !Array.isArray(schema.items)) {
    return objectIn(schema.items as JsonSchema);
  }
  const inner = schema.anyOf?.find((one) => (one as JsonSchema).type !== 'null');
  return inner === undefined ? {} : objectIn(inner as JsonSchema);
}

/** `integer, 1 to 1000`, `string or null`, `true`, the values of an enumeration. */
export function typeOf(schema: JsonSchema): Html {
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) {
    const values = schema.enum.map((value, index) =>
      index === 0 ? html`<code>${String(value)}</code>` : html`, <code>${String(value)}</code>`,
    );
    return html`${values}`;
  }
  if (schema.anyOf !== undefined) {
    const types = schema.anyOf.map((one, index) =>
      index === 0 ? typeOf(one as JsonSchema) : html` or ${typeOf(one as JsonSchema)}`,
    );
    return html`${types}`;
  }
  return html`${[schema.type ?? 'any'].flat().join(' or ')}${format(schema)}${range(schema)}${fallback(schema)}`;
}

function format({ format: name, contentEncoding }: JsonSchema): string {
  const text = contentEncoding ?? name;
  return text === undefined ? '' : `, ${text}`;
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`;
  return minimum === undefined ? '' : `, from ${minimum}`;
}

function fallback({ default: value }: JsonSchema): string {
  return value === undefined ? '' : `, default ${JSON.stringify(value)}`;
}
