/** Compares texts by their UTF-16 units, as every machine does whatever its language. Pure, total. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
