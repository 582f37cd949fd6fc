import { djangoOauthToolkit } from '../support/providers/django.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(djangoOauthToolkit)
