import { objectsOf, renderChart } from '../parts/helm.ts'
import type { KubernetesObject } from '../parts/kubernetes-client.ts'

/** The gRPC Service as the chart installs it for the release `sally` in the namespace `auth`. */
export const sallyportService = async (
  options: { readonly headless: boolean } = { headless: true },
): Promise<KubernetesObject> => {
  const objects = objectsOf(await renderChart('--set', `grpc.service.headless=${options.headless}`))
  const found = objects.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === 'sally-sallyport',
  )
  if (found === undefined) throw new Error('The chart has no Service sally-sallyport.')
  return found
}
