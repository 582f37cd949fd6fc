import {
  describeClients,
  describeDeadTokens,
  describeExpiry,
} from '../e2e/discovery/clients.contract.ts'
import { atOidcProvider } from '../support/e2e/clients-oidc-provider.ts'
import { LIBRARY_NAMES } from '../support/e2e/discovering-libraries.ts'

const SECONDS = 5

describeClients(atOidcProvider(), LIBRARY_NAMES)
describeDeadTokens(atOidcProvider(), LIBRARY_NAMES)
describeExpiry(atOidcProvider({ accessTokenLifetimeSeconds: SECONDS }), LIBRARY_NAMES)
