import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { FunctionDeclaration } from '../types.ts';

export interface SourceWatch {
  close(): void;
}

/** One save often makes several events. */
const SETTLE_MS = 100;
const SOURCE = /^(?<base>.+)\.(?:[cm]?[jt]s|json)$/;

/**
 * Watches the folders of the functions' handlers (bundles lie there, or the sources themselves). A changed file of a
 * handler's name concerns that function; any other one, all functions of the folder. Where a folder cannot be watched,
 * its functions stay as they were started.
 */
export function watchSources(
  functions: readonly FunctionDeclaration[],
  onChanged: (names: readonly string[]) => void,
): SourceWatch {
  const watchers: FSWatcher[] = [];
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = (names: readonly string[]) => {
    for (const name of names) changed.add(name);
    clearTimeout(timer);
    timer = setTimeout(() => {
      onChanged([...changed]);
      changed.clear();
    }, SETTLE_MS).unref();
  };
  const folders = Map.groupBy(functions, ({ handler }) => dirname(handler));
  for (const [folder, mine] of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, file) => {
        const base = SOURCE.exec(file ?? '')?.groups?.['base'];
        if (base !== undefined) note(concerned(mine, base));
      });
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // No folder yet, or no watches left on this machine.
    }
  }
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

function concerned(functions: readonly FunctionDeclaration[], base: string): string[] {
  const own = functions.filter(
    ({ handler }) => basename(handler).slice(0, basename(handler).lastIndexOf('.')) === base,
  );
  return (own.length > 0 ? own : functions).map(({ name }) => name);
}
