import { type Adding, insecureOption, repeatable } from '../terminal/adding.ts'
import { outputOption } from '../terminal/output.ts'

/** Adds `test`. */
export const addTest = ({ io, end, add }: Adding): void => {
  add('test <file...>', {
    summary: 'Hold manifests against a file of expectations',
    description:
      'Ask the requests of files of expectations, each as whoever the file says, and compare the answers with what the file expects. Works on files alone, by the functions that answer checks: nothing is contacted, and Secrets need not be there. Ends with 1 if an answer is otherwise than expected, or if a file or the manifests have problems. Meant for the CI of a repository with manifests; docs/expectations.md has the fields.',
    examples: `
# One file, which names its manifests
sallyport test expectations/shop.yaml

# Several files against the manifests of another folder
sallyport test --resources ./rendered expectations/*.yaml

# For GitLab, Jenkins and the like
sallyport test --output junit expectations/shop.yaml > report.xml`,
  })
    .addOption(
      repeatable(
        '-r, --resources <path>',
        'A file or folder of resources, instead of those that the files name; may be repeated.',
      ),
    )
    .option(
      '-c, --config <file>',
      'The configuration file of `serve`, for what the platform requires (`requirements`). Also SALLYPORT_CONFIG.',
    )
    .addOption(insecureOption())
    .addOption(outputOption(['tap', 'junit']))
    .action(async (files: readonly string[], options) => {
      const { test } = await import('./test.ts')
      end(await test(io, files, options))
    })
}
