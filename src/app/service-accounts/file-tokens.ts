import { readFile } from 'node:fs/promises'
import type { WantedToken } from '../../core/provider/service-account-tokens.ts'
import type { Clock } from '../../core/time/clock.ts'
import type { Issuing } from './asked-tokens.ts'
import { failed, type Outcome } from './outcome.ts'
import { audiencesOf, judgeToken, type Trait } from './shown-token.ts'

/** The file in which a token of the process lies, and who may show it. */
export interface TokenFile {
  readonly path: string
  /** `namespace/name` of OIDCClients. */
  readonly clients: readonly string[]
}

/** Where the kubelet puts the token that a pod shows to the API server. */
export const OWN_TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token'

const MISSING =
  'neither spec.authentication.serviceAccountRef nor credentials.serviceAccountTokenFile of the process says whose token is shown: set one'

/** What mends a token that may not be shown. */
const REMEDIES: Readonly<Record<Trait, string>> = {
  audience: 'set `audience` of the projected volume',
  time: 'nobody has put another there: mount the projected volume itself, without `subPath`, so that the kubelet rotates it, and with `expirationSeconds` of 600 or more',
  form: 'name the file of a projected volume with a `serviceAccountToken`',
}

/** The kubelet asks for that token without an audience, so that it has those of the API server. */
const readOwnAudiences = async (path: string): Promise<readonly string[]> => {
  try {
    return audiencesOf((await readFile(path, 'utf8')).trim())
  } catch {
    return []
  }
}

/** The token in a file, which is read each time, as the kubelet rotates it. Never rejects. */
export const createFileTokens = (deps: {
  readonly clock: Clock
  readonly file?: TokenFile
  readonly issuing?: Pick<Issuing, 'host'>
  /** The token that is good at the API server, from which its audiences are read. */
  readonly ownTokenFile: string
}): ((wanted: WantedToken) => Promise<Outcome>) => {
  const { clock, file, issuing, ownTokenFile } = deps
  return async ({ client, audience }) => {
    if (file === undefined) return failed(true, MISSING)
    if (!file.clients.includes(client)) {
      return failed(true, 'credentials.serviceAccountTokenClients of the process does not name it')
    }
    try {
      const text = (await readFile(file.path, 'utf8')).trim()
      const api = { audiences: await readOwnAudiences(ownTokenFile), host: await issuing?.host() }
      const judged = judgeToken(text, audience, { nowMs: clock.nowMs(), api })
      if (judged.ok) return judged
      const what = `the token in credentials.serviceAccountTokenFile ${judged.why}`
      return failed(true, `${what}: ${REMEDIES[judged.isAbout]}`)
    } catch {
      return failed(false, 'credentials.serviceAccountTokenFile cannot be read')
    }
  }
}
