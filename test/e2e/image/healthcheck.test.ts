import { mkdir, writeFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { startChildProcess } from '../../support/parts/child-process.ts'
import { createContainer } from '../../support/parts/container.ts'
import { type BuiltImage, buildImage } from '../../support/parts/container-image.ts'
import { temporaryFolder } from '../../support/parts/temporary-folder.ts'

/** An API server that nobody can reach: the process runs and does not become ready. */
const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'none', cluster: { server: 'https://127.0.0.1:1' } }],
  users: [{ name: 'nobody', user: {} }],
  contexts: [{ name: 'none', context: { cluster: 'none', user: 'nobody' } }],
  'current-context': 'none',
}

describe('the health check of the image, as the image declares it', () => {
  let image: BuiltImage
  beforeAll(async () => {
    image = await buildImage()
  })

  /** Starts the image on a network of its own, with the ports of the defaults. */
  const start = async (configuration: (folder: string) => object) => {
    const folder = await temporaryFolder('image')
    await mkdir(`${folder.path}/resources`)
    await writeFile(`${folder.path}/kubeconfig`, stringify(KUBECONFIG))
    const settings = { shutdown: { delay: '0s' }, ...configuration(folder.path) }
    await writeFile(`${folder.path}/sallyport.yaml`, stringify(settings))
    const container = createContainer(image.name, 'none')
    const serve = ['serve', '--config', `${folder.path}/sallyport.yaml`]
    const launch = await container.launch(serve, folder.path)
    const child = await startChildProcess({ name: 'The container', ...launch })
    onTestFinished(async () => {
      await child.stop()
      await container.remove()
      await folder.remove()
    })
    const [, ...command] = image.metadata.Healthcheck.Test
    const check = () => container.exec(command)
    return { child, check }
  }

  it('succeeds once the process is ready', async () => {
    const { child, check } = await start((folder) => ({
      resources: { source: 'files', files: { paths: [`${folder}/resources`] } },
    }))
    await expect.poll(child.output, { timeout: 20_000 }).toContain('Serving.')
    expect(await check()).toMatchObject({ code: 0 })
  })

  it('fails while the process is not ready', async () => {
    const { child, check } = await start((folder) => ({
      resources: {
        source: 'kubernetes',
        kubernetes: {
          kubeconfigFile: `${folder}/kubeconfig`,
          leaderElection: { namespace: 'default' },
        },
      },
    }))
    await expect
      .poll(async () => (await check()).stderr, { timeout: 20_000 })
      .toContain('The first snapshot of resources is not complete yet.')
    expect(await check()).toMatchObject({ code: 1 })
    child.signal('SIGTERM')
    expect(await child.exited).toEqual({ code: 0, signal: null })
  })
})
