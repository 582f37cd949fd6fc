import {
  describeClients,
  describeDeadTokens,
  describeExpiry,
} from '../e2e/discovery/clients.contract.ts'
import { beforeKeycloak } from '../support/e2e/clients-keycloak.ts'
import { LIBRARY_NAMES } from '../support/e2e/discovering-libraries.ts'

const SECONDS = 5

describeClients(beforeKeycloak(), LIBRARY_NAMES)
describeDeadTokens(beforeKeycloak(), LIBRARY_NAMES)
describeExpiry(beforeKeycloak({ accessTokenLifetimeSeconds: SECONDS }), LIBRARY_NAMES)
