import { type Adding, repeatable } from './terminal/adding.ts'
import { outputOption } from './terminal/output.ts'

/** Adds `subject-hash`. */
export const addSubjectHash = ({ io, end, add }: Adding): void => {
  add('subject-hash <name>', {
    summary: 'Print what the log calls somebody',
    description:
      'Print what the log calls a subject: the value of `subjectHash` in its lines. One hash for each key file, that of the newest first; lines from before a change of keys have an older one.',
    examples: `
# The lines of somebody, by the subject that the provider names them by
grep "$(sallyport subject-hash --config sallyport.yaml 248289761001 | head -1)" sallyport.log

# In a pod
kubectl exec deploy/sallyport -- node dist/main.js subject-hash 248289761001`,
  })
    .option('-c, --config <file>', 'The configuration file. Also SALLYPORT_CONFIG.')
    .addOption(repeatable('--key-file <file>', 'A key file, instead of those of `keys.files`.'))
    .addOption(outputOption())
    .action(async (name: string, options) => {
      const { subjectHash } = await import('./subject-hash.ts')
      end(await subjectHash(io, name, options))
    })
}
