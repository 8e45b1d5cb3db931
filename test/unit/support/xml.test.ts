import { expect, it } from 'vitest';
import { elementsOf, parseXml, textOf } from '../../support/xml.ts';

it('reads elements, attributes, text and entities', () => {
  const root = parseXml('<a b="1&amp;2" x:y="">one <c/><d>&lt;two&gt;</d >\n three</a>\n');
  expect(root.attributes).toEqual({ b: '1&2', 'x:y': '' });
  expect(textOf(root)).toBe('one <two>\n three');
  expect(elementsOf(root).map(({ name }) => name)).toEqual(['a', 'c', 'd']);
});

it.each([
  { text: '', says: 'not exactly one root' },
  { text: 'text', says: 'text outside of the root' },
  { text: '<a>', says: '<a> is not closed' },
  { text: '</a>', says: '</a> at' },
  { text: '<a></b>', says: '</b> at' },
  { text: '<a><b></a></b>', says: '</a> at' },
  { text: '<a/><b/>', says: 'not exactly one root' },
  { text: '<a/>text', says: 'text outside of the root' },
  { text: '<a b=1/>', says: 'no tag' },
  { text: '<a b="<"/>', says: 'no tag' },
  { text: '<a b="1"c="2"/>', says: 'no tag' },
  { text: '<a b="1" b="2"/>', says: 'twice' },
  { text: '<a>1 < 2</a>', says: 'no tag' },
  { text: '<a>this & that</a>', says: 'no entity' },
  { text: '<a>&nbsp;</a>', says: 'no entity' },
  { text: '<a>\u001b[1m</a>', says: 'no character of XML' },
  { text: '<a>\ud800</a>', says: 'no character of XML' },
  { text: '<a>\uffff</a>', says: 'no character of XML' },
])('refuses $text', ({ text, says }) => {
  expect(() => parseXml(text)).toThrow(says);
});
