import { atOidcProvider } from '../../support/e2e/clients-oidc-provider.ts'
import { describeClients } from './clients.contract.ts'

describeClients(atOidcProvider(), ['sdk', 'client', 'mcp1'])
