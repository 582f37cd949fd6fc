import { oauth2MockServer } from '../../support/providers/oauth2-mock-server.ts'
import { describeProvider } from '../provider.contract.ts'

describeProvider(oauth2MockServer)
