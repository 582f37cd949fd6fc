import { PRODUCT_NAMES } from '../../migrate/product-names.ts'
import { type Adding, repeatable } from '../terminal/adding.ts'
import { outputOption } from '../terminal/output.ts'
import { offering } from '../usage/offering.ts'

/** Adds `migrate`. */
export const addMigrate = ({ io, end, add }: Adding): void => {
  const command = add('migrate', {
    summary: 'Write manifests from the configuration of another product',
    description: `Write IdentityProviders, OIDCClients and ProtectedRoutes from the configuration of another product: ${PRODUCT_NAMES.join(', ')}. Every setting of the input is accounted for: what is not carried over is told on standard error, with the reason, and so is what belongs to the gateway or into sallyport.yaml. A restriction that cannot be carried over closes the route until you decide. Secrets are never printed. Nothing is contacted. docs/migrating.md has the way, and every setting of each product.`,
    examples: `
# From the configuration file of oauth2-proxy
sallyport migrate oauth2-proxy oauth2-proxy.cfg --host shop.example.com > shop.yaml
sallyport validate --skip-references shop.yaml

# From one oauth2-proxy of a cluster, with its ConfigMap and the Ingress of what it guards
kubectl -n shop get deployment/sso configmap/sso ingress/shop -o yaml | sallyport migrate oauth2-proxy -

# SecurityPolicies of Envoy Gateway, with what they are attached to
kubectl get securitypolicies,httproutes,gateways -A -o yaml | sallyport migrate envoy-gateway -

# For a program: what became of each setting
sallyport migrate oauth2-proxy oauth2-proxy.cfg --output json`,
  })
  const product = command.createArgument('<product>')
  command
    .addArgument(offering(product, (before) => (before.length === 0 ? PRODUCT_NAMES : [])))
    .argument('<file...>', 'The files that configure it; what comes later goes before.')
    .addOption(
      repeatable(
        '--host <host>',
        'A host to protect, besides those that the files name; may be repeated.',
      ),
    )
    .option('--name <name>', 'The name of the objects. (default from the files, or the product)')
    .option(
      '-n, --namespace <name>',
      'The namespace of the objects, where the files name none.',
      'default',
    )
    .option('-v, --verbose', 'Also tell what was carried over, and where to.', false)
    .addOption(outputOption())
    .action(async (name: string, files: readonly string[], options) => {
      const { migrate } = await import('./migrate.ts')
      end(await migrate(io, { product: name, files }, options))
    })
}
