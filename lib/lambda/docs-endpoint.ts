import * as z from 'zod/mini';
import { nearestName } from '../decide/nearest-name.ts';
import { AppError } from '../model/errors.ts';
import { docsSite, PAGE_POLICY, type SiteFile } from './docs/site.ts';
import { MethodNotAllowedError, textAnswer, type HttpAnswer } from './http-answer.ts';
import type { OpenApiDocument } from './openapi.ts';

/** Whatever comes with the request is taken: the catch-all route gets the wrong ones as well. */
const anything = z.looseObject({});
export const docsSchemas = { path: anything, query: anything };

const SITE_METHODS = ['GET', 'HEAD'];

export interface DocsRequest {
  readonly method: string;
  readonly rawPath: string;
  readonly ifNoneMatch: string | undefined;
}

/**
 * Answers everything that no other function takes: the documentation, and what is no endpoint at all.
 * @throws AppError ROUTE_NOT_FOUND, METHOD_NOT_ALLOWED
 */
export function docsEndpoint(document: OpenApiDocument): (request: DocsRequest) => HttpAnswer {
  const site = docsSite(document);
  return ({ method, rawPath, ifNoneMatch }) => {
    const found = rawPath === '/' ? 'start' : site.get(rawPath);
    if (found === undefined) throw notFound(method, rawPath, document);
    if (!SITE_METHODS.includes(method)) {
      throw new MethodNotAllowedError(method, rawPath, SITE_METHODS);
    }
    if (found === 'start') return textAnswer(302, '', { location: '/docs' });
    return serve(found, method, ifNoneMatch);
  };
}

function serve(file: SiteFile, method: string, ifNoneMatch: string | undefined): HttpAnswer {
  const headers = {
    'content-type': file.contentType,
    'content-security-policy': PAGE_POLICY,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
  };
  const isKnown = ifNoneMatch?.split(/,\s*/).includes(file.etag) ?? false;
  if (isKnown) return textAnswer(304, '', headers);
  return textAnswer(200, method === 'HEAD' ? '' : file.text, headers);
}

function notFound(method: string, rawPath: string, { paths }: OpenApiDocument): AppError {
  const template = Object.keys(paths).find((path) => isPathOf(path, rawPath));
  const methods = Object.keys((template && paths[template]) ?? {}).map((one) => one.toUpperCase());
  if (methods.length > 0 && !methods.includes(method)) {
    return new MethodNotAllowedError(method, rawPath, methods);
  }
  const shown = rawPath.slice(0, 100);
  const known = [...Object.keys(paths), '/docs', '/openapi.json'];
  const meant = known.find((path) => path.startsWith(`${shown}/{`)) ?? nearestName(shown, known);
  const remedy = meant === undefined ? 'see /docs' : `did you mean ${meant}? See /docs`;
  return new AppError('ROUTE_NOT_FOUND', `Nothing is at ${shown}: ${remedy}`);
}

/** Whether the path is one that the template stands for; a parameter is one segment. */
function isPathOf(template: string, path: string): boolean {
  const parts = template.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, index) => part === given[index] || (part.startsWith('{') && given[index]))
  );
}
