/** ISO 8601 with a zone, for a time without one would be another instant on another machine. */
const DATE_OR_INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/**
 * A date (its midnight, UTC) or an instant with its zone, as people write them → epoch ms; undefined where it is neither, or
 * no day of the calendar. Pure, total.
 */
export function parseInstant(text: string): number | undefined {
  if (!DATE_OR_INSTANT.test(text)) return undefined;
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) return undefined;
  // Date.parse takes the 31st of February for the 3rd of March: the day must come out as it went in.
  const day = text.slice(0, 10);
  return new Date(Date.parse(day)).toISOString().startsWith(day) ? timeMs : undefined;
}
