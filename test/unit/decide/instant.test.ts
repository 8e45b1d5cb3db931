import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../../lib/decide/instant.ts';

describe('an instant', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T10:00Z', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:05.25+01:00', '2026-01-31T09:00:05.250Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(parseInstant(text)).toBe(Date.parse(iso));
  });

  it.each([
    '',
    '2026',
    '2026-02-31',
    '2026-02-29',
    '2026-13-01',
    '2026-01-31T10:00:00',
    '2026-01-31T25:00Z',
    '2026-01-31 10:00:00Z',
    ' 2026-01-31',
    'yesterday',
  ])('"%s" is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('that a Date writes is read as it was', () => {
    const dates = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime());
      }),
    );
  });

  it('of any text is a time or none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const timeMs = parseInstant(text);
        expect(timeMs === undefined || Number.isFinite(timeMs)).toBe(true);
      }),
    );
  });
});
