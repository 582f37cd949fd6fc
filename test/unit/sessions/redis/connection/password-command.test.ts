import { describe, expect, it } from 'vitest'
import { runPasswordCommand } from '../../../../../src/sessions/redis/connection/password-command.ts'

const run = (script: string, ...args: string[]) =>
  runPasswordCommand({
    command: [process.execPath, '-e', script, ...args],
    timeoutMs: 10_000,
    intervalMs: 60_000,
  })

const failing = (message: string) => ({
  code: 'session_store_unavailable',
  message: `sessions.redis.passwordCommand ${message}.`,
})

describe('a password command', () => {
  it('gives what it prints, without the line end', async () => {
    expect(await run('console.log("pass word ")')).toBe('pass word')
  })

  it('is run without a shell: nothing in its arguments is interpreted', async () => {
    const argument = '$(echo x) ; `id` > /dev/null | "quoted"'
    expect(await run('process.stdout.write(process.argv[1])', argument)).toBe(argument)
  })

  it('has nothing to read', async () => {
    expect(await run('process.stdin.on("end", () => console.log("end")).resume()')).toBe('end')
  })

  it('R31: that fails is a fault that says how, and nothing of what it printed', async () => {
    await expect(
      run('console.log("SECRET"); console.error("SECRET"); process.exit(3)'),
    ).rejects.toMatchObject(failing('ended with exit code 3'))
    await expect(run('')).rejects.toMatchObject(failing('printed nothing'))
    const missing = { command: ['/nowhere/program'], timeoutMs: 1000, intervalMs: 60_000 }
    await expect(runPasswordCommand(missing)).rejects.toMatchObject(
      failing('could not be run (ENOENT)'),
    )
  })

  it('that does not end is killed', async () => {
    const command = [
      process.execPath,
      '-e',
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 9)',
    ]
    const running = runPasswordCommand({ command, timeoutMs: 100, intervalMs: 60_000 })
    await expect(running).rejects.toMatchObject(failing('did not end in time'))
  })

  it('that never stops printing is cut off', async () => {
    await expect(
      run('setInterval(() => process.stdout.write("x".repeat(9999)), 0)'),
    ).rejects.toMatchObject({ code: 'session_store_unavailable' })
  })
})
