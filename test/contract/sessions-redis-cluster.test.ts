import { afterAll, beforeAll } from 'vitest'
import { type RunningCluster, startCluster } from '../support/parts/redis-cluster.ts'
import { redisUnderTest } from '../support/redis-under-test.ts'
import { directoryContract } from './directory.contract.ts'
import { type BackendUnderTest, backendContract } from './sessions.contract.ts'

let cluster: RunningCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.stop())

const start = (): Promise<BackendUnderTest> =>
  redisUnderTest({ cluster: { addresses: cluster.addresses } }, cluster.nodes)

backendContract('a Redis Cluster', start)
directoryContract('a Redis Cluster', start)
