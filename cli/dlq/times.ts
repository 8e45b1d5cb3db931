import { parseInstant } from '../../lib/decide/instant.ts';
import { UsageError } from '../command.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * A point in time as people write it → ISO 8601 UTC. `2h` is two hours ago; a date is its midnight, UTC.
 * @throws UsageError
 */
export function parseTime(text: string, option: string, nowMs: number): string {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return new Date(nowMs - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]).toISOString();
  }
  const timeMs = parseInstant(text);
  if (timeMs === undefined) {
    throw new UsageError(
      `--${option} is "${text}": write a date (2026-01-31), an instant with its zone (2026-01-31T10:00:00Z), or how long ago (90m, 2h, 7d)`,
    );
  }
  return new Date(timeMs).toISOString();
}

/** A length of time for people: the two largest units. Pure, total. @param seconds ≥ 0 */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return join(minutes, 'min', whole % 60, 's');
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? join(hours, 'h', minutes % 60, 'min')
    : join(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function join(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}

/** An instant of an answer, to the second; as it is where it is none. Pure, total. */
export function timeText(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(iso) && iso.endsWith('Z')
    ? `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`
    : iso;
}
