import type { Client } from '../../../core/registration/client.ts'
import { isSafeReturnPath } from '../../../core/request/return-url.ts'
import { type Checked, right, wrong } from '../../matching/checked.ts'
import { canonicalPath } from '../../matching/path-pattern.ts'
import type { OIDCClient } from '../../resource/resource.ts'
import type { Findings } from '../object/findings.ts'

/** A path that the client keeps for itself, in `spec.<field>.path`. */
export const ownPath = (field: string, written: string, findings: Findings): string =>
  findings.take(['spec', field, 'path'], 'path', written, canonicalPath(written)) ?? written

const redirectUrl = (written: string): Checked<string> => {
  if (isSafeReturnPath(written)) return right(written)
  const absolute = URL.canParse(written) && written.startsWith('https://')
  return absolute ? right(written) : wrong('is neither a path on the same host nor an `https` URL')
}

/** What `rd` may name. One of the two paths would begin anew what has just come to its end. */
const redirectUrlsOf = (
  { logout, callback }: OIDCClient['spec'],
  findings: Findings,
): readonly string[] => {
  for (const [index, url] of logout.redirectURLs.entries()) {
    const field = ['spec', 'logout', 'redirectURLs', index]
    findings.take(field, 'URL', url, redirectUrl(url))
    const [path] = url.split('?', 1)
    if (path !== logout.path && path !== callback.path) continue
    findings.add(
      field,
      `The path "${path}" is that of the sign-out or of the callback: name a page`,
    )
  }
  return [...logout.redirectURLs]
}

/** How a client signs out, and what is wrong with that. */
export const logoutOf = (spec: OIDCClient['spec'], findings: Findings): Client['logout'] => {
  const { path, redirectURL, atProvider, revokeTokens, backChannel, frontChannel } = spec.logout
  if (path === spec.callback.path) {
    const message = `The path "${path}" is the callback path as well: one path cannot both finish a login and sign out`
    findings.add(['spec', 'logout', 'path'], message)
  }
  const redirectUrls = redirectUrlsOf(spec, findings)
  if (redirectURL !== undefined) {
    const field = ['spec', 'logout', 'redirectURL']
    findings.take(field, 'URL', redirectURL, redirectUrl(redirectURL))
  }
  return {
    path: ownPath('logout', path, findings),
    ...(redirectURL === undefined ? {} : { redirectUrl: redirectURL }),
    redirectUrls,
    atProvider,
    endSessionParameters: { ...spec.logout.endSession?.parameters },
    revokeTokens,
    backChannel,
    ...(frontChannel ? { frontChannelPath: `${path}/frontchannel` } : {}),
  }
}
