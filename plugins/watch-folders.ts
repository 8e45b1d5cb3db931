import { watch, type FSWatcher } from 'node:fs';

/** One save often makes several events. */
const SETTLE_MS = 100;

/**
 * Calls back after something in one of the folders has changed. Where a folder cannot be watched, its changes go unnoticed.
 * @returns ends the watch
 */
export function watchFolders(folders: Iterable<string>, onChanged: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers: FSWatcher[] = [];
  for (const folder of folders) {
    try {
      const watcher = watch(folder, { persistent: false }, () => {
        clearTimeout(timer);
        timer = setTimeout(onChanged, SETTLE_MS).unref();
      });
      watcher.on('error', () => watcher.close());
      watchers.push(watcher);
    } catch {
      // Gone, or no watches left on this machine.
    }
  }
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
