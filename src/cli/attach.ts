import { gateways } from '../attach/gateways.ts'
import { readInputs } from '../attach/inputs.ts'
import type { AttachFile } from '../attach/manifest/attachment.ts'
import { documentsOf, joinFiles } from '../attach/manifest/documents.ts'
import type { AttachOptions } from '../attach/options.ts'
import type { Resource } from '../policy/resource/resource.ts'
import { formatProblem, type LocatedProblem } from '../resources/manifest/diagnostics.ts'
import { complain } from './terminal/complain.ts'
import { EXIT, type ExitCode } from './terminal/exit-code.ts'
import type { Io } from './terminal/io.ts'
import { givenManifests, readGiven } from './terminal/manifests.ts'
import { dataText, type Output } from './terminal/output.ts'
import { meant } from './usage/meant.ts'

/** The options of `attach`. */
export interface AttachCommandOptions extends AttachOptions {
  /** The name of the one file to print. */
  readonly only?: string | undefined
  readonly output: Output | 'name'
}

interface RouteRead {
  readonly hosts: readonly string[]
  readonly callbackPaths: readonly string[]
  readonly problems: readonly LocatedProblem[]
}

/** The hosts of every route and, as browsers are sent there, the callback hosts of the clients. */
const hostsOf = (resources: readonly Resource[]): readonly string[] => {
  const hosts = resources.flatMap((one) => (one.kind === 'ProtectedRoute' ? one.spec.hosts : []))
  if (hosts.length === 0) return []
  const callbacks = resources.flatMap((one) =>
    one.kind === 'OIDCClient' ? (one.spec.callback.host ?? []) : [],
  )
  return [...new Set([...hosts, ...callbacks])]
}

/** The callback paths of the clients that are answered by a form, whose body has to arrive. */
const callbackPathsOf = (resources: readonly Resource[]): readonly string[] => [
  ...new Set(
    resources.flatMap((one) =>
      one.kind === 'OIDCClient' &&
      one.spec.authorizationRequest.responseMode?.startsWith('form_post') === true
        ? one.spec.callback.path
        : [],
    ),
  ),
]

const readRoutes = async (io: Io, paths: readonly string[]): Promise<RouteRead> => {
  if (paths.length === 0) return { hosts: [], callbackPaths: [], problems: [] }
  const { resources, problems } = await readGiven(await givenManifests(io, paths))
  return { hosts: hostsOf(resources), callbackPaths: callbackPathsOf(resources), problems }
}

const unknownGateway = (name: string): string => {
  const names = [...gateways.keys()]
  return `There is no gateway ${JSON.stringify(name)}.${meant(name, names)} Known are ${names.join(', ')}.`
}

const USAGE = 'See `sallyport attach --help`.'

const refuse = (io: Io, problems: readonly string[], code: ExitCode): ExitCode => {
  complain(io, problems)
  if (code === EXIT.usage) io.err(`${USAGE}\n`)
  return code
}

const printed = async (
  files: readonly AttachFile[],
  output: AttachCommandOptions['output'],
): Promise<string> => {
  if (output === 'name') return files.map(({ name }) => `${name}\n`).join('')
  if (output !== 'json') return joinFiles(files)
  const told = files.map((file) => ({ name: file.name, documents: documentsOf(file) }))
  return dataText('json', { files: told })
}

/**
 * Prints the manifests that attach Sallyport to a gateway. A ProtectedRoute that cannot be read
 * ends it: a host that is left out may be a host that is open.
 */
export const attach = async (
  io: Io,
  name: string,
  { only, output, ...options }: AttachCommandOptions,
): Promise<ExitCode> => {
  const gateway = gateways.get(name)
  if (gateway === undefined) return refuse(io, [unknownGateway(name)], EXIT.usage)
  const { hosts, callbackPaths, problems } = await readRoutes(io, options.routes ?? [])
  const unreadable = problems.map(formatProblem)
  const routeHosts =
    problems.length === 0 ? { routeHosts: hosts, routeCallbackPaths: callbackPaths } : {}
  const read = readInputs({ name, gateway, options, ...routeHosts })
  if (!read.ok) return refuse(io, [...unreadable, ...read.problems], EXIT.usage)
  if (unreadable.length > 0) return refuse(io, unreadable, EXIT.problem)
  const files = gateway.files(read.inputs)
  const chosen = files.filter((file) => only === undefined || file.name === only)
  if (chosen.length === 0) {
    const names = files.map((file) => file.name).join(', ')
    return refuse(io, [`--only: ${name} has no ${only}; it has ${names}`], EXIT.usage)
  }
  io.out(await printed(chosen, output))
  return EXIT.well
}
