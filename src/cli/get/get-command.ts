import { Option } from 'commander'
import { type Adding, insecureOption, repeatable } from '../terminal/adding.ts'
import { outputOption } from '../terminal/output.ts'
import { offering } from '../usage/offering.ts'
import { kindWords } from './kinds.ts'

/** Adds `get`. */
export const addGet = ({ io, end, add }: Adding): void => {
  const command = add('get', {
    summary: 'Show routes, providers and clients, and how they stand',
    description:
      'Show ProtectedRoutes (routes), IdentityProviders (providers) and OIDCClients (clients), or all of them: whether they are accepted and ready, which hosts a route has and who owns them, and below what is wrong with which object and what to do. Several kinds are joined by commas; a name is NAME, or NAMESPACE/NAME.\n\n' +
      'They are read from the cluster that kubectl would ask, with the status that the service wrote, or from files by --resources, with what the service would make of them: then nothing is contacted, and whether providers answer is not known.',
    examples: `
# The routes of the present namespace
sallyport get routes

# Everything of another cluster
sallyport get all --all-namespaces --context production

# One route, for a program
sallyport get routes shop --namespace shop --output json

# What the files of a repository would come to
sallyport get all --resources ./resources --skip-references`,
  })
  const kinds = command.createArgument('<kinds>')
  command
    .addArgument(offering(kinds, () => kindWords))
    .argument('[name...]')
    .addOption(
      repeatable(
        '-r, --resources <path>',
        'A file or folder of resources, in the place of a cluster; may be repeated.',
      ),
    )
    .addOption(
      new Option(
        '--kubeconfig <file>',
        'The kubeconfig. Unset: KUBECONFIG, ~/.kube/config, or the service account of the pod.',
      ).conflicts('resources'),
    )
    .addOption(
      new Option('--context <name>', 'A context of it. Unset: the current one.').conflicts(
        'resources',
      ),
    )
    .option(
      '-n, --namespace <name>',
      'The namespace. Unset: that of the context, or `default`; of files, all.',
    )
    .option('-A, --all-namespaces', 'Every namespace.', false)
    .option(
      '--skip-references',
      'Of files: accept references to Secrets and ConfigMaps that are not among them.',
      false,
    )
    .option(
      '-c, --config <file>',
      'Of files: the configuration file of `serve`, for what the platform requires (`requirements`). Also SALLYPORT_CONFIG.',
    )
    .addOption(insecureOption())
    .addOption(outputOption(['name', 'wide']))
    .action(async (kindsText: string, names: readonly string[], options) => {
      const { get } = await import('./get.ts')
      end(await get(io, kindsText, names, options))
    })
}
