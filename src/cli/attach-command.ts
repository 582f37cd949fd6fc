import { gateways } from '../attach/gateways.ts'
import { type Adding, repeatable } from './terminal/adding.ts'
import { outputOption } from './terminal/output.ts'
import { offering } from './usage/offering.ts'

/** Adds `attach`. */
export const addAttach = ({ io, end, add }: Adding): void => {
  const command = add('attach', {
    summary: 'Print the manifests that attach Sallyport to a gateway',
    description: `Print the manifests that make a gateway ask Sallyport about every request, filled in for your release, namespaces and hosts. Gateways: ${[...gateways.keys()].join(', ')}. Nothing is contacted and nothing is applied. docs/attach.md says what each gateway needs and how to see that it works.`,
    examples: `
# Envoy Gateway: ask about every request of the Gateway "public"
sallyport attach envoy-gateway --gateway public.gateways | kubectl apply -f -

# Istio: the policy for the hosts of your ProtectedRoutes, and the part of the mesh configuration
sallyport attach istio --routes ./resources --only authorization-policy.yaml | kubectl apply -f -
sallyport attach istio --only mesh-config.yaml

# Sallyport demands a certificate of the gateway (grpc.tls.requireClientCertificate)
sallyport attach istio --service-tls sallyport-client

# A plain Envoy beside a Sallyport on this machine
sallyport attach envoy --service 127.0.0.1:9001 --upstream 127.0.0.1:8080

# A release of another name, and the route to the protected Service as well
sallyport attach envoy-gateway --service auth-sallyport.auth:9001 \\
  --host shop.example.com --upstream shop.shop:8080

# Clients with responseMode form_post: the body of the callback, at the paths of your OIDCClients
sallyport attach envoy-gateway --routes ./resources --upstream shop.shop:8080 --callback-body

# Clients that register at the gateway: what they send there
sallyport attach envoy --authorization-server-body --upstream 127.0.0.1:8080`,
  })
  const gateway = command.createArgument('<gateway>')
  command
    .addArgument(offering(gateway, (before) => (before.length === 0 ? [...gateways.keys()] : [])))
    .option(
      '-s, --service <address>',
      'The Service of Sallyport as NAME.NAMESPACE:PORT. (default sallyport.sallyport:9001) For envoy also HOST:PORT; a host of two labels ends in a dot.',
    )
    .option(
      '--service-tls <secret>',
      'Ask by TLS, and show a certificate: the Secret with ca.crt, tls.crt and tls.key. For envoy the folder that holds them.',
    )
    .option(
      '--service-ca <secret>',
      'Ask by TLS without showing a certificate: the same with ca.crt.',
    )
    .option(
      '--service-name <name>',
      'The name that the certificate of Sallyport must carry. (default NAME.NAMESPACE.svc of the Service)',
    )
    .option(
      '-g, --gateway <object>',
      'The Gateway of the Gateway API as NAME.NAMESPACE. (default eg.default for envoy-gateway, http.kgateway-system for kgateway, gateway.default for gateway-api, none for istio)',
    )
    .option(
      '--selector <label>',
      'Istio without the Gateway API: the label of the pods of the gateway. (default istio=ingressgateway)',
    )
    .option(
      '-n, --namespace <name>',
      'The namespace of the gateway itself, where no --gateway has one. (default istio-system for istio, emissary for emissary)',
    )
    .addOption(repeatable('--host <host>', 'A protected host; may be repeated.'))
    .addOption(
      repeatable(
        '-r, --routes <path>',
        'A file or folder of ProtectedRoutes whose hosts are taken, with the callback hosts of the OIDCClients in it; may be repeated.',
      ),
    )
    .option(
      '-u, --upstream <address>',
      'The protected Service as NAME.NAMESPACE:PORT. For envoy also HOST:PORT.',
    )
    .option(
      '--tls-secret <name>',
      'The Secret with the certificate of the hosts, in the namespace of the upstream. (default UPSTREAM-tls)',
    )
    .option('--cluster-domain <domain>', "The domain of the cluster's DNS. (default cluster.local)")
    .option(
      '--callback-body',
      'Send request bodies of the callback along, as clients with responseMode form_post or form_post.jwt need it. Istio, Contour and Emissary cannot tell paths apart, and send the beginning of every body.',
    )
    .addOption(
      repeatable(
        '--callback-path <path>',
        'A callback.path for that, where it is not that of an OIDCClient under --routes; may be repeated. (default /oauth2/callback)',
      ),
    )
    .option(
      '--authorization-server-body',
      'Send request bodies of /oauth2/register and /oauth2/token along, as routes with protectedResource.authorizationServer need it; the same holds of the gateways.',
    )
    .option('--only <file>', 'Print this one of the files.')
    .addOption(outputOption(['name']))
    .action(async (name: string, options) => {
      const { attach } = await import('./attach.ts')
      end(await attach(io, name, options))
    })
}
