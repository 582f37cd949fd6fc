import { afterAll, beforeAll } from 'vitest'
import { type RunningCluster, startCluster } from '../support/parts/redis-cluster.ts'
import { redisUnderTest } from '../support/redis-under-test.ts'
import { backendContract } from './sessions.contract.ts'

let cluster: RunningCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.stop())

backendContract('a Redis Cluster', () =>
  redisUnderTest({ cluster: { addresses: cluster.addresses } }, cluster.nodes),
)
