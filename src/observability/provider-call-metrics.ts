import { createCounter } from './series/counter.ts'

/** What providers were asked about tokens. */
export const createInquiryMetrics = () =>
  createCounter({
    name: 'sallyport_token_inquiries_total',
    help: 'Calls to providers about tokens, by way (`introspection`, `userinfo`) and outcome (`active`; `inactive`: the token is not good; `failed`: no answer that counts, see the decision log). Answers that are remembered are no calls.',
    labelNames: ['way', 'outcome'],
  })

/** What became of credentials that a token endpoint takes. */
export const createGrantMetrics = () =>
  createCounter({
    name: 'sallyport_credential_grants_total',
    help: 'Credentials of callers that were to become access tokens, by kind (`client_credentials`, `password`, `refresh_token`) and outcome (`granted`; `refused` by the provider; `limited`: not asked, as too many from that address were refused; `failed`: no answer about the credential). Those that are remembered are not counted.',
    labelNames: ['kind', 'outcome'],
  })
