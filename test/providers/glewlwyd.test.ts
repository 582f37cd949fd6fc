import { glewlwyd } from '../support/providers/glewlwyd.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(glewlwyd)
