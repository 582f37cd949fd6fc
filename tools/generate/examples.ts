import { gateways } from '../../src/attach/gateways.ts'
import { readInputs } from '../../src/attach/inputs.ts'
import type { AttachOptions } from '../../src/attach/options.ts'
import { keepCurrent } from './output.ts'

const HOSTS = ['shop.example.com']
const UPSTREAM = 'shop.shop:8080'

/** What `sallyport attach` is given for each example; nothing for one that is absent. */
const exampleOptions: Readonly<Record<string, AttachOptions>> = {
  'envoy-gateway': { host: HOSTS, upstream: UPSTREAM },
  kgateway: { host: HOSTS, upstream: UPSTREAM },
  contour: { host: HOSTS, upstream: UPSTREAM },
  emissary: { host: HOSTS, upstream: UPSTREAM },
  'gateway-api': { host: HOSTS, upstream: UPSTREAM },
}

/** A file of an example. */
export interface ExampleFile {
  readonly path: string
  readonly text: string
}

/** The examples of every gateway, exactly as `sallyport attach` prints them. */
export const printExamples = (): readonly ExampleFile[] =>
  [...gateways].flatMap(([name, gateway]) => {
    const options = exampleOptions[name] ?? {}
    const read = readInputs({ name, gateway, options })
    if (!read.ok) throw new Error(read.problems.join('\n'))
    return gateway
      .files(read.inputs)
      .map((file) => ({ path: `deploy/examples/${name}/${file.name}`, text: file.text }))
  })

if (import.meta.main) {
  const codes = printExamples().map(({ path, text }) => keepCurrent(path, text))
  process.exitCode = Math.max(...codes)
}
