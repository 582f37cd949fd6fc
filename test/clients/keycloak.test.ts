import {
  describeClients,
  describeDeadTokens,
  describeExpiry,
} from '../e2e/discovery/clients.contract.ts'
import { atKeycloak } from '../support/e2e/clients-keycloak.ts'
import { LIBRARY_NAMES } from '../support/e2e/discovering-libraries.ts'

const SECONDS = 5

describeClients(atKeycloak(), LIBRARY_NAMES)
describeDeadTokens(atKeycloak(), LIBRARY_NAMES)
describeExpiry(atKeycloak({ accessTokenLifetimeSeconds: SECONDS }), LIBRARY_NAMES)
