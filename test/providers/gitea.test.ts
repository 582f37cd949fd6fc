import { gitea } from '../support/providers/gitea.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(gitea)
