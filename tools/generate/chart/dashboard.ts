import { panelsOf } from './dashboard-panels.ts'
import { rowsOfPeople } from './dashboard-people.ts'
import { rowsOfProcess } from './dashboard-process.ts'

const SOURCE = { type: 'prometheus', uid: '$datasource' }

const variable = (name: string, query: string, more: object = {}) => ({
  name,
  type: 'query',
  datasource: SOURCE,
  query,
  refresh: 2,
  ...more,
})

/** The dashboard: rows by what operators ask, the first of all first. */
export const printDashboard = (): string => {
  const dashboard = {
    title: 'Sallyport',
    uid: 'sallyport',
    schemaVersion: 39,
    version: 2,
    editable: true,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    tags: ['sallyport'],
    annotations: { list: [] },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        variable('namespace', 'label_values(sallyport_build_info, namespace)'),
        variable('pod', 'label_values(sallyport_build_info{namespace="$namespace"}, pod)', {
          multi: true,
          includeAll: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
        }),
      ],
    },
    panels: panelsOf([...rowsOfPeople, ...rowsOfProcess], SOURCE),
  }
  return `${JSON.stringify(dashboard, null, 2)}\n`
}
