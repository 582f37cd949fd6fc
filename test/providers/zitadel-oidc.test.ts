import { zitadelOidc } from '../support/providers/zitadel-oidc.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(zitadelOidc)
