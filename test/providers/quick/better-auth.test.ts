import { betterAuth } from '../../support/providers/better-auth.ts'
import { describeProvider } from '../provider.contract.ts'

describeProvider(betterAuth)
