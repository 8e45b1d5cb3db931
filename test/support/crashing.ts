/**
 * Where a process dies: at its effect number `at` (from 0), before it happens or after. Or where it only seems to: it
 * stands there for a while, and then goes on.
 */
export interface Crash {
  readonly at: number;
  readonly when: 'before' | 'after' | 'frozen';
}

type Effect = (...args: never[]) => unknown;

/**
 * Ports of a process that dies: from that moment on none of its effects happens, and none answers.
 * @param thaw resolves when one that is frozen goes on
 * @returns the ports, and what resolves when it is dead
 */
export function crashing<T extends Readonly<Record<string, object>>>(
  ports: T,
  crash: Crash | undefined,
  thaw: () => Promise<void> = async () => undefined,
): { readonly ports: T; readonly dead: Promise<'dead'>; readonly effects: () => number } {
  const { promise: dead, resolve: die } = Promise.withResolvers<'dead'>();
  const never = new Promise<never>(() => undefined);
  let effects = 0;
  let isDead = false;

  const around =
    (effect: Effect): Effect =>
    async (...args) => {
      const isLast = effects++ === crash?.at;
      if (isDead) return never;
      if (!isLast) {
        const answer = await effect(...args);
        return isDead ? never : answer;
      }
      if (crash?.when === 'frozen') {
        die('dead');
        await thaw();
        return effect(...args);
      }
      isDead = true;
      if (crash?.when === 'after') await effect(...args);
      die('dead');
      return never;
    };
  const wrapped = Object.entries(ports).map(([name, port]) => [
    name,
    Object.fromEntries(
      Object.entries(port).map(([method, effect]) => [
        method,
        typeof effect === 'function' ? around(effect as Effect) : effect,
      ]),
    ),
  ]);
  return { ports: Object.fromEntries(wrapped) as T, dead, effects: () => effects };
}
