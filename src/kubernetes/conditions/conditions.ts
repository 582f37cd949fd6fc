import { whyNotAsked } from '../../core/provider/request-terms.ts'
import type { ProviderStanding } from '../../core/provider/standing.ts'
import { tellAbsent } from './absent-claims.ts'
import { also, condition, type StatusProblem, tellProblems } from './condition.ts'
import type { DesiredCondition, DesiredHost, DesiredStatus } from './desired-status.ts'
import { providerReady } from './provider-conditions.ts'
import { withStalled } from './stalled.ts'
import type { Subject } from './subject.ts'

const LAST_GOOD = 'An earlier version of this object stays in force until it is mended'

const isOwn = ({ reason }: StatusProblem): boolean => reason === 'Invalid'

const isConflict = ({ reason }: StatusProblem): boolean => reason === 'HostConflict'

const accepted = ({ problems }: Subject): DesiredCondition => {
  const own = problems.filter(isOwn)
  return own.length === 0
    ? condition('Accepted', 'True', 'Accepted', 'The object is right as it is written.')
    : condition('Accepted', 'False', 'Invalid', tellProblems(own))
}

/** With the hosts that it lost to others: those of a route, or the callback host of a client. */
const acceptedWithHosts = (subject: Subject): DesiredCondition => {
  const itself = accepted(subject)
  const conflicts = subject.problems.filter(isConflict)
  if (itself.status === 'False' || conflicts.length === 0) return itself
  const isWhole = subject.hosts.every(({ state }) => state === 'Conflicted')
  const message = tellProblems(conflicts)
  return isWhole
    ? condition('Accepted', 'False', 'HostConflict', message)
    : condition('Accepted', 'True', 'PartiallyAccepted', message)
}

const resolvedRefs = ({ problems }: Subject): DesiredCondition => {
  const [first, ...others] = problems.filter((one) => !isOwn(one) && !isConflict(one))
  return first === undefined
    ? condition('ResolvedRefs', 'True', 'ResolvedRefs', 'Everything it refers to is there.')
    : condition('ResolvedRefs', 'False', first.reason, tellProblems([first, ...others]))
}

/**
 * What an object came to that cannot be used: because of itself, of what it names, or of what that
 * stands on.
 */
const unusable = (type: string, subject: Subject, beyond: string): DesiredCondition => {
  const { summary, missingRights } = subject
  const isRefused = resolvedRefs(subject).status === 'False'
  const own = summary.inForce === 'none' ? 'Invalid' : undefined
  const reason = own ?? (isRefused ? 'RefsNotResolved' : beyond)
  return condition(type, 'False', reason, also(summary.unusable ?? '', missingRights))
}

const areReady = (providers: readonly { readonly name: string }[]): string =>
  `${providers.map(({ name }) => `IdentityProvider ${name}`).join(' and ')} ${providers.length === 1 ? 'is' : 'are'} ready`

const waitingFor = ({ summary, standingOf }: Subject): readonly string[] => {
  const waiting = summary.providers.filter((provider) => !standingOf(provider).isReady)
  return waiting.length === 0
    ? []
    : [`Logins and tokens fail until ${areReady(waiting)}; there the status says why`]
}

const absence = ({ absent }: Subject): readonly string[] =>
  absent === undefined ? [] : [tellAbsent(absent)]

const oddities = ({ clientStanding }: Subject): readonly string[] =>
  (clientStanding?.notes ?? []).map((note) => `Note: ${note}`)

/** Why nobody can sign in: because of the provider, or of how this client would ask it. */
const hindranceOf = (
  { summary: { asking } }: Subject,
  { loginHindrance, requests }: ProviderStanding,
): string | undefined => {
  if (loginHindrance !== undefined || asking === undefined || requests === undefined) {
    return loginHindrance
  }
  const why = whyNotAsked(asking, requests)
  return why === undefined ? undefined : `${why}.`
}

const clientReady = (subject: Subject): DesiredCondition => {
  const { summary, standingOf, clientStanding, missingRights } = subject
  if (summary.unusable !== undefined) {
    const isLost = subject.problems.some(isConflict)
    return unusable('Ready', subject, isLost ? 'HostConflict' : 'ProviderNotReady')
  }
  const [provider] = summary.providers
  const standing = provider === undefined ? undefined : standingOf(provider)
  const odd = [...absence(subject), ...oddities(subject)]
  const more = [...waitingFor(subject), ...odd, ...missingRights]
  if (clientStanding?.hindrance !== undefined) {
    const text = also(`Nobody can sign in: ${clientStanding.hindrance}`, more)
    return condition('Ready', 'False', 'CredentialUnusable', text)
  }
  if (standing?.isReady === false) {
    return standing.lastError === undefined
      ? condition(
          'Ready',
          'Unknown',
          'ProviderPending',
          also('The provider is being discovered', more),
        )
      : condition(
          'Ready',
          'False',
          'ProviderNotReady',
          also('The provider cannot be used yet', more),
        )
  }
  const hindrance = standing && hindranceOf(subject, standing)
  if (hindrance !== undefined) {
    const text = also(`Nobody can sign in: ${hindrance}`, more)
    return condition('Ready', 'False', 'ProviderNotReady', text)
  }
  return summary.inForce === 'last_good'
    ? condition('Ready', 'True', 'UsingLastKnownGood', also(LAST_GOOD, more))
    : condition('Ready', 'True', 'Ready', also('Logins work', more))
}

const owned = (hosts: readonly DesiredHost[]): string =>
  hosts.some(({ state }) => state === 'Conflicted') ? ' on the hosts that belong to it' : ''

const byPlatform = ({ summary }: Subject): readonly string[] =>
  summary.platform === undefined ? [] : [`Required by the platform: ${summary.platform.join(', ')}`]

const programmed = (subject: Subject): DesiredCondition => {
  const { summary, hosts, missingRights } = subject
  const isLost = hosts.length > 0 && hosts.every(({ state }) => state === 'Conflicted')
  if (isLost) {
    const why = 'Every host of this route belongs to another route'
    return condition('Programmed', 'False', 'HostConflict', also(why, missingRights))
  }
  if (summary.unusable !== undefined) return unusable('Programmed', subject, 'ClientNotReady')
  const more = [...byPlatform(subject), ...waitingFor(subject), ...missingRights]
  return summary.inForce === 'last_good'
    ? condition('Programmed', 'True', 'UsingLastKnownGood', also(LAST_GOOD, more))
    : condition('Programmed', 'True', 'Programmed', also(`In force${owned(hosts)}`, more))
}

/**
 * Whether everything about a route is well, for those who look at `Ready` alone: in force on every
 * host, with providers that answer.
 */
const routeReady = (subject: Subject, inForce: DesiredCondition): DesiredCondition => {
  const { problems, summary, standingOf, missingRights } = subject
  const conflicts = problems.filter(isConflict)
  if (inForce.status !== 'True') return { ...inForce, type: 'Ready' }
  if (conflicts.length > 0) {
    return condition('Ready', 'False', 'PartiallyAccepted', tellProblems(conflicts))
  }
  const waiting = summary.providers.map(standingOf).filter(({ isReady }) => !isReady)
  const more = [...waitingFor(subject), ...missingRights]
  if (waiting.length === 0) {
    const reason = inForce.reason === 'Programmed' ? 'Ready' : inForce.reason
    return { ...inForce, type: 'Ready', reason }
  }
  return waiting.some(({ lastError }) => lastError !== undefined)
    ? condition('Ready', 'False', 'ProviderNotReady', also('A provider cannot be used yet', more))
    : condition('Ready', 'Unknown', 'ProviderPending', also('A provider is being discovered', more))
}

const published = ({ keys, lastDiscoveryMs }: ProviderStanding) => ({
  keys,
  ...(lastDiscoveryMs === undefined ? {} : { lastDiscoveryMs }),
})

/** What a status says of an object, whichever edition of it that is. */
export type StatusContent = Omit<DesiredStatus, 'ref' | 'uid' | 'generation'>

/** What the status of one custom resource ought to say. */
export const contentOf = (subject: Subject): StatusContent => {
  const { kind } = subject.summary.ref
  const refs = resolvedRefs(subject)
  if (kind === 'OIDCClient') {
    const { registration, absent } = subject
    return {
      conditions: withStalled([acceptedWithHosts(subject), refs, clientReady(subject)]),
      ...(registration === undefined ? {} : { registration }),
      ...(absent === undefined ? {} : { absentClaims: absent.names }),
    }
  }
  if (kind === 'ProtectedRoute') {
    const inForce = programmed(subject)
    const conditions = [acceptedWithHosts(subject), refs, inForce, routeReady(subject, inForce)]
    return { conditions: withStalled(conditions), hosts: subject.hosts }
  }
  const [provider] = subject.summary.providers
  const standing = provider === undefined ? undefined : subject.standingOf(provider)
  const ready =
    standing === undefined
      ? unusable('Ready', subject, 'RefsNotResolved')
      : providerReady(standing, subject)
  return {
    conditions: withStalled([accepted(subject), refs, ready]),
    ...(standing === undefined ? {} : published(standing)),
  }
}
