import type { JsonSchema, Media, OpenApiDocument, Operation } from '../openapi.ts';
import { html, prose, type Html } from './html.ts';
import { schemaTable } from './schema-table.ts';
import { tryForm } from './try-form.ts';

export interface PageAssets {
  readonly stylePath: string;
  readonly scriptPath: string;
}

interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

/** The API document as a page to read and try. All of it is there without JavaScript but the trying. Pure. */
export function docsPage(document: OpenApiDocument, assets: PageAssets): string {
  const { info, tags, components } = document;
  const groups = tags.map(({ name, description }) => ({
    name,
    description,
    places: placesOf(document).filter(({ operation }) => operation.tags.includes(name)),
  }));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title}: API</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${assets.stylePath}" />
        <script src="${assets.scriptPath}" defer></script>
      </head>
      <body>
        <div class="page">
          <nav aria-label="Operations">
            <a class="home" href="#top">${info.title}</a>
            ${groups.map(navGroup)}
            <a class="raw" href="/openapi.json">openapi.json</a>
          </nav>
          <main id="top">
            <header>
              <h1>${info.title} <small>${info.version}</small></h1>
              ${info.description.split('\n\n').map((text) => html`<p>${prose(text)}</p>`)}
              <noscript
                ><p class="note">Reading needs no JavaScript; sending requests does.</p></noscript
              >
            </header>
            ${groups.map(
              ({ name, description, places }) =>
                html`<section class="group">
                  <h2>${name}</h2>
                  <p>${prose(description)}</p>
                  ${places.map((place) => operationSection(place, components.schemas))}
                </section>`,
            )}
          </main>
        </div>
      </body>
    </html>`;
  return page.html;
}

function placesOf({ paths }: OpenApiDocument): Place[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation,
    })),
  );
}

function navGroup({ name, places }: { name: string; places: readonly Place[] }): Html {
  const links = places.map(
    ({ method, operation }) =>
      html`<li>
        <a href="#${operation.operationId}"
          ><span class="method ${method.toLowerCase()}">${method}</span> ${operation.summary}</a
        >
      </li>`,
  );
  return html`<h2>${name}</h2>
    <ul>
      ${links}
    </ul>`;
}

function operationSection(
  { path, method, operation }: Place,
  schemas: Readonly<Record<string, JsonSchema>>,
): Html {
  const { operationId, summary, description, requestBody, responses } = operation;
  const body = requestBody?.content['application/json'].schema;
  return html`<section class="operation" id="${operationId}">
    <h3>${summary}</h3>
    <p class="call">
      <span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code>
    </p>
    <p>${prose(description)}</p>
    ${tryForm(method, path, operation)}
    ${
      body &&
      html`<details>
        <summary>Body</summary>
        ${schemaTable(body)}
      </details>`
    }
    <details>
      <summary>Answers</summary>
      ${Object.entries(responses).map(([status, response]) =>
        answerSection(status, response, schemas),
      )}
    </details>
  </section>`;
}

function answerSection(
  status: string,
  { description, content }: Operation['responses'][string],
  schemas: Readonly<Record<string, JsonSchema>>,
): Html {
  const { schema, example } = content['application/json'];
  const isError = Number(status) >= 400;
  return html`<div class="response">
    <p><span class="code ${isError ? 'bad' : 'good'}">${status}</span> ${prose(description)}</p>
    ${
      !isError &&
      html`${schemaTable(resolve(schema, schemas))}
        <pre class="example">${JSON.stringify(example, null, 2)}</pre>`
    }
  </div>`;
}

/** Our document refers to schemas by name alone, one level deep. */
function resolve(
  schema: Media['schema'],
  schemas: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  return schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
}
