import { type Adding, insecureOption, repeatable } from '../terminal/adding.ts'
import { outputOption } from '../terminal/output.ts'

/** Adds `doctor`. */
export const addDoctor = ({ io, end, add }: Adding): void => {
  add('doctor', {
    summary: 'Contact the providers and say what to do',
    description:
      'Look at each provider as this process would reach it, at each client and at each route, and end with a list of what to do.\n\n' +
      'Providers: name, address rules, proxy, TLS and the authority that is missing, metadata, issuer, endpoints, keys, algorithms, PKCE, clock. Clients: what to register, whether the redirect URIs are registered and the credentials accepted; the provider is asked with requests that a login makes, and a code that is made up. Routes: hosts, clients, whether providers offer the grant types that it needs, exchange tokens for its clients, and answer about tokens, each asked with one that is made up, whether decision points answer, asked about nobody, whether the paths by which browsers bind sessions to devices are answered by Sallyport at each host, and when Envoy last asked.\n\n' +
      'Nothing is written, no Redis is needed, and no secret is printed.',
    examples: `
# Look at everything
sallyport doctor --resources ./resources

# As the service itself reaches its providers: networks, proxy, authorities
sallyport doctor --config sallyport.yaml

# One provider, without asking it about clients
sallyport doctor --resources ./resources --provider shop/keycloak --skip-credentials

# What a cluster has, with what Envoy asked for
kubectl get identityproviders,oidcclients,protectedroutes,secrets,configmaps -A -o yaml > all.yaml
sallyport doctor --resources all.yaml`,
  })
    .addOption(
      repeatable(
        '-r, --resources <path>',
        'A file or folder of resources; may be repeated. Unset: those of the configuration.',
      ),
    )
    .option('-c, --config <file>', 'The configuration file of `serve`. Also SALLYPORT_CONFIG.')
    .option(
      '-p, --provider <name>',
      'Look at this IdentityProvider alone: namespace/name, or name.',
    )
    .option(
      '--skip-credentials',
      'Do not ask providers whether redirect URIs are registered and credentials accepted.',
      false,
    )
    .addOption(insecureOption())
    .addOption(outputOption())
    .action(async (options) => {
      const { doctor } = await import('./doctor.ts')
      end(await doctor(io, options))
    })
}
