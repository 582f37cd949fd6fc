import { djangoOidcProvider } from '../support/providers/django.ts'
import { describeProvider } from './provider.contract.ts'

describeProvider(djangoOidcProvider)
