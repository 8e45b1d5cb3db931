/** The HTTP API as a person calls it. */
export interface Api {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  // What came back is looked at field by field, by people and by checks.
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 15_000;

export function createApi(baseUrl: string): Api {
  const call = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(baseUrl + path, {
      ...init,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  return {
    get: (path) => call(path, {}),
    post: (path, body) =>
      call(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

/** Looks again every `everyMs` until `look` gives something, or for `forMs`: then undefined. */
export async function until<T>(
  look: () => Promise<T | undefined>,
  forMs: number,
  everyMs = 50,
): Promise<T | undefined> {
  const endMs = performance.now() + forMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || performance.now() > endMs) return found;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
