import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { docsPage } from '../../../../lib/lambda/docs/page.ts';
import { DOCS_SCRIPT } from '../../../../lib/lambda/docs/script.ts';
import { DOCS_STYLE } from '../../../../lib/lambda/docs/style.ts';
import { describeApi } from '../../../../lib/wire-docs.ts';

const api = describeApi();
const page = docsPage(api, { stylePath: '/docs/style.css', scriptPath: '/docs/script.js' });

describe('the page', () => {
  it('has every operation, its path and its fields to fill in', () => {
    for (const [path, operations] of Object.entries(api.paths)) {
      for (const { operationId, parameters } of Object.values(operations)) {
        expect(page).toContain(`id="${operationId}"`);
        expect(page).toContain(`data-path="${path}"`);
        for (const { name } of parameters) expect(page).toContain(`id="${operationId}-${name}"`);
      }
    }
  });

  it('has the scenarios to choose from', () => {
    expect(page).toContain('A good order');
    expect(page).toContain('ORDER-TEST-FAIL-1');
    expect(page).toContain('ORDER-TEST-FLAKY-2-1');
  });

  it('has bodies of a plan, its start and a discard to choose from', () => {
    const form = (id: string) => page.split(`id="${id}"`)[1]?.split('</form>')[0] ?? '';
    const redrive = form('startRedrive');

    expect(redrive).toContain('data-method="POST"');
    expect(redrive).toContain('data-path="/api/dlq/redrives"');
    expect(redrive).toContain('Plan to redrive a group');
    expect(redrive).toContain('Start the plan: twice is once');
    expect(redrive).toMatch(/&#34;dryRun&#34;: false,\s+&#34;planId&#34;/);
    expect(form('startDiscard')).toMatch(
      /&#34;reason&#34;: &#34;test orders of the load test&#34;/,
    );
    expect(form('startDiscard')).not.toContain('canary');
  });

  it('shows what counts where a field is left out', () => {
    const redrive = page.split('id="startRedrive"')[1]?.split('</section>')[0] ?? '';
    expect(redrive).toMatch(/ratePerSecond[^§]*?integer, 1 to 1000, default 50/);
    expect(redrive).toMatch(/dryRun[^§]*?boolean, default true/);
  });

  it('has both answers of a POST that plans or starts', () => {
    const redrive = page.split('id="startRedrive"')[1]?.split('</section>')[0] ?? '';
    expect(redrive).toContain('<span class="code good">200</span>');
    expect(redrive).toContain('<span class="code good">202</span>');
    expect(redrive).toContain('<code>planId</code>');
  });

  it('has a label for every field', () => {
    const fields = [...page.matchAll(/<(?:input|select|textarea)\s[^>]*?id="([^"]+)"/g)];

    expect(fields.length).toBeGreaterThan(9);
    for (const [, id] of fields) expect(page).toContain(`for="${id}"`);
  });

  it('has no style and no script of its own, for its policy forbids both', () => {
    expect(page).not.toMatch(/\sstyle=|<style|\son\w+=/);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('runs a script that the browser can read', () => {
    expect(() => new Script(DOCS_SCRIPT)).not.toThrow();
    expect(DOCS_SCRIPT).not.toContain('innerHTML');
  });

  it('has looks for the dark and for narrow screens', () => {
    expect(DOCS_STYLE).toContain('prefers-color-scheme: dark');
    expect(DOCS_STYLE).toContain('max-width: 40rem');
  });
});
