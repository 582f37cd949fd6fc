import type { Rule } from '../../../core/policy/policy.ts'
import type { Client } from '../../../core/registration/client.ts'
import type { FieldPath } from '../../resource/resource.ts'
import type { Finding } from '../object/findings.ts'

/** A rule, where it stands, and the clients whose sessions it takes. */
export interface Forwarding {
  readonly rule: Rule
  readonly clients: readonly Client[]
  readonly field: FieldPath
}

const isBound = ({ senderConstrained }: Client): boolean => senderConstrained !== 'None'

const finding = (field: FieldPath, message: string): Finding => ({
  field,
  message,
  reason: 'ClientUnsuitable',
})

/** The tokens of sessions that a rule forwards, as the clients have them bound. */
const forwarded = ({ rule, clients, field }: Forwarding): readonly Finding[] => {
  const { upstream, authenticate } = rule
  const takesSessions = authenticate.some(({ kind }) => kind === 'session')
  if (rule.public || upstream.authorization !== 'AccessToken' || !takesSessions) return []
  return clients
    .filter(isBound)
    .map(({ name, senderConstrained }) =>
      finding(
        [...field, 'upstream'],
        `\`senderConstrained\` of OIDCClient ${name} is ${senderConstrained}, so that nobody but the gateway can use its access tokens, and the upstream would get them by \`upstream.authorization\` AccessToken, which is the default: set it to Exchange, IDToken or Remove; an \`assertion\` tells the upstream for certain who it is`,
      ),
    )
}

/** Ways in by which callers are given tokens, as the client that a member names. */
const GRANTING: ReadonlySet<string> = new Set(['password', 'refreshToken'])

/** A token that is bound to this service proves nothing of whoever called. */
const granted = ({ rule, field }: Forwarding): readonly Finding[] =>
  rule.authenticate.flatMap((method) => {
    if (method.kind !== 'credential' || !GRANTING.has(method.way)) return []
    const { client, way } = method
    if (client === undefined || !isBound(client)) return []
    const message = `\`senderConstrained\` of OIDCClient ${client.name} is ${client.senderConstrained}, so that callers cannot be given tokens as that client by \`${way}\`: name another in \`clientRef\`, whose \`senderConstrained\` is None`
    return [finding([...field, 'authenticate'], message)]
  })

/** Where rules would have somebody use access tokens that are bound to this service. */
export const forwardsBound = (places: readonly Forwarding[]): readonly Finding[] =>
  places.flatMap((place) => [...forwarded(place), ...granted(place)])
