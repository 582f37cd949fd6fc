// Prints a program of this folder in one piece, as a page can load it: bundle.mjs FILE
import { build } from 'esbuild'

const { outputFiles } = await build({
  entryPoints: process.argv.slice(2),
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'chrome140',
  write: false,
})
process.stdout.write(outputFiles[0].text)
