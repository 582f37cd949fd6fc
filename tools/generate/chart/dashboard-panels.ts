/** One query of a panel. */
export interface Ask {
  readonly expr: string
  /** What a series is called; empty: as Grafana calls it. */
  readonly legend: string
}

/** A page of docs/runbooks that a panel leads to. */
export interface Link {
  readonly title: string
  readonly page: string
}

/** One panel, as somebody describes it. */
export interface Drawn {
  readonly title: string
  readonly unit: string
  readonly asks: readonly Ask[]
  /** Absent: lines over time. */
  readonly kind?: 'stat' | 'table' | 'state-timeline'
  readonly description?: string
  readonly links?: readonly Link[]
}

/** Panels under the question that they answer. */
export interface Row {
  readonly title: string
  readonly panels: readonly Drawn[]
}

const WIDTH = 24

/** How wide and high panels are by their kind. */
const SIZES = {
  timeseries: { w: 8, h: 8 },
  'state-timeline': { w: 8, h: 8 },
  table: { w: 8, h: 8 },
  stat: { w: 4, h: 4 },
} as const

/** The chart puts in their place where runbooks are published. */
const RUNBOOKS = 'docs/runbooks'

const OF_STATES = {
  mappings: [
    {
      type: 'value',
      options: { 0: { text: 'no', index: 0 }, 1: { text: 'yes', index: 1 } },
    },
  ],
}

const isAtOnce = (kind: keyof typeof SIZES): boolean => kind === 'table'

const targetOf = (
  { expr, legend }: Ask,
  at: number,
  kind: keyof typeof SIZES,
  datasource: object,
) => ({
  datasource,
  refId: String.fromCharCode('A'.charCodeAt(0) + at),
  expr,
  ...(legend === '' ? {} : { legendFormat: legend }),
  ...(isAtOnce(kind) ? { instant: true, format: 'table' } : {}),
})

const panelOf = (drawn: Drawn, id: number, at: { x: number; y: number }, datasource: object) => {
  const { kind = 'timeseries', description, links = [] } = drawn
  return {
    id,
    title: drawn.title,
    ...(description === undefined ? {} : { description }),
    type: kind,
    datasource,
    gridPos: { ...at, ...SIZES[kind] },
    fieldConfig: {
      defaults: { unit: drawn.unit, ...(kind === 'state-timeline' ? OF_STATES : {}) },
      overrides: [],
    },
    ...(links.length === 0
      ? {}
      : {
          links: links.map(({ title, page }) => ({
            title,
            type: 'link',
            url: `${RUNBOOKS}/${page}.md`,
            icon: '',
            tooltip: '',
            tags: [],
            asDropdown: false,
            targetBlank: true,
            includeVars: false,
            keepTime: false,
          })),
        }),
    targets: drawn.asks.map((ask, index) => targetOf(ask, index, kind, datasource)),
  }
}

/** Rows one below the other, and in each the panels from left to right. */
export const panelsOf = (rows: readonly Row[], datasource: object): readonly object[] => {
  const panels: object[] = []
  let y = 0
  for (const { title, panels: drawn } of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
      panels: [],
    })
    y += 1
    let [x, height] = [0, 0]
    for (const one of drawn) {
      const { w, h } = SIZES[one.kind ?? 'timeseries']
      if (x + w > WIDTH || (height !== 0 && h !== height)) {
        y += height
        ;[x, height] = [0, 0]
      }
      panels.push(panelOf(one, panels.length + 1, { x, y }, datasource))
      x += w
      height = h
    }
    y += height
  }
  return panels
}
