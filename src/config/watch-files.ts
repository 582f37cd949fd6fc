import { unwatchFile, watchFile } from 'node:fs'

/** How often a watched file is looked at; mounted Secrets are replaced by link, which no event reports. */
const INTERVAL_MS = 1_000

/** Calls `changed` when one of the files is replaced or rewritten. Does not keep the process alive. */
export const watchFiles = (
  files: readonly string[],
  changed: () => void,
  intervalMs: number = INTERVAL_MS,
): { readonly stop: () => void } => {
  const onStat = (now: { mtimeMs: number; ino: number }, before: typeof now): void => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) changed()
  }
  for (const file of files) {
    watchFile(file, { persistent: false, interval: intervalMs }, onStat)
  }
  return {
    stop: () => {
      for (const file of files) unwatchFile(file, onStat)
    },
  }
}
