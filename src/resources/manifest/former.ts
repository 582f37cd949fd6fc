import type { Steps } from '../../core/time/steps.ts'
import { type Kind, type ObjectRef, objectKey } from '../../policy/resource/resource.ts'
import type { LocatedProblem } from './diagnostics.ts'
import type { Manifest, Manifests, Stranger } from './manifests.ts'

/** Whose last good version is kept. A Secret that cannot be read fails its hosts closed (R29). */
const KEPT: ReadonlySet<Kind> = new Set(['IdentityProvider', 'OIDCClient', 'ProtectedRoute'])

const keyOf = ({ key }: Manifest): string => key

const pathOf = ({ namespace, name }: ObjectRef): string => `${namespace}/${name}`

/** The objects that a document stands for: by its name, else by where it stands in the file. */
const meantBy = (stranger: Stranger, gone: readonly Manifest[]): readonly Manifest[] => {
  const byName = gone.filter(({ ref }) => pathOf(ref) === stranger.path)
  return byName.length > 0 ? byName : gone.filter(({ document }) => document === stranger.document)
}

const wasFormer = ({ isFormer }: Manifest): boolean => isFormer === true

const unreadable = (former: Manifest, stranger: Stranger): Manifest => ({
  ref: former.ref,
  key: former.key,
  unusable: { ...former.unusable, ...stranger.known },
  document: stranger.document,
  isFormer: true,
  locate: stranger.locate,
})

const keeping = (problem: LocatedProblem, refs: readonly ObjectRef[]): LocatedProblem => {
  const names = refs.map((ref) => `${ref.kind} ${pathOf(ref)}`).join(', ')
  return {
    ...problem,
    message: `${problem.message}; the last good version of ${names} stays in force`,
  }
}

/**
 * A file with the objects that it had before and that cannot be told any more, because their
 * document lacks a kind, a version or a name that is known: they are there, and invalid. An object
 * whose document is gone is gone.
 */
export const withFormer = function* (
  now: Manifests,
  before: readonly Manifest[],
): Steps<Manifests> {
  const here = new Set(now.objects.map(keyOf))
  const there = new Set(before.map(keyOf))
  const isNew = ({ ref }: Stranger) => ref === undefined || !there.has(objectKey(ref))
  const kept = before.filter(({ ref }) => KEPT.has(ref.kind))
  const former: Manifest[] = []
  let { problems } = now
  for (const stranger of now.strangers) {
    yield
    const gone = kept.filter((object) => !here.has(keyOf(object)))
    const meant = meantBy(stranger, isNew(stranger) ? gone : gone.filter(wasFormer))
    if (meant.length === 0) continue
    for (const object of meant) {
      here.add(keyOf(object))
      former.push(unreadable(object, stranger))
    }
    const refs = meant.map(({ ref }) => ref)
    problems = problems.map((one) => (stranger.problems.has(one) ? keeping(one, refs) : one))
  }
  return { ...now, objects: [...now.objects, ...former], problems }
}
