import { lemonldap } from '../support/providers/lemonldap.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(lemonldap)
