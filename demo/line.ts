import { styleText } from 'node:util';

export type Style = 'bold' | 'cyan' | 'dim' | 'green' | 'red';

/** A piece of a line; without a style it looks as text does. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One line of what the demo says, without its end. */
export type Line = readonly Span[];

/** The line as stdout shows it: coloured where stdout is a terminal and nothing (NO_COLOR) says otherwise. */
export function terminalText(line: Line): string {
  return line
    .map(({ text, style }) => (style === undefined ? text : styleText(style, text)))
    .join('');
}

/** Lines without any style. */
export function plainLines(text: string): Line[] {
  return text.split('\n').map((line) => (line === '' ? [] : [{ text: line }]));
}
