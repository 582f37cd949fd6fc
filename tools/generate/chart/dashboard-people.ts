import type { Row } from './dashboard-panels.ts'
import {
  by,
  FAILED,
  grew,
  is,
  objective,
  panel,
  perSecond,
  quantile,
  rate,
  runbook,
} from './dashboard-queries.ts'

/** What people notice: whether it is well, who is refused, and at which provider. */
export const rowsOfPeople: readonly Row[] = [
  {
    title: 'Is it well?',
    panels: [
      panel('Replicas', 'none', `count(${is('sallyport_build_info')})`, {
        kind: 'stat',
        links: [runbook('None is seen', 'absent')],
      }),
      panel('Checks', perSecond, `sum(${rate('sallyport_checks_total')})`, { kind: 'stat' }),
      panel(
        'Denied with 503',
        perSecond,
        `sum(${rate('sallyport_checks_total', FAILED)}) or vector(0)`,
        {
          kind: 'stat',
          links: [runbook('Checks are denied with 503', 'checks-unavailable')],
        },
      ),
      panel(
        'p99 of what is let through',
        's',
        quantile(0.99, 'sallyport_check_duration_seconds', 'decision="allow"'),
        {
          kind: 'stat',
          links: [runbook('Checks are slow', 'checks-slow')],
        },
      ),
      panel('Problems in the resources', 'none', `max(${is('sallyport_policy_problems')})`, {
        kind: 'stat',
        links: [runbook('Problems in the resources', 'policy-problems')],
      }),
      panel(
        'Alerts that fire',
        'none',
        by(
          'alertname',
          'ALERTS{alertname=~"Sallyport.+", alertstate="firing", namespace="$namespace"}',
        ),
        {
          kind: 'table',
          description: 'Each has a runbook.',
        },
      ),
      panel(
        'What is left of the error budgets',
        'percentunit',
        [
          {
            expr: objective('sallyport:budget_left:ratio_30d'),
            legend: '{{release}}: {{objective}}',
          },
        ],
        {
          description:
            'Over thirty days, by the recording rules of the chart; docs/slo.md says what counts.',
          links: [
            runbook('The availability', 'availability-budget-burns'),
            runbook('The latency', 'latency-budget-burns'),
          ],
        },
      ),
    ],
  },
  {
    title: 'Who is refused, why, and since when?',
    panels: [
      panel(
        'Refused, by reason',
        perSecond,
        by(
          'reason',
          `sum by (reason) (${rate('sallyport_checks_total', 'decision=~"forbid|reject|challenge|unavailable"')}) > 0`,
        ),
        {
          description:
            'docs/reasons.md explains each, the decision log has a sentence for each request.',
        },
      ),
      panel(
        'Refused in this time, by reason',
        'none',
        by(
          'reason',
          `sort_desc(sum by (decision, reason) (${grew('sallyport_checks_total', 'decision=~"forbid|reject|challenge|unavailable"')}) > 0)`,
        ),
        {
          kind: 'table',
        },
      ),
      panel(
        'Since when checks are denied with 503',
        'none',
        by(
          'reason',
          `sum by (reason) (${rate('sallyport_checks_total', FAILED)}) > bool 0 and sum by (reason) (${grew('sallyport_checks_total', FAILED)}) > 0`,
        ),
        {
          kind: 'state-timeline',
          links: [runbook('Checks are denied with 503', 'checks-unavailable')],
        },
      ),
      panel(
        'Refused, by route',
        perSecond,
        by(
          'route',
          `topk(15, sum by (route) (${rate('sallyport_route_checks_total', 'decision=~"forbid|reject|challenge|unavailable"')}))`,
        ),
        {
          description: 'For as many routes as `metrics.routes` says; off unless it is set.',
        },
      ),
      panel(
        'Answers, by decision',
        perSecond,
        by('decision', `sum by (decision) (${rate('sallyport_checks_total')})`),
      ),
      panel(
        'Logins that came back and to nothing',
        perSecond,
        by(
          'reason',
          `sum by (reason) (${rate('sallyport_checks_total', 'reason=~"state_mismatch|login_state_.+|code_refused|id_token_invalid|login_context_refused|access_token_unbound|userinfo_refused|claim_source_refused|provider_error"')}) > 0`,
        ),
        {
          links: [runbook('Logins fail', 'logins-fail')],
        },
      ),
    ],
  },
  {
    title: 'Which provider?',
    panels: [
      panel(
        'Sign-ins that fail, by provider and outcome',
        perSecond,
        [
          {
            expr: `sum by (provider, outcome) (${rate('sallyport_sign_ins_total', 'outcome!="completed"')}) > 0`,
            legend: '{{provider}} {{outcome}}',
          },
        ],
        { links: [runbook('Code exchanges fail', 'code-exchanges-fail')] },
      ),
      panel(
        'Refreshes that fail, by provider and outcome',
        perSecond,
        [
          {
            expr: `sum by (provider, outcome) (${rate('sallyport_session_refreshes_total', 'outcome!="completed"')}) > 0`,
            legend: '{{provider}} {{outcome}}',
          },
        ],
        {
          links: [
            runbook('Refreshes fail', 'refreshes-fail'),
            runbook('Refreshes are refused', 'refreshes-refused'),
          ],
        },
      ),
      panel(
        'Discovered, and whether calls fail',
        'none',
        [
          {
            expr: `max by (provider) (${is('sallyport_provider_up')})`,
            legend: '{{provider}} discovered',
          },
          {
            expr: `max by (provider) (${is('sallyport_provider_failing')})`,
            legend: '{{provider}} fails',
          },
        ],
        {
          kind: 'state-timeline',
          links: [
            runbook('A provider is down', 'provider-down'),
            runbook('A provider fails', 'provider-fails'),
          ],
        },
      ),
      panel(
        'Clients that were refused in this time',
        'none',
        by('client', `sort_desc(sum by (client) (${grew('sallyport_client_refusals_total')}) > 0)`),
        {
          kind: 'table',
          links: [runbook('A client is refused', 'client-refused')],
        },
      ),
      panel('Sign-ins and refreshes that work', perSecond, [
        {
          expr: `sum by (provider) (${rate('sallyport_sign_ins_total', 'outcome="completed"')})`,
          legend: '{{provider}} sign-ins',
        },
        {
          expr: `sum by (provider) (${rate('sallyport_session_refreshes_total', 'outcome="completed"')})`,
          legend: '{{provider}} refreshes',
        },
      ]),
      panel('Other calls that fail', perSecond, [
        {
          expr: `sum by (way) (${rate('sallyport_token_inquiries_total', 'outcome="failed"')})`,
          legend: '{{way}}',
        },
        {
          expr: `sum by (outcome) (${rate('sallyport_token_exchanges_total', 'outcome!="exchanged"')})`,
          legend: 'exchange {{outcome}}',
        },
        {
          expr: `sum by (kind) (${rate('sallyport_credential_grants_total', 'outcome="failed"')})`,
          legend: 'grant {{kind}}',
        },
        {
          expr: `sum by (way) (${rate('sallyport_claim_sources_total', 'outcome!="taken"')})`,
          legend: 'claims {{way}}',
        },
      ]),
    ],
  },
]
