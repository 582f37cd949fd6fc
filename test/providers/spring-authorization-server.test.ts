import { springAuthorizationServer } from '../support/providers/spring.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(springAuthorizationServer)
