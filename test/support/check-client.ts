import { ChannelCredentials, Client, type ClientUnaryCall, Metadata } from '@grpc/grpc-js'
import type { PackageDefinition } from '@grpc/proto-loader'
import { onTestFinished } from 'vitest'
import type { CheckRequest, CheckResponse } from './check-messages.ts'
import { checkMethod, ownProtos } from './envoy-protos.ts'

/** One call under way. */
export interface CheckCall {
  readonly response: Promise<CheckResponse>
  readonly cancel: () => void
}

/** Calls `Authorization.Check` as Envoy does. */
export interface CheckClient {
  readonly check: (message?: CheckRequest, deadlineMs?: number) => Promise<CheckResponse>
  readonly call: (message?: CheckRequest, deadlineMs?: number) => CheckCall
  /** Sends bytes in place of a message. */
  readonly checkBytes: (bytes: Buffer) => Promise<CheckResponse>
}

/** A GET of a page's root. */
export const aCheckRequest = (http: Readonly<Record<string, unknown>> = {}): CheckRequest => ({
  attributes: {
    request: { http: { method: 'GET', host: 'shop.example.com', path: '/', ...http } },
  },
})

/** A client of one server; its connection ends with the test. */
export const createCheckClient = (
  target: string,
  options: {
    readonly protos?: PackageDefinition
    readonly credentials?: ChannelCredentials
    /** What goes with every call. */
    readonly metadata?: Readonly<Record<string, string>>
  } = {},
): CheckClient => {
  const method = checkMethod(options.protos ?? ownProtos())
  const client = new Client(target, options.credentials ?? ChannelCredentials.createInsecure())
  onTestFinished(() => client.close())
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(options.metadata ?? {})) metadata.set(name, value)

  const send = <T extends object>(
    message: T,
    serialize: (message: T) => Buffer,
    deadlineMs: number,
  ): CheckCall => {
    const { promise, resolve, reject } = Promise.withResolvers<CheckResponse>()
    const call: ClientUnaryCall = client.makeUnaryRequest(
      method.path,
      serialize,
      (bytes) => method.responseDeserialize(bytes) as CheckResponse,
      message,
      metadata,
      { deadline: deadlineMs === Infinity ? Infinity : Date.now() + deadlineMs },
      (error, response) => (response === undefined ? reject(error) : resolve(response)),
    )
    return { response: promise, cancel: () => call.cancel() }
  }

  const call = (message = aCheckRequest(), deadlineMs = Infinity): CheckCall =>
    send(message, method.requestSerialize, deadlineMs)

  return {
    call,
    check: (message, deadlineMs) => call(message, deadlineMs).response,
    checkBytes: (bytes) => send(bytes, (same) => same, Infinity).response,
  }
}
