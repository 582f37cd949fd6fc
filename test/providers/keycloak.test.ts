import { keycloak } from '../support/providers/keycloak.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(keycloak)
