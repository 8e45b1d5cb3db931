import { createContext, Script } from 'node:vm';
import { expect, it } from 'vitest';
import { DOCS_SCRIPT } from '../../../../lib/lambda/docs/script.ts';
import { createOrderExamples } from '../../../../lib/orders/order-api.ts';

/** The few parts of the page that the request's body is made in. */
interface Form {
  readonly body: { value: string; readonly dataset: Record<string, string> };
  readonly curl: { textContent: string };
  querySelector(selector: string): unknown;
  querySelectorAll(): readonly never[];
  readonly dataset: Record<string, string>;
}

/** The script's functions, in a page without forms whose clock goes on by a millisecond each time. */
function loadScript() {
  let nowMs = 1_767_225_600_000;
  const context = createContext({
    document: { querySelectorAll: () => [] },
    performance: { timeOrigin: 0, now: () => nowMs++ },
    location: { origin: 'http://localhost:8000' },
    URLSearchParams,
  });
  new Script(DOCS_SCRIPT).runInContext(context);
  return context as {
    prefill(form: Form, text: string): void;
    useBody(form: Form): void;
  };
}

/** A form that plays the scenario, prefilled. */
function start(scenario: keyof typeof createOrderExamples) {
  const page = loadScript();
  const example = JSON.stringify(createOrderExamples[scenario].value);
  const body: Form['body'] = { value: '', dataset: {} };
  const curl = { textContent: '' };
  const parts: Record<string, unknown> = {
    '[data-body]': body,
    '[data-scenario]': { value: example },
    '.curl': curl,
  };
  const dataset = { method: 'POST', path: '/api/create-order' };
  const form: Form = {
    body,
    curl,
    dataset,
    querySelector: (selector) => parts[selector],
    querySelectorAll: () => [],
  };
  page.prefill(form, example);
  return {
    form,
    use: () => page.useBody(form),
    id: () => JSON.parse(body.value).orderId as string,
  };
}

it.each([
  ['fails', /^ORDER-TEST-FAIL-[0-9A-Z]+$/],
  ['flaky', /^ORDER-TEST-FLAKY-2-[0-9A-Z]+$/],
] as const)('the scenario %s has another order id each time it is sent', (scenario, pattern) => {
  const { form, use, id } = start(scenario);
  const ids = [1, 2, 3].map(() => {
    use();
    expect(form.curl.textContent).toContain(id());
    return id();
  });

  for (const one of ids) expect(one).toMatch(pattern);
  expect(new Set(ids).size).toBe(3);
});

it('the first one sent is the one that was shown', () => {
  const { use, id } = start('flaky');
  const shown = id();

  use();

  expect(id()).toBe(shown);
});

it('the scenario about the duplicate keeps its id, which is a new one on each page', () => {
  const { use, id } = start('named');
  const shown = id();
  use();
  use();

  expect(id()).toBe(shown);
  expect(shown).toMatch(/^ORDER-001-[0-9A-Z]+$/);
});

it('an order without id stays one', () => {
  const { form, use } = start('good');
  use();
  use();

  expect(JSON.parse(form.body.value)).toEqual({ numItems: 2 });
});

it('what a person wrote is sent as it is', () => {
  const { form, use } = start('fails');
  use();
  form.body.value = '{"orderId": "ORDER-TEST-FAIL-mine", "numItems": 1}';
  use();
  use();

  expect(form.body.value).toBe('{"orderId": "ORDER-TEST-FAIL-mine", "numItems": 1}');
});
