import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { gateways } from '../../../../src/attach/gateways.ts'
import { readInputs } from '../../../../src/attach/inputs.ts'
import type { AttachOptions } from '../../../../src/attach/options.ts'

/** Names that are allowed in Kubernetes and that YAML reads as a boolean, a number or nothing. */
const ODD: AttachOptions = {
  service: 'on.123:9001',
  gateway: 'null.1e3',
  namespace: '0x1f',
  selector: 'y=true',
  upstream: 'no.456:8080',
  host: ['1.5', '*.example.com'],
  tlsSecret: 'yes',
}

const optionsFor = (name: string): AttachOptions => {
  const { takes = [] } = gateways.get(name) ?? {}
  const taken = Object.entries(ODD).filter(
    ([option]) => option === 'service' || takes.some((one) => one === option),
  )
  const { gateway, ...rest } = Object.fromEntries(taken) as AttachOptions
  return name === 'istio' || gateway === undefined ? rest : { ...rest, gateway }
}

/** Every value of a name, a namespace and a label. */
const names = (value: unknown, key = ''): readonly unknown[] => {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([inner, one]) =>
      names(one, Array.isArray(value) ? key : inner),
    )
  }
  return /^(?:name|namespace|secretName|fqdn|hostnames?|hosts|y)$/.test(key) ? [value] : []
}

describe('names that YAML would read as something else', () => {
  it.each([...gateways.keys()])('%s: stay names', (name) => {
    const gateway = gateways.get(name)
    if (gateway === undefined) throw new Error(`There is no gateway ${name}`)
    const read = readInputs({ name, gateway, options: optionsFor(name) })
    if (!read.ok) throw new Error(read.problems.join('\n'))
    const values = gateway
      .files(read.inputs)
      .flatMap(({ text }) => parseAllDocuments(text, { version: '1.1' }))
      .flatMap((document) => names(document.toJS()))
    expect(values.length).toBeGreaterThan(1)
    expect(values.filter((value) => typeof value !== 'string')).toEqual([])
  })
})
