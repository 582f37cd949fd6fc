import { dirname } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { bearing, fetchMachineToken } from '../../support/e2e/access-tokens.ts'
import { API, APP, shop } from '../../support/e2e/manifests.ts'
import { lastSeen, seenDuring } from '../../support/e2e/seen.ts'
import { newHttpBrowser, signedIn } from '../../support/e2e/sign-in.ts'
import { useStack } from '../../support/e2e/use-stack.ts'
import { type Container, createContainer } from '../../support/parts/container.ts'
import { buildImage } from '../../support/parts/container-image.ts'

describe('the image behind Envoy, without root, capabilities or a place to write', () => {
  let container: Container
  const stack = useStack(async () => {
    container = createContainer((await buildImage()).name, 'host')
    return {
      resources: shop(),
      sallyport: {
        launch: container.launch,
        configuration: { shutdown: { delay: '2s', timeout: '10s' } },
      },
    }
  })
  afterAll(() => container?.remove())

  it('lets a public path through', async () => {
    const response = await newHttpBrowser(stack()).send(stack().url(APP, '/assets/logo.svg'))
    expect(response.status).toBe(200)
    expect(lastSeen(stack(), '/assets/logo.svg').headers).not.toHaveProperty('x-auth-subject')
  })

  it('refuses a program without a token', async () => {
    const seen = await seenDuring(stack(), async () => {
      const response = await newHttpBrowser(stack()).send(stack().url(API, '/orders'))
      expect(response.status).toBe(401)
      expect(response.headers['www-authenticate']).toMatch(/^Bearer /)
    })
    expect(seen).toEqual([])
  })

  it('lets a program with a token through', async () => {
    const browser = newHttpBrowser(stack())
    const headers = bearing(await fetchMachineToken(stack(), browser))
    const response = await browser.send(stack().url(API, '/orders'), { headers })
    expect(response.status).toBe(200)
    expect(lastSeen(stack(), '/orders').headers).toMatchObject({ 'x-auth-subject': 'machine' })
  })

  it('signs an end-user in', async () => {
    const { landed } = await signedIn(stack(), stack().url(APP, '/signed-in'))
    expect(landed.status).toBe(200)
    expect(lastSeen(stack(), '/signed-in').headers).toMatchObject({ 'x-auth-subject': 'alice' })
  })

  it('has no program in it but Node.js', async () => {
    for (const program of ['sh', 'bash', 'npm', 'apt-get', 'dpkg']) {
      const { code, stderr } = await container.exec([program])
      expect({ program, code }).toEqual({ program, code: 127 })
      expect(stderr).toContain('executable file not found')
    }
  })

  it('runs as 65532, in no group of root', async () => {
    const script = 'console.log(process.getuid(), process.getgid(), process.getgroups())'
    const { stdout } = await container.exec(['node', '-e', script])
    expect(stdout).toBe('65532 65532 [ 65532 ]\n')
  })

  it('cannot write anywhere, and has not', async () => {
    const script = `
      const { writeFileSync } = require('node:fs')
      for (const folder of ['/', '/app', '/app/dist', '/etc', '/usr/local/bin', '/tmp'])
        try { writeFileSync(folder + '/x', ''); console.log(folder) } catch {}`
    expect(await container.exec(['node', '-e', script])).toMatchObject({ code: 0, stdout: '' })
    const folder = dirname(stack().sallyport.configFile)
    const mountedInto = ['A /tmp', `A ${folder}`, 'C /etc']
    expect((await container.differences()).split('\n').sort()).toEqual(mountedInto)
  })

  it('answers after SIGTERM until it has drained, and ends with 0', async () => {
    const { sallyport } = stack()
    const browser = newHttpBrowser(stack())
    sallyport.signal('SIGTERM')
    await expect.poll(sallyport.isReady).toBe(false)
    const response = await browser.send(stack().url(APP, '/assets/late.svg'))
    expect(response.status).toBe(200)
    expect(await sallyport.exited()).toEqual({ code: 0, signal: null })
    expect(sallyport.output()).toContain('Stopped.')
  })
})
