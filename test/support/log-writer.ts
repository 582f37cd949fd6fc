import { standardOutput } from '../../src/observability/lines/standard-output.ts'

/**
 * A process that writes lines to standard output as the service does, says so on standard error,
 * and then ends in the way that its second argument names.
 */
const [, , count = '0', ending] = process.argv

const { write, close } = standardOutput()
for (let n = 0; n < Number(count); n += 1) write(`line ${n}\n`)
process.stderr.write('written\n')
if (ending === 'close') await close()
if (ending === 'exit') process.exit()
if (ending === 'throw') throw new Error('An error that nothing caught.')
