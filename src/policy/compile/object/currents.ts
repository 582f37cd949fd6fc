import { eachInSteps, mapInSteps, type Steps, sortInSteps } from '../../../core/time/steps.ts'
import type {
  ConfigMap,
  IdentityProvider,
  Namespace,
  OIDCClient,
  ProtectedRoute,
  Resource,
  Secret,
} from '../../resource/resource.ts'
import { objectKey, refOf } from '../../resource/resource.ts'
import type { Finding } from './findings.ts'
import type { InvalidObject } from './invalid-object.ts'
import type { Current } from './last-good.ts'
import type { Memo } from './memo.ts'

/** The objects of a compilation by what they are to it. */
export interface ByKind {
  readonly providers: readonly IdentityProvider[]
  readonly clients: readonly OIDCClient[]
  readonly routes: readonly ProtectedRoute[]
  readonly data: readonly (Secret | ConfigMap)[]
  readonly namespaces: readonly Namespace[]
}

/** Sorts objects by their kinds; within one they keep their order. */
export const byKind = function* (resources: readonly Resource[]): Steps<ByKind> {
  const providers: IdentityProvider[] = []
  const clients: OIDCClient[] = []
  const routes: ProtectedRoute[] = []
  const data: (Secret | ConfigMap)[] = []
  const namespaces: Namespace[] = []
  yield* eachInSteps(resources, (resource) => {
    switch (resource.kind) {
      case 'IdentityProvider':
        return providers.push(resource)
      case 'OIDCClient':
        return clients.push(resource)
      case 'ProtectedRoute':
        return routes.push(resource)
      case 'Secret':
      case 'ConfigMap':
        return data.push(resource)
      case 'Namespace':
        return namespaces.push(resource)
    }
  })
  return { providers, clients, routes, data, namespaces }
}

const REFUSED: Finding = {
  field: [],
  message: 'The object cannot be used as it is written',
  reason: 'Invalid',
}

const created = (meta: { readonly creationTimestampMs?: number }) =>
  meta.creationTimestampMs === undefined ? {} : { creationTimestampMs: meta.creationTimestampMs }

const named = ({ kind, namespace, name }: Current<unknown>['ref']) => ({
  ref: { kind, namespace, name },
  key: objectKey({ kind, namespace, name }),
  name: `${namespace}/${name}`,
})

const refused = (object: InvalidObject): Current<never> => ({
  ...named(object),
  ...created(object),
  findings: [REFUSED],
  ...(object.hosts === undefined ? {} : { writtenHosts: object.hosts }),
})

const byKey = (a: Current<unknown>, b: Current<unknown>): number => (a.key < b.key ? -1 : 1)

/**
 * Every object of one kind as it is now, in the order of their keys. An object that was read before
 * is not read again, unless what it is read beside is another.
 */
export const currentsOf = function* <R extends Resource, D, E>(
  resources: readonly R[],
  invalid: readonly InvalidObject[],
  read: (resource: R, beside: E) => { readonly draft: D; readonly findings: readonly Finding[] },
  memo: Memo<Current<D>>,
  besideOf: (resource: R) => E,
): Steps<readonly Current<D>[]> {
  const readable = yield* mapInSteps(resources, (resource) => {
    const beside = besideOf(resource)
    return memo.of(resource, [beside], () => ({
      ...named(refOf(resource)),
      ...created(resource.metadata),
      ...read(resource, beside),
    }))
  })
  const unreadable = yield* mapInSteps(invalid, (object) =>
    memo.of(object, [], () => refused(object)),
  )
  return yield* sortInSteps([...readable, ...unreadable], byKey)
}
