import { createHash } from 'node:crypto'
import type { SiteAnswer } from '../../core/console/console-site.ts'
import { SECURITY_HEADERS } from './headers.ts'

/** A file of the console that is the same for everybody. */
interface Asset {
  readonly type: string
  readonly text: string
}

/** Answers for the files below `/console/assets/`, which need no sign-in. */
export type Assets = (name: string, knownTag: string | undefined) => SiteAnswer | undefined

/**
 * Serves files that are asked for anew each time and sent once: replicas of two versions, side by
 * side, never mix theirs.
 */
export const createAssets = (files: Readonly<Record<string, Asset>>): Assets => {
  const known = new Map(
    Object.entries(files).map(([name, file]) => {
      const tag = `"${createHash('sha256').update(file.text).digest('base64url').slice(0, 22)}"`
      return [name, { ...file, tag }] as const
    }),
  )
  return (name, knownTag) => {
    const file = known.get(name)
    if (file === undefined) return undefined
    const headers = { ...SECURITY_HEADERS, 'cache-control': 'no-cache', etag: file.tag }
    if (knownTag === file.tag) return { status: 304, headers, body: '' }
    return { status: 200, headers: { ...headers, 'content-type': file.type }, body: file.text }
  }
}
