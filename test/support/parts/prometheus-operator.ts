import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { installed } from './installed.ts'
import type { KubernetesObject } from './kubernetes-client.ts'

/** The definitions of the Prometheus operator that the chart has objects of. */
export const prometheusOperatorCrds = (): readonly KubernetesObject[] =>
  ['podmonitors', 'servicemonitors', 'prometheusrules'].map((kind) => {
    const file = installed(`prometheus-operator/${kind}.yaml`, 'prometheus-operator')
    return parse(readFileSync(file, 'utf8')) as KubernetesObject
  })
