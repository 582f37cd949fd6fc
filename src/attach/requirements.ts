import type { Gateway } from './gateways.ts'
import { type AttachOptions, COMMON_OPTIONS, flagOf, type GatewayOption } from './options.ts'

/** What is asked of a gateway. */
export interface Asked {
  readonly name: string
  readonly gateway: Gateway
  readonly options: AttachOptions
  /** The hosts of the ProtectedRoutes under `--routes`; absent: not all of them could be read. */
  readonly routeHosts?: readonly string[]
  /** The callback paths of the OIDCClients there that are answered by a form. */
  readonly routeCallbackPaths?: readonly string[]
}

const unused = ({ name, gateway, options }: Asked): readonly string[] =>
  (Object.keys(options) as (keyof AttachOptions)[])
    .filter((option): option is GatewayOption => !COMMON_OPTIONS.has(option))
    .filter((option) => options[option] !== undefined && !gateway.takes.includes(option))
    .map((option) => `${flagOf(option)}: nothing of ${name} is filled in with it; leave it out`)

const hasHosts = ({ options }: Asked): boolean =>
  options.host !== undefined || options.routes !== undefined

const lackingHosts = (asked: Asked): readonly string[] => {
  const { name, gateway, options } = asked
  const isNeeded =
    gateway.route === 'required' || (gateway.route === 'optional' && options.upstream !== undefined)
  return isNeeded && !hasHosts(asked)
    ? [`--host: the route of ${name} needs its hosts: name them, or use --routes`]
    : []
}

const lackingUpstream = (asked: Asked): readonly string[] => {
  const { name, gateway, options } = asked
  const isNeeded = gateway.route === 'required' || (gateway.route === 'optional' && hasHosts(asked))
  return isNeeded && options.upstream === undefined
    ? [`--upstream: the route of ${name} needs the Service that it leads to: NAME.NAMESPACE:PORT`]
    : []
}

const emptyRoutes = ({ options, routeHosts }: Asked): readonly string[] =>
  options.routes !== undefined && routeHosts?.length === 0
    ? ['--routes: there is no ProtectedRoute: name the files or folders that hold them']
    : []

const twoTargets = ({ options: { gateway, selector, namespace } }: Asked): readonly string[] =>
  gateway !== undefined && (selector !== undefined || namespace !== undefined)
    ? ['--gateway: names a Gateway with its namespace; leave out --selector and --namespace']
    : []

const twoCertificates = ({ options }: Asked): readonly string[] =>
  options.serviceTls !== undefined && options.serviceCa !== undefined
    ? ['--service-tls: has the authority in it; leave out --service-ca']
    : []

const nameWithoutTls = ({ options }: Asked): readonly string[] =>
  options.serviceName !== undefined &&
  options.serviceTls === undefined &&
  options.serviceCa === undefined
    ? ['--service-name: nobody looks at it without --service-tls or --service-ca; leave it out']
    : []

/** Where only a route of its own can have the body, something has to be known to make one of. */
const bodyWithoutRoute = ({ name, gateway, options }: Asked): readonly string[] => {
  const isNeeded = gateway.route === 'optional' && gateway.takes.includes('callbackPath')
  if (!isNeeded || options.upstream !== undefined) return []
  return (['callbackBody', 'authorizationServerBody'] as const)
    .filter((option) => options[option] === true)
    .map(
      (option) =>
        `${flagOf(option)}: ${name} sends a body along by the route, and its paths need one of their own: name --host and --upstream`,
    )
}

const pathWithoutBody = ({ options: { callbackPath, callbackBody } }: Asked): readonly string[] =>
  callbackPath !== undefined && callbackBody !== true
    ? ['--callback-path: says where bodies are sent along, and none are: add --callback-body']
    : []

/** A sentence for every option that a gateway lacks or has no use for. */
export const unmetRequirements = (asked: Asked): readonly string[] =>
  [
    unused,
    lackingHosts,
    lackingUpstream,
    emptyRoutes,
    twoTargets,
    twoCertificates,
    nameWithoutTls,
    bodyWithoutRoute,
    pathWithoutBody,
  ].flatMap((check) => check(asked))
