import { mkdir, writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { startChildProcess } from './child-process.ts'
import { freePorts } from './free-port.ts'
import { installed } from './installed.ts'
import { asDecisionPoint, type RunningDecisionPoint } from './opa.ts'
import { temporaryFolder } from './temporary-folder.ts'
import type { Certificates } from './tls.ts'

const tracing = (endpoint: string): NodeJS.ProcessEnv => ({
  ...process.env,
  OTEL_SERVICE_NAME: 'cerbos',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_TRACES_SAMPLER: 'parentbased_always_on',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_INSECURE: 'true',
  OTEL_PROPAGATORS: 'tracecontext',
})

/**
 * Starts a Cerbos with one policy for resources, over TLS; it speaks AuthZEN of its own accord.
 * @throws Error if it is not installed or does not start
 */
export const startCerbos = async (options: {
  readonly policy: object
  readonly certificates: Pick<Certificates, 'certFile' | 'keyFile'>
  /** Where it sends traces, by OTLP over HTTP; absent: nowhere. */
  readonly tracesTo?: string
}): Promise<RunningDecisionPoint> => {
  const command = installed(
    'cerbos/node_modules/@cerbos/cerbos-linux-x64/cerbos-linux-x64',
    'cerbos',
  )
  const folder = await temporaryFolder('cerbos')
  const [port = 0, grpcPort = 0] = await freePorts(2)
  const { certFile: cert, keyFile: key } = options.certificates
  await mkdir(`${folder.path}/policies`)
  await writeFile(`${folder.path}/policies/route.yaml`, stringify(options.policy))
  const configuration = {
    server: {
      httpListenAddr: `127.0.0.1:${port}`,
      grpcListenAddr: `127.0.0.1:${grpcPort}`,
      tls: { cert, key },
    },
    storage: { driver: 'disk', disk: { directory: `${folder.path}/policies` } },
    telemetry: { disabled: true },
  }
  await writeFile(`${folder.path}/cerbos.yaml`, stringify(configuration))
  const args = ['server', '--config', `${folder.path}/cerbos.yaml`, '--log-level', 'error']
  const env = options.tracesTo === undefined ? {} : { env: tracing(options.tracesTo) }
  const start = () => startChildProcess({ name: 'Cerbos', command, args, ...env })
  return asDecisionPoint('Cerbos', port, start, folder.remove)
}
