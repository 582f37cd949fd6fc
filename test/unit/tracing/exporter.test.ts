import { expect, it } from 'vitest'
import { headersIn } from '../../../src/tracing/exporter.ts'
import { createTold } from '../../../src/tracing/told.ts'

it('each line of the file is a header; a line that is none is left out', () => {
  expect(headersIn('Authorization: Bearer a:b\r\n\nno header\n: none\nx-scope: 1\n')).toEqual({
    authorization: 'Bearer a:b',
    'x-scope': '1',
  })
})

it('it is told once that spans are not taken, and once that they are again', () => {
  const told: string[] = []
  const hear = createTold('http://collector/v1/traces', (sentence) => void told.push(sentence))
  const away = Object.assign(new Error('a text of somebody else'), { code: 'ECONNREFUSED' })
  for (const error of [undefined, away, away, undefined, undefined]) hear(error)
  hear(Object.assign(new Error('<html>'), { code: 400 }))
  expect(told).toEqual([
    'Traces: http://collector/v1/traces does not take spans: ECONNREFUSED. They are lost until it does (sallyport_trace_spans_total); checks go on.',
    'Traces: http://collector/v1/traces takes spans again.',
    'Traces: http://collector/v1/traces does not take spans: it answers with status 400. They are lost until it does (sallyport_trace_spans_total); checks go on.',
  ])
})
