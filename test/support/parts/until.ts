/** Waits until something holds. @throws Error that names it, after `timeoutMs` */
export const until = async (
  what: string,
  holds: () => Promise<boolean>,
  timeoutMs = 25_000,
): Promise<void> => {
  const giveUpAt = performance.now() + timeoutMs
  while (!(await holds().catch(() => false))) {
    if (performance.now() > giveUpAt)
      throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
