import { type Adding, insecureOption } from './terminal/adding.ts'
import { outputOption } from './terminal/output.ts'

/** Adds `validate`. */
export const addValidate = ({ io, end, add }: Adding): void => {
  add('validate [path...]', {
    summary: 'Find every problem in resource files',
    description:
      'Find every problem in resource files: files, or folders of them, or those that the configuration names, which are `./resources` where it says nothing. Each is printed with its file, line, object, field and what to do. Ends with 1 if there is one. What is surely not meant is a warning, such as a rule that asks for a scope which no client requests.',
    examples: `
# Check a folder
sallyport validate ./resources

# Check the configuration, and the manifests that it names
sallyport validate --config sallyport.yaml

# Check a repository that does not hold the Secrets
sallyport validate --skip-references ./deploy

# What is to be registered at the provider?
sallyport validate --verbose ./resources

# For a program
sallyport validate --output json ./resources`,
  })
    .option(
      '--skip-references',
      'Accept references to Secrets and ConfigMaps that are not among the files.',
      false,
    )
    .option('--strict', 'End with 1 if there are warnings, too.', false)
    .option(
      '-c, --config <file>',
      'The configuration file of `serve`, for what the platform requires (`requirements`). Also SALLYPORT_CONFIG.',
    )
    .option(
      '-v, --verbose',
      'Also print the redirect URIs and sign-out URIs to register at the providers, and whose upstreams get no identity headers of other products.',
      false,
    )
    .addOption(insecureOption())
    .addOption(outputOption())
    .action(async (paths: readonly string[], options) => {
      const { validate } = await import('./validate.ts')
      end(await validate(io, paths, options))
    })
}
