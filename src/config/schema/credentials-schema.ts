import { boolean, clients, file } from './field-kinds.ts'
import { group } from './shape.ts'

/** What others prove themselves by here, and what clients of ours do elsewhere. */
export const credentials = group({
  allowPasswordGrant: boolean(
    'Whether routes may take names and passwords of people (`authenticate` with `password`). RFC 9700 section 2.4 forbids that grant: for migrations only; warned about at every start.',
  ).default(false),
  serviceAccountTokenFile: file(
    'A projected token of the Kubernetes service account of this process, for one audience, which OIDCClients with `method: service_account_token` and no `serviceAccountRef` show to their providers. Read each time, so that it may be rotated. Not the token in /var/run/secrets/kubernetes.io, which is for the API server and shown to nobody.',
  ).optional(),
  serviceAccountTokenClients: clients(
    'The OIDCClients that may show `credentials.serviceAccountTokenFile`, as `namespace/name`: whoever may edit one of them is this process to the provider.',
  ).default([]),
})
