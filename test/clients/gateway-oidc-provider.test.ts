import {
  describeClients,
  describeDeadTokens,
  describeExpiry,
} from '../e2e/discovery/clients.contract.ts'
import { beforeOidcProvider } from '../support/e2e/clients-oidc-provider.ts'
import { LIBRARY_NAMES } from '../support/e2e/discovering-libraries.ts'

const SECONDS = 5

describeClients(beforeOidcProvider(), LIBRARY_NAMES)
describeDeadTokens(beforeOidcProvider(), LIBRARY_NAMES)
describeExpiry(beforeOidcProvider({ accessTokenLifetimeSeconds: SECONDS }), LIBRARY_NAMES)
