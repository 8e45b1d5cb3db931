import { setTimeout as sleep } from 'node:timers/promises';
import { endNow, processesOf } from '../support/processes.ts';

const ROUNDS_MAX = 40;
const ROUND_MS = 50;

/**
 * Ends what a broken program left running in the folder (Linux only), so that no break disturbs the next one.
 * @returns how many processes were ended
 */
export async function endLeftovers(dir: string): Promise<number> {
  const ended = new Set<number>();
  // One that is being ended may have started another one just before.
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const pids = processesOf(dir);
    if (pids.length === 0) break;
    for (const pid of pids) {
      ended.add(pid);
      endNow(pid);
    }
    await sleep(ROUND_MS);
  }
  return ended.size;
}
