import { expect, test } from 'vitest'
import { configurationFields, variableOf } from '../../../../src/config/schema/fields.ts'

test('a variable is the path in upper case, with an underscore before each capital', () => {
  expect(variableOf(['check', 'maxHeaderBytes'])).toBe('SALLYPORT_CHECK_MAX_HEADER_BYTES')
})

test('no two fields share a variable or a flag', () => {
  const variables = configurationFields.map(({ variable }) => variable)
  const flags = configurationFields.flatMap(({ flag }) => flag ?? [])
  expect(new Set(variables).size).toBe(variables.length)
  expect(new Set(flags).size).toBe(flags.length)
})

test('every field says what it means', () => {
  for (const field of configurationFields) {
    expect(field.description, field.path.join('.')).toMatch(/\.$/)
  }
})

test('no variable looks like one that Kubernetes sets for a Service', () => {
  for (const { variable } of configurationFields) {
    expect(variable).not.toMatch(/_SERVICE_HOST$|_SERVICE_PORT|_PORT$|_PORT_[0-9]/)
  }
})
