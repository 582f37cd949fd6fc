import { oidcProvider } from '../../support/providers/oidc-provider.ts'
import { describeProvider } from '../provider.contract.ts'

describeProvider(oidcProvider)
