import type { Framing } from '../core/decision/decision.ts'
import type { Look } from './look.ts'

/** Nothing but this style is used, and images that are in the page where it shows one. */
export const ownSources = ({ style, logo }: Look): readonly string[] => [
  "default-src 'none'",
  style.source,
  ...(logo === undefined ? [] : ['img-src data:']),
]

const ancestorsOf = (framing: Framing | undefined): string => {
  if (framing === undefined) return "'none'"
  return framing === 'anybody' ? '*' : ["'self'", ...framing].join(' ')
}

/**
 * No script, no form, nothing fetched, only what is in the page, and no frame but those that are
 * allowed (Content Security Policy Level 3).
 */
export const pagePolicy = (look: Look, framing?: Framing): string =>
  [
    ...ownSources(look),
    `frame-ancestors ${ancestorsOf(framing)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
