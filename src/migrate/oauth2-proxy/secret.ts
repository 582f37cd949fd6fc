import { type JsonObject, objectIn, textIn } from '../reading/json.ts'
import type { Ledger } from '../reading/ledger.ts'
import { type Place, secretComments } from '../writing/manifests.ts'

/** How the client proves itself, and what to do about its secret. */
export interface ClientSecret {
  readonly authentication: JsonObject
  readonly comments: readonly string[]
}

const byAccount = (ledger: Ledger, { name }: Place): ClientSecret => {
  ledger.say(
    'entra_id_federated_token_auth',
    'the ServiceAccount shows its token; docs/client-authentication.md says what the provider has to trust',
  )
  return {
    authentication: { method: 'service_account_token', serviceAccountRef: { name } },
    comments: [`Make the ServiceAccount ${name}, and have the provider trust its tokens.`],
  }
}

/** The Secret is the one that the pods read, if they do; else one that has to be made. */
export const clientSecretOf = (ledger: Ledger, place: Place): ClientSecret => {
  if (ledger.flag('entra_id_federated_token_auth') === true) return byAccount(ledger, place)
  const { name, key } = objectIn(objectIn(ledger.value('client_secret')).secretKeyRef)
  const file = ledger.text('client_secret_file')
  const [known, knownKey = 'client-secret'] = [textIn(name), textIn(key)]
  if (known !== undefined) {
    const secretRef =
      knownKey === 'client-secret' ? { name: known } : { name: known, key: knownKey }
    return {
      authentication: { secretRef },
      comments: [`The Secret ${known} is the one that oauth2-proxy reads.`],
    }
  }
  const secret = { name: `${place.name}-client`, namespace: place.namespace }
  return {
    authentication: { secretRef: { name: secret.name } },
    comments: [
      ...secretComments(secret),
      ...(file === undefined ? [] : [`oauth2-proxy reads it from ${file}.`]),
    ],
  }
}
