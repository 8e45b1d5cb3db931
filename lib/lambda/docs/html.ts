/** Text that is HTML already. Only `html` makes it, so whatever else stands in a page is escaped. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | readonly Html[] | undefined | false;

/** A template whose values are escaped, but for those that `html` made. Undefined and false leave nothing. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Html {
  const parts = literals.map((literal, index) => literal + render(values[index]));
  return { html: parts.join('') };
}

function render(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'html' in part ? part.html : part.map((one) => one.html).join('');
}

/** Prose with `code` in it. */
export function prose(text: string): Html {
  const parts = text.split('`').map((part, index) => {
    return index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`;
  });
  return html`${parts}`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
