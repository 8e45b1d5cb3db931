import fc from 'fast-check';
import { expect, it } from 'vitest';
import { html, prose } from '../../../../lib/lambda/docs/html.ts';

it('escapes whatever is no HTML, in text and in attributes', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const made = html`<p title="${text}">${text}</p>`.html;

      expect(made.match(/[<>]/g)).toHaveLength(4);
      expect(made.match(/"/g)).toHaveLength(2);
    }),
  );
});

it('keeps what is HTML, and leaves nothing of nothing', () => {
  const inner = html`<b>${'&'}</b>`;

  expect(html`<p>${inner}${[inner, inner]}${undefined}${false}${0}</p>`.html).toBe(
    '<p><b>&#38;</b><b>&#38;</b><b>&#38;</b>0</p>',
  );
});

it('makes code of what stands in backticks', () => {
  expect(prose('the `a<b` is').html).toBe('the <code>a&#60;b</code> is');
});
