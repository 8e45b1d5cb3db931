import { createHash } from 'node:crypto';
import type { OpenApiDocument } from '../openapi.ts';
import { docsPage } from './page.ts';
import { DOCS_SCRIPT } from './script.ts';
import { DOCS_STYLE } from './style.ts';

/** One thing that the documentation consists of. */
export interface SiteFile {
  readonly contentType: string;
  readonly text: string;
  /** Strong validator, quoted (RFC 9110, 8.8.3). */
  readonly etag: string;
  /** True where the path names the content itself, so that it may be kept for good. */
  readonly immutable: boolean;
}

/** The page loads what comes from here, and nothing else; text in it cannot run. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The documentation by path. Pure; made once. */
export function docsSite(document: OpenApiDocument): ReadonlyMap<string, SiteFile> {
  const stylePath = `/docs/style-${fingerprint(DOCS_STYLE)}.css`;
  const scriptPath = `/docs/script-${fingerprint(DOCS_SCRIPT)}.js`;
  const page = file('text/html', docsPage(document, { stylePath, scriptPath }));
  return new Map([
    ['/docs', page],
    ['/docs/', page],
    ['/openapi.json', file('application/json', JSON.stringify(document, null, 2))],
    [stylePath, file('text/css', DOCS_STYLE, true)],
    [scriptPath, file('text/javascript', DOCS_SCRIPT, true)],
  ]);
}

function file(type: string, text: string, immutable = false): SiteFile {
  const etag = `"${fingerprint(text)}"`;
  return { contentType: `${type}; charset=utf-8`, text, etag, immutable };
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
