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

/** A page of forms as the script sees them. */
function pageOf(forms: readonly { path: string; fields?: readonly string[]; example?: object }[]) {
  const made = forms.map(({ path, fields = [], example }) => {
    const form = {
      dataset: { method: 'POST', path },
      body: { value: '', dataset: {} as Record<string, string> },
      scenario: { value: JSON.stringify(example ?? null) },
      curl: { textContent: '' },
      inputs: [] as { name: string; value: string; dataset: Record<string, string> }[],
      querySelector: (selector: string): unknown =>
        ({
          '[data-body]': example && form.body,
          '[data-scenario]': example && form.scenario,
          '.curl': form.curl,
        })[selector],
      querySelectorAll: () => form.inputs,
    };
    form.inputs = fields.map((name) => ({ name, value: '', dataset: { in: 'path' }, form }));
    return form;
  });
  const context = createContext({
    document: {
      querySelectorAll: (selector: string) =>
        selector === '[data-in=path]' ? made.flatMap(({ inputs }) => inputs) : [],
    },
    performance: { timeOrigin: 0, now: () => 1 },
    location: { origin: 'http://localhost:8000' },
    URLSearchParams,
  });
  new Script(DOCS_SCRIPT).runInContext(context);
  const { prefill, fillIn, curlOf } = context as {
    prefill: (form: unknown, text: string) => void;
    fillIn: (answer: object, path: string) => void;
    curlOf: (form: unknown) => string;
  };
  return { forms: made, prefill, fillIn, curlOf };
}

it('an id goes to the requests about such a thing, and to no other', () => {
  const { forms, fillIn } = pageOf([
    { path: '/api/dlq/messages/{id}', fields: ['id'] },
    { path: '/api/dlq/redrives/{id}', fields: ['id'] },
    { path: '/api/dlq/redrives/{id}/cancel', fields: ['id'] },
    { path: '/api/dlq/purges/{id}', fields: ['id'] },
    { path: '/api/orders/{orderId}', fields: ['orderId'] },
  ]);
  const values = () => forms.map(({ inputs }) => inputs[0]?.value);

  fillIn({ messages: [{ id: 'dead-1', orderId: 'O' }] }, '/api/dlq/messages');
  expect(values()).toEqual(['dead-1', '', '', '', '']);
  fillIn({ success: true, id: 'job-1', kind: 'redrive' }, '/api/dlq/redrives');
  expect(values()).toEqual(['dead-1', 'job-1', 'job-1', '', '']);
  fillIn({ jobs: [{ id: 'job-2', kind: 'purge' }] }, '/api/dlq/purges');
  fillIn({ orderId: 'ORDER-1' }, '/api/create-order');
  expect(values()).toEqual(['dead-1', 'job-1', 'job-1', 'job-2', 'ORDER-1']);
});

it('the plan that an answer names is the one that is started next, on its own path', () => {
  const example = { dryRun: false, planId: 'example', reason: 'why' };
  const { forms, prefill, fillIn } = pageOf([
    { path: '/api/dlq/redrives', example },
    { path: '/api/dlq/discards', example },
  ]);

  fillIn({ planId: 'plan-1', groups: [] }, '/api/dlq/redrives');
  for (const form of forms) prefill(form, form.scenario.value);

  expect(forms.map(({ body }) => JSON.parse(body.value).planId as string)).toEqual([
    'plan-1',
    'example',
  ]);
});

it('groups and ids in bodies are those that were seen last', () => {
  const { forms, prefill, fillIn } = pageOf([
    { path: '/api/dlq/redrives', example: { group: 'example' } },
    { path: '/api/dlq/discards', example: { ids: ['example'] } },
  ]);

  fillIn({ groups: [{ group: 'seen' }] }, '/api/dlq/groups');
  fillIn({ messages: [{ id: 'dead-1' }] }, '/api/dlq/messages');
  for (const form of forms) prefill(form, form.scenario.value);

  expect(forms.map(({ body }) => JSON.parse(body.value) as unknown)).toEqual([
    { group: 'seen' },
    { ids: ['dead-1'] },
  ]);
});

it('a request without body says its method all the same', () => {
  const { forms, curlOf } = pageOf([{ path: '/api/dlq/redrives/{id}/cancel', fields: ['id'] }]);
  expect(curlOf(forms[0])).toBe(
    "curl -X POST 'http://localhost:8000/api/dlq/redrives/{id}/cancel'",
  );
});
