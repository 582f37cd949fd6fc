import { oryHydra } from '../support/providers/ory-hydra.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(oryHydra)
