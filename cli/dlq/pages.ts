import type { Api } from './api.ts';
import { type Fields, needList, textAt } from './fields.ts';

/** The largest page that the API gives. */
export const PAGE_MAX = 100;

export interface PagedList {
  readonly path: string;
  /** Of the answer: where the rows are. */
  readonly rows: string;
  readonly query: Readonly<Record<string, string | number>>;
  /** Rows at most, ≥ 1; may be infinite. */
  readonly limit: number;
}

/** What came, page by page; `isMore` where the API has more than the limit lets through. */
export interface Page {
  readonly rows: readonly Fields[];
  readonly isMore: boolean;
}

/**
 * All pages of a list, as they come, up to the limit: at least one.
 * @throws as `Api`
 */
export async function* pagesOf(
  api: Api,
  { path, rows, query, limit }: PagedList,
): AsyncGenerator<Page> {
  let left = limit;
  let cursor = '';
  for (;;) {
    const answer = await api('GET', path, {
      query: { ...query, limit: Math.min(left, PAGE_MAX), ...(cursor === '' ? {} : { cursor }) },
    });
    const found = needList(answer, rows, `The answer of GET ${path}`);
    cursor = textAt(answer, 'nextCursor');
    left -= found.length;
    yield { rows: left < 0 ? found.slice(0, left) : found, isMore: cursor !== '' || left < 0 };
    if (cursor === '' || left <= 0) return;
  }
}
