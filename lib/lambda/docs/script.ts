/**
 * What makes the page send requests: plain JavaScript for the browser, from this origin alone. Text from answers goes
 * into the page as text, never as HTML.
 */
export const DOCS_SCRIPT = String.raw`'use strict';
// A body is shown up to here; the whole of it is one click on the link away.
const SHOWN_CHARS_MAX = 200000;

for (const form of document.querySelectorAll('form.try')) {
  const scenario = form.querySelector('[data-scenario]');
  const body = form.querySelector('[data-body]');
  if (scenario) {
    scenario.addEventListener('change', () => prefill(form, scenario.value));
    prefill(form, scenario.value);
  }
  form.addEventListener('input', () => showCurl(form));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(form);
  });
  const copy = form.querySelector('[data-copy]');
  copy.addEventListener('click', () => void copyCurl(form));
  for (const left of ['blur', 'pointerleave']) copy.addEventListener(left, () => (copy.textContent = 'Copy'));
  showCurl(form);
}

// What answers named so far, for examples that need such a thing: a group, a dead letter's id, the plan of a path.
const seen = { group: undefined, id: undefined, plans: {} };

// An order's id is one of its own each time, for a second order with the same id would be a duplicate.
function freshExample(text, path) {
  const value = JSON.parse(text);
  if (value.group && seen.group) value.group = seen.group;
  if (value.ids && seen.id) value.ids = [seen.id];
  if (value.planId && seen.plans[path]) value.planId = seen.plans[path];
  if (value.orderId) value.orderId = value.orderId.replace(/^(ORDER-TEST-.*)-\d+$/, '$1') + '-' + nowText();
  return JSON.stringify(value, null, 2);
}

function prefill(form, text) {
  const body = form.querySelector('[data-body]');
  body.value = body.dataset.made = freshExample(text, form.dataset.path);
  delete body.dataset.used;
  showCurl(form);
}

// A body that the page made is used once; the next time it gets a new id. The scenario of the duplicate keeps its own.
function useBody(form) {
  const scenario = form.querySelector('[data-scenario]');
  const body = form.querySelector('[data-body]');
  if (!scenario || body.value !== body.dataset.made) return;
  const isTest = /"ORDER-TEST-/.test(scenario.value);
  if (isTest && body.dataset.used) prefill(form, scenario.value);
  body.dataset.used = 'yes';
}

function nowText() {
  return Math.floor(performance.timeOrigin + performance.now()).toString(36).toUpperCase();
}

function requestOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll('[data-in]')) {
    const value = field.value.trim();
    if (field.dataset.in === 'path') {
      path = path.replace('{' + field.name + '}', value ? encodeURIComponent(value) : '{' + field.name + '}');
    } else if (value) {
      query.append(field.name, value);
    }
  }
  const body = form.querySelector('[data-body]');
  const search = query.toString();
  return {
    method: form.dataset.method,
    url: path + (search ? '?' + search : ''),
    body: body ? body.value : undefined,
  };
}

function curlOf(form) {
  const { method, url, body } = requestOf(form);
  const quote = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
  const parts = ['curl'];
  if (method !== 'GET') parts.push('-X', method);
  if (body !== undefined) {
    parts.push('-H', quote('content-type: application/json'), '-d', quote(compact(body)));
  }
  parts.push(quote(location.origin + url));
  return parts.join(' ');
}

function compact(text) {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

function showCurl(form) {
  form.querySelector('.curl').textContent = curlOf(form);
}

async function copyCurl(form) {
  useBody(form);
  const button = form.querySelector('[data-copy]');
  try {
    await navigator.clipboard.writeText(curlOf(form));
    button.textContent = 'Copied';
  } catch {
    // No clipboard outside of secure contexts: select it instead.
    getSelection().selectAllChildren(form.querySelector('.curl'));
    button.textContent = 'Selected';
  }
}

async function send(form) {
  useBody(form);
  const { method, url, body } = requestOf(form);
  const button = form.querySelector('button[type=submit]');
  const startMs = performance.now();
  button.disabled = true;
  try {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(url, { method, headers, body });
    const text = await response.text();
    const tookMs = Math.round(performance.now() - startMs);
    show(form, response.ok, response.status + ' ' + response.statusText + ', ' + tookMs + ' ms', text);
    if (response.ok) fillIn(JSON.parse(text), form.dataset.path);
  } catch (error) {
    show(form, false, 'No answer', String(error));
  } finally {
    button.disabled = false;
  }
}

function show(form, ok, status, text) {
  const answer = form.querySelector('.answer');
  answer.hidden = false;
  answer.classList.toggle('bad', !ok);
  answer.querySelector('.status').textContent = status;
  const shown = answer.querySelector('.body');
  shown.replaceChildren(...highlighted(pretty(text)));
}

function pretty(text) {
  let whole = text;
  try {
    whole = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON: as it is.
  }
  if (whole.length <= SHOWN_CHARS_MAX) return whole;
  return whole.slice(0, SHOWN_CHARS_MAX) + '\n… ' + (whole.length - SHOWN_CHARS_MAX) + ' more characters';
}

function highlighted(text) {
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    nodes.push(text.slice(end, match.index));
    const span = document.createElement('span');
    span.className = match[2] ? 'key' : match[1] ? 'string' : 'literal';
    span.textContent = match[1] || match[0];
    nodes.push(span, match[2] || '');
    end = match.index + match[0].length;
  }
  nodes.push(text.slice(end));
  return nodes;
}

// What an answer names goes into the other requests: into path fields that are empty or were filled in before, and into
// bodies that nobody has changed.
function fillIn(answer, path) {
  const message = answer.messages && answer.messages[0];
  const group = answer.groups && answer.groups[0];
  const job = answer.job || (answer.jobs && answer.jobs[0]) || answer;
  if (answer.orderId) fillPaths('/api/orders/{orderId}', answer.orderId);
  if (message) fillPaths('/api/dlq/messages/{id}', message.id);
  if (job.id && job.kind) fillPaths('/api/dlq/' + job.kind + 's/{id}', job.id);
  if (message) seen.id = message.id;
  if (group) seen.group = group.group;
  if (answer.planId) seen.plans[path] = answer.planId;
  if (message || group) refreshBodies();
}

function fillPaths(start, value) {
  for (const field of document.querySelectorAll('[data-in=path]')) {
    if (!field.form.dataset.path.startsWith(start)) continue;
    if (field.value && field.value !== field.dataset.filled) continue;
    field.value = field.dataset.filled = value;
    showCurl(field.form);
  }
}

function refreshBodies() {
  for (const form of document.querySelectorAll('form.try')) {
    const scenario = form.querySelector('[data-scenario]');
    const body = form.querySelector('[data-body]');
    if (scenario && body.value === body.dataset.made && !/"orderId"/.test(body.value)) prefill(form, scenario.value);
  }
}
`;
