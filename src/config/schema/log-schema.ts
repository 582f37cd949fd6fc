import { choice, text } from './field-kinds.ts'
import { group } from './shape.ts'

/** What is logged, and in which words. */
export const log = group({
  level: choice(
    ['debug', 'info', 'warn', 'error'],
    'The least important lines that are written. Decisions do not depend on it.',
    '--log-level',
  ).default('info'),
  format: choice(
    ['json', 'pretty'],
    'One JSON object a line, or text for a person.',
    '--log-format',
  ).default('json'),
  decisions: choice(
    ['all', 'denied', 'none'],
    'Which checks are written to the decision log.',
  ).default('all'),
  subject: choice(
    ['hash', 'claim'],
    'How lines name people. `hash`: by a keyed hash, of use to nobody without the key file; `sallyport subject-hash NAME` finds the lines of somebody. `claim`: by `subjectClaim` in the clear, which makes the log personal data, with all that law and contracts ask of its readers, copies and age.',
  ).default('hash'),
  subjectClaim: text(
    'The claim by which `subject: claim` names people, such as `email`. Of somebody without it the hash is written.',
  ).default('sub'),
  names: choice(
    ['sallyport', 'opentelemetry'],
    'What the members of JSON lines are called: as the documentation does, or by the semantic conventions and the data model of logs of OpenTelemetry (docs/log.md has the table). Of no effect on `format: pretty`.',
  ).default('sallyport'),
})
