import { Option } from 'commander'
import { type Adding, url } from './terminal/adding.ts'
import { outputOption } from './terminal/output.ts'

/** Adds `healthcheck`. */
export const addHealthcheck = ({ io, end, add }: Adding): void => {
  add('healthcheck', {
    summary: 'Ask a running process whether it is ready',
    description:
      'Ask a running process whether it is ready. With --check also ask it for one check, as Envoy does, about a host that nobody owns: it has to be denied with 404. Ends with 0 if all is well and with 1 if not. Meant for container images and for `helm test`.',
    examples: `
# The process on this machine
sallyport healthcheck

# Another port
sallyport healthcheck --admin http://127.0.0.1:19090

# Through the Services of a release
sallyport healthcheck --admin http://sallyport-admin.auth.svc:9090 --check sallyport.auth.svc:9001`,
  })
    .addOption(
      new Option('--admin <url>', 'Where the admin port is.')
        .argParser(url)
        .default('http://127.0.0.1:9090'),
    )
    .option('--check <address>', 'Where the gRPC port is, as host:port.')
    .option('--check-ca <file>', 'PEM certificates that vouch for it. Unset: plain text.')
    .option('--check-cert <file>', 'PEM client certificate that is shown to it.')
    .option('--check-key <file>', 'PEM private key that belongs to --check-cert.')
    .option('--check-name <name>', 'The name that its certificate must carry. Unset: the host.')
    .addOption(outputOption())
    .action(async (options) => {
      const { healthcheck } = await import('./healthcheck.ts')
      end(await healthcheck(io, { ...options, timeoutMs: 5_000 }))
    })
}
