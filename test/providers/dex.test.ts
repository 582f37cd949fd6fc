import { dex } from '../support/providers/dex.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(dex)
