import type { TestProject } from 'vitest/node'
import { shareKeycloak } from '../parts/shared-keycloak.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the Keycloak is asked for that the files of a run use one after the other. */
    readonly sharedKeycloak: string
  }
}

/** Set up once for the suites whose files run one at a time. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const { url, stop } = await shareKeycloak()
  project.provide('sharedKeycloak', url)
  return stop
}
