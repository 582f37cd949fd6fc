import { asFault } from '../../core/reason/fault.ts'
import type { ClaimSource, Provider } from '../../core/registration/provider.ts'
import type { Answer } from '../../outbound/outbound-fetch.ts'
import { countKeys } from '../provider/keys.ts'
import type { ProviderHandle } from '../provider/provider-handle.ts'
import type { Providers } from '../provider/providers.ts'
import { type Finding, finding } from './finding.ts'

const found = (state: Finding['state'], text: string): Finding =>
  finding('claim sources', state, text)

const ofKeys = async (handle: ProviderHandle, issuer: string): Promise<Finding> => {
  try {
    const keys = await handle.keys.get(undefined)
    return found('well', `Of the claim source ${issuer} there are ${countKeys(keys)} usable keys`)
  } catch (thrown) {
    return found('problem', (handle.keys.status().fault ?? asFault(thrown)).message)
  }
}

const ofAnswer = (url: string, { status }: Answer): Finding =>
  status >= 200 && status < 300
    ? found('warning', `${url} answers whoever asks, without a token, with status ${status}`)
    : found('well', `${url} is there: without a token it answers with status ${status}`)

const ofEndpoint = async (handle: ProviderHandle, url: string): Promise<Finding> => {
  try {
    const headers = { accept: 'application/jwt' }
    return ofAnswer(url, await handle.fetch.call({ method: 'GET', url, headers }))
  } catch (thrown) {
    return found('problem', asFault(thrown).message)
  }
}

const ofSource = async (
  { provider, endpoints }: ClaimSource,
  providers: Providers,
): Promise<readonly Finding[]> => {
  const handle = providers.of(provider)
  const asked = endpoints.map((url) => ofEndpoint(handle, url))
  return Promise.all([ofKeys(handle, provider.issuer), ...asked])
}

/** Whether the claim sources of a provider have keys, and answer; nobody's token is sent. */
export const inspectClaimSources = async (
  { claimSources = [] }: Provider,
  providers: Providers,
): Promise<readonly Finding[]> => {
  const each = await Promise.all(claimSources.map((source) => ofSource(source, providers)))
  return each.flat()
}
