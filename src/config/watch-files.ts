import { statSync } from 'node:fs'

/**
 * How often a watched file is looked at; mounted Secrets are replaced by link, which no event
 * reports.
 */
const INTERVAL_MS = 1_000

const fingerprint = (file: string): string => {
  try {
    const { ino, size, mtimeMs } = statSync(file)
    return `${ino} ${size} ${mtimeMs}`
  } catch {
    return 'not there, or not to be read'
  }
}

/**
 * Calls `changed` when one of the files is replaced, rewritten or removed after this call. Does not
 * keep the process alive. Looking at a handful of files this way costs microseconds a second.
 */
export const watchFiles = (
  files: readonly string[],
  changed: () => void,
  intervalMs: number = INTERVAL_MS,
): { readonly stop: () => void } => {
  const look = (): string => files.map(fingerprint).join('\n')
  let seen = look()
  const timer = setInterval(() => {
    const now = look()
    if (now === seen) return
    seen = now
    changed()
  }, intervalMs).unref()
  return { stop: () => clearInterval(timer) }
}
