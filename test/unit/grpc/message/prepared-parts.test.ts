import { describe, expect, it } from 'vitest'
import type { PreparedAllow } from '../../../../src/core/decision/decision.ts'
import { createCheckResponseWriter } from '../../../../src/grpc/message/check-response.ts'
import { createMetadataWriter } from '../../../../src/grpc/message/metadata.ts'
import { createPreparedParts } from '../../../../src/grpc/message/prepared-parts.ts'

const prepared: PreparedAllow = {
  setHeaders: [['x-auth-subject', 'alice']],
  removeHeaders: ['x-auth-email'],
  reason: 'allowed',
  about: { policy: 'shop/shop', rule: 'api' },
}

const counting = () => {
  const writer = createCheckResponseWriter()
  let written = 0
  const partsOf = createPreparedParts(writer, {
    headers: (list) => {
      written += 1
      for (const [name, value] of list) writer.header(name, value, 'overwrite')
    },
    removals: (names) => names.forEach(writer.removal),
    responseHeaders: (list = []) => {
      for (const [name, value] of list) writer.responseHeader(name, value, 'overwrite')
    },
    metadata: createMetadataWriter(),
  })
  return { partsOf, written: () => written }
}

describe('the parts of a prepared allow', () => {
  it('are encoded once, and are no larger than they need be', () => {
    const { partsOf, written } = counting()
    const parts = partsOf(prepared)
    expect(partsOf(prepared)).toBe(parts)
    expect(written()).toBe(1)
    expect(parts.bytes.buffer.byteLength).toBe(parts.bytes.length)
    expect(parts.bytes.toString('latin1', parts.removalsAt)).toContain('x-auth-email')
  })

  it('are those of this very allow', () => {
    const { partsOf, written } = counting()
    const other = { ...prepared, setHeaders: [['x-auth-subject', 'root']] as const }
    expect(partsOf(prepared).bytes.toString('latin1')).toContain('alice')
    expect(partsOf(other).bytes.toString('latin1')).toContain('root')
    expect(partsOf({ ...prepared })).toEqual(partsOf(prepared))
    expect(written()).toBe(3)
  })

  it('are not kept where they cannot be sent', () => {
    const writer = createCheckResponseWriter()
    let tries = 0
    const partsOf = createPreparedParts(writer, {
      headers: () => {
        tries += 1
        throw new Error('No header.')
      },
      removals: () => undefined,
      responseHeaders: () => undefined,
      metadata: createMetadataWriter(),
    })
    expect(() => partsOf(prepared)).toThrow('No header.')
    expect(() => partsOf(prepared)).toThrow('No header.')
    expect(tries).toBe(2)
  })
})
