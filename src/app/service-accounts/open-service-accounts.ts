import type { Config } from '../../config/config.ts'
import type { Budget } from '../../core/time/budget.ts'
import type { Clock } from '../../core/time/clock.ts'
import { createApiCalls } from '../../kubernetes/api/api-calls.ts'
import { createApiServer } from '../../kubernetes/api/api-server.ts'
import { createRequestToken } from '../../kubernetes/api/token-request.ts'
import type { TokenFile } from './file-tokens.ts'
import { createServiceAccounts, type ServiceAccounts } from './service-accounts.ts'

/** The tokens of service accounts, and the connection over which they are asked for. */
export interface OpenedServiceAccounts extends ServiceAccounts {
  readonly close: () => Promise<void>
}

const CALL_TIMEOUT_MS = 10_000

const fileOf = ({ credentials }: Pick<Config, 'credentials'>): { readonly file?: TokenFile } => {
  const { serviceAccountTokenFile: path, serviceAccountTokenClients: clients } = credentials
  return path === undefined ? {} : { file: { path, clients } }
}

/** Nothing is contacted before the first token is wanted. */
export const openServiceAccounts = (
  config: Pick<Config, 'credentials' | 'resources'>,
  times: { readonly clock: Clock; readonly newBudget: (timeoutMs: number) => Budget },
): OpenedServiceAccounts => {
  const common = { ...times, ...fileOf(config) }
  const { resources } = config
  if (resources.source === 'files') {
    return { ...createServiceAccounts(common), close: async () => undefined }
  }
  const { kubeconfigFile } = resources
  const api = createApiServer(kubeconfigFile === undefined ? {} : { kubeconfigFile })
  const requestToken = createRequestToken(createApiCalls(api, CALL_TIMEOUT_MS))
  const issuing = { requestToken, host: api.host }
  return { ...createServiceAccounts({ ...common, issuing }), close: api.close }
}
