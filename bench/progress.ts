/** How far something had come when somebody looked. */
export interface Progress {
  readonly atMs: number;
  readonly count: number;
}

/**
 * Records a second in each of so many equal stretches of the way, by the first look at or after each end. Pure.
 * @param looks in the order of time, the first where counting begins
 * @throws RangeError where two ends fall on one look
 */
export function ratesOf(looks: readonly Progress[], stretches: number): readonly number[] {
  const first = looks[0];
  const last = looks.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('nobody looked');
  const endOf = (stretch: number): Progress => {
    const count = first.count + ((last.count - first.count) * stretch) / stretches;
    return looks.find((look) => look.count >= count) ?? last;
  };
  return Array.from({ length: stretches }, (_, stretch) => {
    const [from, to] = [endOf(stretch), endOf(stretch + 1)];
    if (to.atMs <= from.atMs) throw new RangeError('looked too seldom');
    return ((to.count - from.count) / (to.atMs - from.atMs)) * 1000;
  });
}
