import { createSecureContext } from 'node:tls'
import {
  ChannelCredentials,
  type ChannelOptions,
  Client,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { loadCheckMethod } from './definitions.ts'

/** How a server that is asked for a check proves itself, and we to it. */
export interface ProbeTls {
  /** PEM certificates that vouch for the server; its own certificate will do. */
  readonly ca: string
  /** PEM client certificate, and the key that belongs to it. */
  readonly own?: { readonly cert: string; readonly key: string }
  /** The name that its certificate must carry; absent: the host of the address. */
  readonly name?: string
}

/** A server to ask for one check, as Envoy would. */
export interface CheckProbe {
  /** `host:port` */
  readonly address: string
  /** Absent: plain text. */
  readonly tls?: ProbeTls
  readonly timeoutMs: number
}

/** A host that can be nobody's (RFC 2606). */
const NOBODYS_HOST = 'healthcheck.sallyport.invalid'

const QUESTION = {
  attributes: { request: { http: { method: 'GET', host: NOBODYS_HOST, path: '/' } } },
}

const EXPECTED = { status: 404, reason: 'no_policy' } as const

const credentialsFor = (tls: ProbeTls | undefined): ChannelCredentials => {
  if (tls === undefined) return ChannelCredentials.createInsecure()
  // A certificate that is not its own authority vouches for itself too.
  const context = createSecureContext({ ca: tls.ca, ...tls.own, allowPartialTrustChain: true })
  return ChannelCredentials.createFromSecureContext(context)
}

const optionsFor = (name: string | undefined): ChannelOptions =>
  name === undefined
    ? {}
    : { 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name }

/** A response of anybody: whatever is unset is absent. */
interface DecodedResponse {
  readonly status?: { readonly code?: number; readonly message?: string }
  readonly deniedResponse?: { readonly status?: { readonly code?: number } }
}

const ask = async ({ address, tls, timeoutMs }: CheckProbe): Promise<DecodedResponse> => {
  const method = loadCheckMethod()
  const client = new Client(address, credentialsFor(tls), optionsFor(tls?.name))
  const { promise, resolve, reject } = Promise.withResolvers<DecodedResponse>()
  client.makeUnaryRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    QUESTION,
    new Metadata(),
    { deadline: Date.now() + timeoutMs },
    (error, response) => (response === undefined ? reject(error) : resolve(response)),
  )
  return promise.finally(() => client.close())
}

/** What is wrong with the answer, said of the server; `undefined`: it is denied as it must be. */
const complaintAbout = (response: DecodedResponse): string | undefined => {
  const { deniedResponse, status: rpc } = response
  if ((rpc?.code ?? status.OK) === status.OK) {
    return 'lets a request through whose host nobody owns: Envoy would forward it'
  }
  const code = deniedResponse?.status?.code ?? 'no status'
  const reason = rpc?.message ?? 'no reason'
  if (code === EXPECTED.status && reason === EXPECTED.reason) return undefined
  return `denies a request whose host nobody owns with ${code} (${reason}) instead of ${EXPECTED.status} (${EXPECTED.reason})`
}

const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'details' in error

const reasonOf = (error: unknown): string => {
  if (isServiceError(error)) return error.details
  return error instanceof Error ? error.message : String(error)
}

/**
 * Asks a server for a check that has to be denied with 404 `no_policy`. Resolves with a sentence
 * about what is wrong, or with `undefined`; never rejects.
 */
export const probeCheck = async (probe: CheckProbe): Promise<string | undefined> => {
  try {
    const complaint = complaintAbout(await ask(probe))
    return complaint === undefined ? undefined : `${probe.address} ${complaint}.`
  } catch (error) {
    return `${probe.address} does not answer a check: ${reasonOf(error)}`
  }
}
