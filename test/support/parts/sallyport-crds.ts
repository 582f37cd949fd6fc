import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { patient } from '../patience.ts'
import type { KubernetesClient, KubernetesObject } from './kubernetes-client.ts'

const FOLDER = new URL('../../../deploy/crds/', import.meta.url)
const POLL_MS = 20
const TIMEOUT_MS = 15_000

/** The CustomResourceDefinitions that are delivered. */
export const sallyportCrds = (): readonly KubernetesObject[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => parse(readFileSync(new URL(name, FOLDER), 'utf8')) as KubernetesObject)

/** A condition of any object. */
export interface Condition {
  readonly type: string
  readonly status: string
  readonly message?: string
}

/** The conditions in the status of an object. */
export const conditionsOf = (status: unknown): readonly Condition[] =>
  Object(status).conditions ?? []

const isEstablished = (status: unknown): boolean =>
  conditionsOf(status).some((it) => it.type === 'Established' && it.status === 'True')

const waitUntilEstablished = async (
  admin: KubernetesClient,
  crd: KubernetesObject,
): Promise<void> => {
  const giveUpAt = performance.now() + patient(TIMEOUT_MS)
  for (;;) {
    const { status } = (await admin.get(crd)).body
    if (isEstablished(status)) return
    if (performance.now() > giveUpAt) {
      throw new Error(`${crd.metadata.name} is not established: ${JSON.stringify(status)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/**
 * Applies definitions and waits until their kinds are served. @throws Error if the API server
 * refuses one
 */
export const installCrds = async (
  admin: KubernetesClient,
  crds: readonly KubernetesObject[],
): Promise<void> => {
  for (const crd of crds) {
    const { statusCode, body } = await admin.apply(crd)
    if (statusCode >= 300) throw new Error(`${crd.metadata.name} is refused: ${body.message}`)
  }
  await Promise.all(crds.map((crd) => waitUntilEstablished(admin, crd)))
}

/** The same with `deploy/crds`. */
export const installSallyportCrds = (admin: KubernetesClient): Promise<void> =>
  installCrds(admin, sallyportCrds())
