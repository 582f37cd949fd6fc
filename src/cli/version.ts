import type { Adding } from './terminal/adding.ts'
import { EXIT } from './terminal/exit-code.ts'
import { outputOption, printResult } from './terminal/output.ts'
import { packageVersion } from './terminal/package-version.ts'

/** What is running, as one line without its end. */
export const versionLine = (): string =>
  `sallyport ${packageVersion()} (Node.js ${process.version})`

/** Adds `version`, which prints what is running. */
export const addVersion = ({ io, end, add }: Adding): void => {
  add('version', {
    summary: 'Print the version',
    description: 'Print the version of Sallyport and of Node.js.',
    examples: `
sallyport version

sallyport version --output json`,
  })
    .addOption(outputOption())
    .action(async ({ output }) => {
      const facts = { version: packageVersion(), node: process.version }
      await printResult(io, output, facts, () => `${versionLine()}\n`)
      end(EXIT.well)
    })
}
