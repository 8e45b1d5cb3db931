/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Elements and pieces of text, in their order. */
  readonly children: readonly (XmlElement | string)[];
}

const NAME = String.raw`[A-Za-z_][\w.:-]*`;
const ATTRIBUTE = String.raw`\s+(${NAME})="([^"<]*)"`;
const TAG = new RegExp(`<(?:/(${NAME})\\s*|(${NAME})((?:${ATTRIBUTE})*)\\s*(/?))>`, 'y');
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
/** Everything but what XML 1.0 calls Char (section 2.2). */
// oxlint-disable-next-line no-control-regex -- they are what this is about
const NO_CHAR = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * Reads the part of XML 1.0 that a generated picture needs: elements, attributes in double quotes, text and the five
 * predefined entities; no prolog, comments, CDATA or processing instructions.
 * @throws Error where the text is not well-formed
 */
export function parseXml(text: string): XmlElement {
  const bad = NO_CHAR.exec(text);
  if (bad !== null) throw new Error(`no character of XML at ${bad.index}`);
  const top = { name: '', attributes: {}, children: [] as (XmlElement | string)[] };
  const open = [top];
  let at = 0;
  while (at < text.length) {
    const parent = open.at(-1) ?? top;
    if (text[at] !== '<') {
      const end = text.indexOf('<', at);
      const piece = text.slice(at, end === -1 ? undefined : end);
      if (open.length > 1) parent.children.push(decoded(piece));
      else if (piece.trim() !== '') throw new Error(`text outside of the root at ${at}`);
      at += piece.length;
      continue;
    }
    TAG.lastIndex = at;
    const [tag, closed, name = '', attributes = '', , , isEmpty] = TAG.exec(text) ?? [];
    if (tag === undefined) throw new Error(`no tag at ${at}: ${text.slice(at, at + 40)}`);
    at += tag.length;
    if (closed !== undefined) {
      if (open.length === 1 || parent.name !== closed) throw new Error(`</${closed}> at ${at}`);
      open.pop();
      continue;
    }
    const element = { name, attributes: attributesOf(attributes), children: [] };
    parent.children.push(element);
    if (isEmpty === '') open.push(element);
  }
  if (open.length > 1) throw new Error(`<${open.at(-1)?.name}> is not closed`);
  const [root, ...others] = top.children;
  if (root === undefined || others.length > 0) throw new Error('not exactly one root');
  return root as XmlElement;
}

/** The element's text and that of everything inside it. */
export function textOf(element: XmlElement): string {
  return element.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('');
}

/** The element and everything inside it, in the order of the document. */
export function elementsOf(element: XmlElement): XmlElement[] {
  const inside = element.children.filter((child) => typeof child !== 'string');
  return [element, ...inside.flatMap(elementsOf)];
}

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(new RegExp(ATTRIBUTE, 'g'))];
  const attributes = Object.fromEntries(
    found.map(([, name = '', value = '']) => [name, decoded(value)]),
  );
  if (Object.keys(attributes).length !== found.length) throw new Error(`twice: ${text}`);
  return attributes;
}

function decoded(text: string): string {
  return text.replaceAll(/&(\w*;?)/g, (whole, rest: string) => {
    const character = rest.endsWith(';') ? ENTITIES[rest.slice(0, -1)] : undefined;
    if (character === undefined) throw new Error(`no entity: ${whole}`);
    return character;
  });
}
