import { mockOauth2Server } from '../support/providers/mock-oauth2-server.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(mockOauth2Server)
