import type { JsonSchema, Operation, Parameter } from '../openapi.ts';
import { html, prose, type Html } from './html.ts';
import { typeOf } from './schema-table.ts';

/** The form that sends a request; script.ts does the sending. Pure. */
export function tryForm(method: string, path: string, operation: Operation): Html {
  const { operationId, parameters, requestBody } = operation;
  const fields = parameters.map((parameter) => parameterField(operationId, parameter));
  const body = requestBody?.content['application/json'];
  return html`<form class="try" data-method="${method}" data-path="${path}">
    ${body && bodyField(operationId, body.examples ?? {})}
    ${fields.length > 0 && html`<div class="inputs">${fields}</div>`}
    <div class="line">
      <button type="submit">Send</button>
      <pre class="curl" tabindex="0" aria-label="The same with curl"></pre>
      <button type="button" class="quiet" data-copy>Copy</button>
    </div>
    <div class="answer" aria-live="polite" hidden>
      <p class="status"></p>
      <pre class="body" tabindex="0"></pre>
    </div>
  </form>`;
}

function parameterField(operationId: string, parameter: Parameter): Html {
  const id = `${operationId}-${parameter.name}`;
  return html`<div class="input">
    <label for="${id}"
      ><code>${parameter.name}</code>
      <small>${parameter.required ? 'required' : typeOf(shortType(parameter.schema))}</small></label
    >
    ${control(id, parameter)}
    <p class="hint" id="${id}-hint">${prose(parameter.description ?? '')}</p>
  </div>`;
}

/** Values of an enumeration stand in the control itself. */
function shortType(schema: JsonSchema): JsonSchema {
  return schema.enum === undefined ? schema : { type: 'string' };
}

function control(id: string, { name, in: place, required, schema }: Parameter): Html {
  const needed = required && html` required`;
  if (schema.enum !== undefined) {
    const options = schema.enum.map((value) => html`<option>${String(value)}</option>`);
    return html`<select
      id="${id}"
      name="${name}"
      data-in="${place}"
      aria-describedby="${id}-hint"
      ${needed}
    >
      <option value="">any</option>
      ${options}
    </select>`;
  }
  const placeholder = placeholderOf(schema);
  return html`<input
    id="${id}"
    name="${name}"
    data-in="${place}"
    placeholder="${placeholder}"
    aria-describedby="${id}-hint"
    autocomplete="off"
    spellcheck="false"
    ${needed}
  />`;
}

function bodyField(
  operationId: string,
  examples: Readonly<Record<string, { summary: string; value: unknown }>>,
): Html {
  const scenarios = Object.values(examples);
  const options = scenarios.map(
    ({ summary, value }) => html`<option value="${pretty(value)}">${summary}</option>`,
  );
  return html`<div class="input">
      <label for="${operationId}-scenario">Scenario</label>
      <select id="${operationId}-scenario" data-scenario>
        ${options}
      </select>
    </div>
    <div class="input">
      <label for="${operationId}-body">Body <small>JSON</small></label>
      <textarea id="${operationId}-body" data-body rows="5" spellcheck="false">
${pretty(scenarios[0]?.value ?? {})}</textarea>
    </div>`;
}

function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function placeholderOf({ default: fallback, examples = [] }: JsonSchema): string {
  const [shown = ''] = [fallback, ...examples].filter((value) => value !== undefined);
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}
