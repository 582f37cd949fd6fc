import { createSecretKey } from 'node:crypto'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createCheckMetrics } from '../../../src/observability/check-metrics.ts'
import { createDecisionLine } from '../../../src/observability/lines/decision-line.ts'
import { redactFields, redactText } from '../../../src/observability/lines/redact.ts'
import { createSubjectHash } from '../../../src/observability/lines/subject-hash.ts'
import { createSubjectMember } from '../../../src/observability/lines/subject-member.ts'
import { createLogger } from '../../../src/observability/logger.ts'
import { createRouteMetrics } from '../../../src/observability/route-metrics.ts'
import { familyText } from '../../../src/observability/series/exposition.ts'
import { formerCheckMetrics, formerRouteMetrics } from '../../support/former/check-metrics.ts'
import { decisionFields, formerLogger } from '../../support/former/log-lines.ts'
import {
  type Draw,
  drawing,
  oneOf,
  someFacts,
  someText,
} from '../../support/former/random-facts.ts'

const CHECKS = 3_000

const key = createSecretKey(Buffer.alloc(32, 1))

const subjectHash = createSubjectHash(() => key)

const subjectMember = createSubjectMember(subjectHash, { kind: 'hash' }, 'sallyport')

const decisionLine = createDecisionLine('sallyport', subjectMember)

/** Both loggers, and what they wrote as bytes. */
const bothLoggers = () => {
  const lines: Buffer[] = []
  const formerLines: Buffer[] = []
  const clock = { nowMs: () => Date.UTC(2026, 10, 28, 19, 0, 1, lines.length % 1_000) }
  const destination = {
    write: (line: string) => lines.push(Buffer.from(line)) > 0,
    flush: () => undefined,
    close: async () => undefined,
  }
  const formerClock = {
    nowMs: () => Date.UTC(2026, 10, 28, 19, 0, 1, formerLines.length % 1_000),
  }
  return {
    logger: createLogger({
      level: 'debug',
      format: 'json',
      naming: 'sallyport',
      clock,
      destination,
    }),
    former: formerLogger(formerClock, (line) => formerLines.push(Buffer.from(line))),
    texts: () => ({
      lines: lines.map((line) => line.toString('latin1')),
      formerLines: formerLines.map((line) => line.toString('latin1')),
    }),
  }
}

test('a decision is logged with the same bytes as by an object and pino', () => {
  const draw = drawing(14)
  const { logger, former, texts } = bothLoggers()
  for (let n = 0; n < CHECKS; n += 1) {
    const facts = someFacts(draw)
    logger.decision(decisionLine(facts))
    former.info(decisionFields(facts, subjectHash), 'check')
  }
  const { lines, formerLines } = texts()
  expect(lines).toHaveLength(CHECKS)
  expect(lines).toEqual(formerLines)
})

const someValue = (draw: Draw, depth: number): unknown =>
  oneOf<() => unknown>(draw, [
    () => someText(draw),
    () => draw() * 1e6,
    () => Math.round(draw() * 100),
    () => oneOf(draw, [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e21, 1e-9]),
    () => draw() < 0.5,
    () => null,
    () => undefined,
    () => 12n,
    () => () => 'a function',
    () => new Error(someText(draw)),
    () => new Date(0),
    () => (depth > 3 ? [] : [someValue(draw, depth + 1), someValue(draw, depth + 1)]),
    () => (depth > 3 ? {} : { [someText(draw)]: someValue(draw, depth + 1), inner: 1 }),
  ])()

test('any other line is logged with the same bytes as by pino', () => {
  const draw = drawing(15)
  const { logger, former, texts } = bothLoggers()
  for (let n = 0; n < CHECKS; n += 1) {
    const level = oneOf(draw, ['debug', 'info', 'warn', 'error'] as const)
    const message = someText(draw)
    const fields = { file: someValue(draw, 0), [someText(draw)]: someValue(draw, 0), cookie: 'c' }
    logger[level](message, fields)
    former[level](redactFields(fields), redactText(message))
  }
  const { lines, formerLines } = texts()
  expect(lines).toHaveLength(CHECKS)
  expect(lines).toEqual(formerLines)
})

test('a scrape reads the same text as from counters and histograms of prom-client', async () => {
  const draw = drawing(16)
  const registry = new Registry()
  const formerCount = [formerCheckMetrics(registry), formerRouteMetrics(registry, 3)]
  const metrics = [createCheckMetrics(), createRouteMetrics(3)]
  const text = () => `${metrics.flatMap(({ families }) => families.map(familyText)).join('\n\n')}\n`
  expect(text()).toBe(await registry.metrics())
  for (let n = 0; n < CHECKS; n += 1) {
    const facts = someFacts(draw)
    for (const { count } of metrics) count(facts)
    for (const count of formerCount) count(facts)
    if (n % 500 === 0) expect(text()).toBe(await registry.metrics())
  }
  expect(text()).toContain('route="other"')
  expect(text()).toBe(await registry.metrics())
})
