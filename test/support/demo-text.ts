import { elementsOf, parseXml, textOf, type XmlElement } from './xml.ts';

/** The lines of the demo that a picture of it shows, empty ones left out: the command comes first. */
export function linesOfPicture(svg: string): string[] {
  const rows = elementsOf(parseXml(svg)).filter((one) => one.attributes['class'] === 'rows');
  return rows.flatMap(elementsOf).filter(isText).map(textOf);
}

const isText = ({ name }: XmlElement) => name === 'text';

/** A line without what is another each time: numbers, ids, what was made of ids, folders, the time in front. */
export function plain(line: string): string {
  return line
    .replaceAll(/\b(ORDER(?:-TEST-\w+)?|KEY)-[\w-]+/g, '$1-…')
    .replace(/"(id|group|example)": "\w+"/, '"$1": "…"')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…')
    .replaceAll(/\b[0-9a-f]{16}\b/g, '…')
    .replace(/--value-base64 \S+/, '--value-base64 …')
    .replace(/log: \S+/, 'log: …')
    .replaceAll(/\d+(\.\d+)?/g, 'N')
    .replace(/^\s*(N s\s+)?/, '');
}
