import { clientKeysPath } from '../../core/assertion/key-set.ts'
import type { Client } from '../../core/registration/client.ts'
import { type Finding, finding } from '../../oidc/inspection/finding.ts'
import { managedKeyOf } from '../../oidc/provider/managed-key.ts'
import { parseJsonObject } from '../../outbound/json.ts'

const TIMEOUT_MS = 2_000

const kidsIn = (text: string): readonly string[] => {
  const keys = parseJsonObject(text)?.keys
  return Array.isArray(keys)
    ? keys.flatMap((one) => {
        const kid = Object(one).kid
        return typeof kid === 'string' ? [kid] : []
      })
    : []
}

const published = async (url: string): Promise<Finding> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const [signing, ...others] = kidsIn(await response.text())
    if (signing !== undefined) {
      const text = `The service on this machine publishes its keys: ${signing} signs now, and ${others.length} ${others.length === 1 ? 'other is' : 'others are'} beside it`
      return finding('client keys', 'well', text)
    }
    const text = `${url} answers with ${response.status} and no key: see the status of the OIDCClient, and whether the service has read it`
    return finding('client keys', 'warning', text)
  } catch {
    const text = `${url} does not answer, so its keys cannot be looked at from this machine`
    return finding('client keys', 'unknown', text)
  }
}

/**
 * Where the keys are that the service makes for a client, what its provider has to know of that,
 * and what is there. `origin`: of the port `http.listen` on this machine, where that is known.
 */
export const clientKeyFindings = async (
  client: Client,
  origin: string | undefined,
): Promise<readonly Finding[]> => {
  if (managedKeyOf(client) === undefined) return []
  const path = clientKeysPath(client.name)
  const text = `Register the URL by which the provider reaches ${path} of \`http.listen\` as the JWKS URL of the client; whether it reaches it cannot be seen from here`
  return [
    finding('client keys', 'unknown', text),
    ...(origin === undefined ? [] : [await published(`${origin}${path}`)]),
  ]
}
