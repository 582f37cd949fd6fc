import type { KubernetesAnswer, KubernetesClient } from './kubernetes-client.ts'

/** What a Role allows (RBAC). */
export interface PolicyRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** A user with few rights. */
export interface ServiceAccountOptions {
  readonly namespace: string
  readonly name: string
  /** Rights in the namespace of the account. */
  readonly rules?: readonly PolicyRule[]
  /** Rights in every namespace. */
  readonly clusterRules?: readonly PolicyRule[]
}

const RBAC = 'rbac.authorization.k8s.io'

const mustSucceed = ({ statusCode, body }: KubernetesAnswer): KubernetesAnswer['body'] => {
  if (statusCode < 300) return body
  throw new Error(`The API server answered ${statusCode}: ${body.message}`)
}

/** The objects that give an account these rights: cluster-wide without a namespace. */
const grantOf = (
  { namespace, name }: ServiceAccountOptions,
  rules: readonly PolicyRule[],
  isClusterWide: boolean,
) => {
  const kind = isClusterWide ? 'ClusterRole' : 'Role'
  const apiVersion = `${RBAC}/v1`
  const metadata = isClusterWide ? { name: `${namespace}-${name}` } : { name, namespace }
  const subjects = [{ kind: 'ServiceAccount', name, namespace }]
  const roleRef = { apiGroup: RBAC, kind, name: metadata.name }
  return [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, subjects, roleRef },
  ]
}

/**
 * Makes a ServiceAccount with exactly these rights, in a namespace that exists, and gives a token
 * of it that is good for an hour, as a pod would get one. Asked again for the same account, it
 * replaces the rights.
 */
export const createServiceAccount = async (
  admin: KubernetesClient,
  options: ServiceAccountOptions,
): Promise<string> => {
  const { namespace, name, rules, clusterRules } = options
  const objects = [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    ...(rules === undefined ? [] : grantOf(options, rules, false)),
    ...(clusterRules === undefined ? [] : grantOf(options, clusterRules, true)),
  ]
  for (const object of objects) mustSucceed(await admin.apply(object))
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} }
  const { status } = mustSucceed(await admin.call('POST', path, { body }))
  return String(Object(status).token)
}
