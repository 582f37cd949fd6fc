import { patient } from '../patience.ts'

/**
 * Waits until something holds. @throws Error that names it, after `timeoutMs` of a machine with
 * nothing else to do
 */
export const until = async (
  what: string,
  holds: () => Promise<boolean>,
  timeoutMs = 25_000,
): Promise<void> => {
  const patientMs = patient(timeoutMs)
  const giveUpAt = performance.now() + patientMs
  while (!(await holds().catch(() => false))) {
    if (performance.now() > giveUpAt)
      throw new Error(`Waited ${patientMs} ms in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
