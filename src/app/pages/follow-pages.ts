import { join } from 'node:path'
import type { PagesConfig } from '../../config/pages.ts'
import { watchFiles } from '../../config/watch-files.ts'
import type { Look } from '../../http/look.ts'
import type { Logger } from '../../observability/logger.ts'
import { loadPages } from './load-pages.ts'
import { textFilesIn } from './load-texts.ts'

/** How pages look now. */
export interface Pages {
  readonly look: () => Look
  readonly stop: () => void
}

const filesOf = ({ logoFile, messages }: PagesConfig): readonly string[] => {
  const logo = logoFile === undefined ? [] : [logoFile]
  if (messages === undefined) return logo
  try {
    return [...logo, messages, ...textFilesIn(messages).map((name) => join(messages, name))]
  } catch {
    return [...logo, messages]
  }
}

/**
 * Follows the logo and the texts: what is good is used for the next page, what is not is told and
 * changes nothing. Files that come later are followed too.
 */
export const followPages = (
  config: PagesConfig,
  first: Look,
  logger: Pick<Logger, 'info' | 'error'>,
  intervalMs?: number,
): Pages => {
  if (config.logoFile === undefined && config.messages === undefined) {
    return { look: () => first, stop: () => undefined }
  }
  let look = first
  let isStopped = false
  let latest = 0

  const reread = async (): Promise<void> => {
    latest += 1
    const turn = latest
    const loaded = await loadPages(config)
    if (turn !== latest) return
    if (loaded.kind === 'problems') {
      for (const one of loaded.problems) logger.error(`${one}. The former pages stay.`)
      return
    }
    look = loaded.look
    logger.info('The logo and the texts of pages were read again.')
  }

  const follow = (): { readonly stop: () => void } =>
    watchFiles(filesOf(config), changed, intervalMs)
  const changed = (): void => {
    watching.stop()
    if (!isStopped) watching = follow()
    void reread()
  }
  let watching = follow()
  return {
    look: () => look,
    stop: () => {
      isStopped = true
      watching.stop()
    },
  }
}
