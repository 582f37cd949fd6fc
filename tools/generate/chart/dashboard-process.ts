import type { Row } from './dashboard-panels.ts'
import { by, is, p50And99, panel, perSecond, quantile, rate, runbook } from './dashboard-queries.ts'

/** What lies behind it: sessions, times, what is in force and what runs out, the replicas. */
export const rowsOfProcess: readonly Row[] = [
  {
    title: 'Sessions',
    panels: [
      panel(
        'The session store and its notices',
        'none',
        [
          { expr: `min(${is('sallyport_session_store_up')})`, legend: 'store' },
          { expr: `min(${is('sallyport_session_notices_up')})`, legend: 'notices' },
        ],
        {
          kind: 'state-timeline',
          links: [
            runbook('The session store is down', 'session-store-down'),
            runbook('Notices are lost', 'notices-lost'),
          ],
        },
      ),
      panel(
        'Sessions looked up, by where',
        perSecond,
        by('from', `sum by (from) (${rate('sallyport_session_openings_total')})`),
      ),
      panel(
        'Until a sign-out counts everywhere',
        's',
        p50And99('sallyport_session_notice_seconds'),
        {
          links: [runbook('Sign-outs are slow', 'sign-outs-slow')],
        },
      ),
      panel(
        'Logouts',
        perSecond,
        [
          {
            expr: `sum by (kind, outcome) (${rate('sallyport_logouts_total')})`,
            legend: '{{kind}} {{outcome}}',
          },
        ],
        { links: [runbook('Logouts fail', 'logouts-failed')] },
      ),
      panel(
        'Sessions ended without their browsers',
        perSecond,
        by('cause', `sum by (cause) (${rate('sallyport_sessions_ended_total')})`),
      ),
      panel(
        'Devices',
        perSecond,
        [
          {
            expr: `sum by (outcome) (${rate('sallyport_device_bindings_total')})`,
            legend: 'binding {{outcome}}',
          },
          {
            expr: `sum by (outcome) (${rate('sallyport_device_proofs_total')})`,
            legend: 'proof {{outcome}}',
          },
          {
            expr: `sum by (why) (${rate('sallyport_device_proofs_skipped_total')})`,
            legend: 'skipped {{why}}',
          },
        ],
        {
          links: [
            runbook('Devices are not bound', 'devices-not-bound'),
            runbook('Proofs are skipped', 'device-proofs-skipped'),
          ],
        },
      ),
    ],
  },
  {
    title: 'How long does it take?',
    panels: [
      panel(
        'What is let through',
        's',
        p50And99('sallyport_check_duration_seconds', 'decision="allow"'),
      ),
      panel(
        'p99, by decision',
        's',
        by('decision', quantile(0.99, 'sallyport_check_duration_seconds', '', 'le, decision')),
      ),
      panel(
        'p99, by route',
        's',
        by('route', quantile(0.99, 'sallyport_route_check_duration_seconds', '', 'le, route')),
      ),
      panel('Decision points', 's', p50And99('sallyport_decision_point_duration_seconds')),
      panel(
        'Decision points that answer',
        'none',
        [
          {
            expr: `max by (route, url) (${is('sallyport_decision_point_up')})`,
            legend: '{{route}} {{url}}',
          },
        ],
        {
          kind: 'state-timeline',
          links: [runbook('A decision point is down', 'decision-point-down')],
        },
      ),
      panel('Event loop lag, p99', 's', by('pod', is('nodejs_eventloop_lag_p99_seconds'))),
    ],
  },
  {
    title: 'What is in force, and what runs out?',
    panels: [
      panel('Edits until they are in force', 's', p50And99('sallyport_edit_effect_seconds'), {
        links: [runbook('Edits are slow', 'edits-slow')],
      }),
      panel(
        'The API server was last heard',
        's',
        by('pod', is('sallyport_resource_staleness_seconds')),
        {
          links: [runbook('The resources are stale', 'resources-stale')],
        },
      ),
      panel('Policies and problems', 'none', [
        { expr: `max(${is('sallyport_policies')})`, legend: 'policies' },
        { expr: `max(${is('sallyport_policy_problems')})`, legend: 'problems' },
      ]),
      panel(
        'Certificates and the sealing key',
        's',
        [
          {
            expr: `min by (field) (${is('sallyport_certificate_expiry_timestamp_seconds')}) - time()`,
            legend: '{{field}}, left',
          },
          {
            expr: `min by (client) (${is('sallyport_client_certificate_expiry_timestamp_seconds')}) - time()`,
            legend: '{{client}}, left',
          },
          {
            expr: `time() - min(${is('sallyport_sealing_key_since_timestamp_seconds')})`,
            legend: 'sealing key, age',
          },
        ],
        {
          kind: 'stat',
          links: [
            runbook('A certificate expires', 'certificate-expires'),
            runbook('The certificate of a client expires', 'client-certificate-expires'),
            runbook('The sealing key is old', 'sealing-key-old'),
          ],
        },
      ),
      panel(
        'Clocks, ahead of ours',
        's',
        [{ expr: is('sallyport_clock_difference_seconds'), legend: '{{pod}} {{against}}' }],
        { links: [runbook('A clock is wrong', 'clock-off')] },
      ),
      panel(
        'What peers of the gRPC port do wrong',
        perSecond,
        by('kind', `sum by (kind) (${rate('sallyport_grpc_faults_total')})`),
      ),
    ],
  },
  {
    title: 'The replicas',
    panels: [
      panel('Processor', 'percentunit', by('pod', rate('process_cpu_seconds_total'))),
      panel('Memory', 'bytes', by('pod', is('process_resident_memory_bytes'))),
      panel(
        'Sessions in the local cache',
        'none',
        by('pod', is('sallyport_session_cache_entries')),
      ),
      panel(
        'Running since',
        'dateTimeFromNow',
        by('pod', `${is('process_start_time_seconds')} * 1000`),
        {
          kind: 'stat',
        },
      ),
    ],
  },
]
