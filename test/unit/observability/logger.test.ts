import { expect, test } from 'vitest'
import { createLogger, type LoggerOptions } from '../../../src/observability/logger.ts'

const clock = { nowMs: () => Date.UTC(2026, 10, 23, 12, 30, 1, 5) }

const collecting = (options: Partial<LoggerOptions> = {}) => {
  const lines: string[] = []
  const destination = {
    write: (line: string) => lines.push(line) > 0,
    flush: () => undefined,
    close: async () => undefined,
  }
  const logger = createLogger({
    level: 'info',
    format: 'json',
    naming: 'sallyport',
    clock,
    destination,
    ...options,
  })
  return { logger, lines }
}

test('a line is one JSON object that begins with level and time', () => {
  const { logger, lines } = collecting()
  logger.info('Serving.', { grpc: '0.0.0.0:9001' })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^\{"level":"info","time":"[^"]+",.*\}\n$/)
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: '2026-11-23T12:30:01.005Z',
    message: 'Serving.',
    grpc: '0.0.0.0:9001',
  })
})

test('a line below the level is not written, a decision always is', () => {
  const { logger, lines } = collecting({ level: 'error' })
  logger.warn('Not this.')
  logger.always('check', { reason: 'allowed' })
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['check'])
})

test('pretty lines are text: time of day, level, message and fields', () => {
  const { logger, lines } = collecting({ format: 'pretty' })
  logger.warn('A file changed.', { file: 'a b.yaml', count: 2 })
  expect(lines).toEqual(['12:30:01.005 WARN  A file changed. file="a b.yaml" count=2\n'])
})

test('a line break in a value does not begin a new line', () => {
  for (const format of ['json', 'pretty'] as const) {
    const { logger, lines } = collecting({ format })
    logger.info('one', { detail: 'a\nb' })
    expect(lines.join('').split('\n')).toHaveLength(2)
  }
})

test('by the names of OpenTelemetry a line is a record of its data model', () => {
  const { logger, lines } = collecting({ naming: 'opentelemetry' })
  logger.warn('A file changed.', { file: 'a.yaml', delayMs: 2, version: '1.2.3' })
  logger.always('audit', { remoteAddress: '192.0.2.7' })
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      timestamp: '2026-11-23T12:30:01.005Z',
      severity_text: 'WARN',
      severity_number: 13,
      body: 'A file changed.',
      'sallyport.file': 'a.yaml',
      'sallyport.delay_ms': 2,
      'service.version': '1.2.3',
    },
    {
      timestamp: '2026-11-23T12:30:01.005Z',
      severity_text: 'INFO',
      severity_number: 9,
      body: 'audit',
      'client.address': '192.0.2.7',
    },
  ])
})

test('a field whose name tells of a secret is redacted by any name', () => {
  const { logger, lines } = collecting({ naming: 'opentelemetry' })
  logger.info('one', { accessToken: 'a-secret' })
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ 'sallyport.access_token': '[redacted]' })
})
