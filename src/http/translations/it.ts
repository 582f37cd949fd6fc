import type { Translation } from '../language/texts.ts'

/** Italian. */
export const italian: Translation = {
  headings: {
    may_program_act: 'Questo programma può agire per lei?',
    not_connected: 'Non collegato',
    welcome: 'Benvenuto',
    please_sign_in: 'È necessario accedere',
    choose_how_to_sign_in: 'Come desidera accedere?',
    confirm_who_you_are: 'Confermi la Sua identità',
    one_moment: 'Un momento',
    sending_form: 'Invio del modulo in corso',
    all_done: 'Fatto',
    signed_out: 'Disconnessione effettuata',
    signed_out_here: 'Disconnessione effettuata qui',
    signed_out_in_browser: 'Disconnessione effettuata in questo browser',
    sign_out_question: 'Desidera uscire?',
    send_again: 'Invii di nuovo il modulo',
    open_again: 'Apra di nuovo la pagina',
    not_permitted: 'Accesso non consentito',
    not_confirmed: 'Identità non confermata',
    other_browser: 'Serve un altro browser',
    nothing_here: 'Qui non c’è nulla',
    did_not_work: 'Qualcosa non ha funzionato',
    sign_in_not_completed: 'Accesso non completato',
    not_available: 'Al momento non disponibile',
  },
  kinds: {
    login: 'Prima è necessario accedere.',
    redirect: 'Tra un momento si prosegue.',
    page: 'Operazione completata.',
    challenge: 'È necessario un accesso valido.',
    forbid: 'L’operazione non è consentita.',
    reject: 'Non è stato possibile elaborare la richiesta.',
    unavailable: 'Al momento non è possibile. Riprovi più tardi.',
  },
  reasons: {
    login_required: 'Prima è necessario accedere.',
    provider_choice_required: 'Prima è necessario accedere.',
    login_framed: 'Prima è necessario accedere, e ciò è possibile solo nella finestra intera.',
    login_handed_over: 'L’accesso prosegue dove è iniziato.',
    login_completed: 'Accesso effettuato.',
    form_lost:
      'L’accesso è stato effettuato, ma non è stato possibile conservare i dati inviati. Li invii di nuovo.',
    return_url_lost:
      'L’accesso è stato effettuato, ma l’indirizzo della pagina è troppo lungo per essere conservato durante l’accesso. La apra di nuovo.',
    login_continued: 'Accesso in corso.',
    already_signed_in: 'L’accesso è già stato effettuato.',
    step_up_required: 'Per continuare, confermi ancora una volta la Sua identità.',
    step_up_completed: 'La Sua identità è stata confermata.',
    step_up_overtaken: 'Nel frattempo la sessione è cambiata.',
    step_up_refused:
      'La sessione è ancora attiva, ma il servizio di accesso non ha confermato la Sua identità nel modo richiesto qui.',
    step_up_other_subject:
      'È stata confermata l’identità di un’altra persona. La Sua sessione è rimasta invariata.',
    signed_out: 'La sessione è stata chiusa.',
    signed_out_here:
      'La sessione è stata chiusa qui. Non è stato possibile avvisare il servizio di accesso, che potrebbe farLa entrare di nuovo senza chiedere nulla.',
    sign_out_incomplete:
      'In questo browser la sessione è chiusa, ma al momento non è stato possibile terminarla del tutto: resta valida fino alla scadenza.',
    front_channel_logout: 'Il servizio di accesso ha chiuso qui la Sua sessione.',
    front_channel_logout_ignored:
      'Questa disconnessione non riguarda alcuna sessione di questo browser.',
    sign_out_at_provider: 'È in corso anche la disconnessione dal servizio di accesso.',
    sign_out_unconfirmed: 'Confermi di voler uscire.',
    return_url_refused: 'Questo link porta a un indirizzo non ammesso dopo l’accesso.',
    session_unknown: 'La sessione non è stata trovata. Acceda di nuovo.',
    session_elsewhere: 'La sessione appartiene a un altro browser o a un’altra rete. Acceda.',
    cookies_joined:
      'I cookie della richiesta sono stati uniti lungo il percorso e la sessione non è riconoscibile.',
    session_expired: 'La sessione è scaduta. Acceda di nuovo.',
    session_ended: 'La sessione è stata terminata. Acceda di nuovo.',
    device_proof_required:
      'Il browser deve dimostrare di trovarsi sul dispositivo da cui è stato effettuato l’accesso.',
    device_not_offered:
      'La sessione è iniziata prima che le sessioni fossero legate a un dispositivo. Acceda di nuovo.',
    device_not_bound:
      'Serve un browser che leghi la sessione al dispositivo, e il Suo non lo ha fatto.',
    credential_required: 'Sono necessarie delle credenziali.',
    credential_malformed: 'Le credenziali non hanno la forma corretta.',
    credential_refused: 'Le credenziali non sono valide.',
    credential_limited:
      'Dal Suo indirizzo sono arrivate troppe credenziali non valide. Riprovi più tardi.',
    insufficient_scope: 'La sessione non comprende l’autorizzazione necessaria qui.',
    claim_mismatch: 'L’accesso è stato effettuato, ma non consente di usare questo servizio.',
    email_domain_mismatch:
      'L’accesso è stato effettuato, ma non con un indirizzo e-mail che consenta di usare questo servizio.',
    source_address_refused: 'Questo servizio non può essere usato dalla Sua rete.',
    expression_refused: 'L’accesso è stato effettuato, ma non consente di usare questo servizio.',
    expression_failed:
      'L’accesso è stato effettuato, ma non è stato possibile stabilire se può usare questo servizio.',
    authentication_context_refused:
      'L’accesso è stato effettuato, ma non in un modo che consenta di usare questo servizio.',
    no_alternative_holds:
      'L’accesso è stato effettuato, ma nessuna delle condizioni per usare questo servizio è soddisfatta.',
    decision_denied: 'L’accesso è stato effettuato, ma non consente di usare questo servizio.',
    malformed_request: 'Non è stato possibile comprendere la richiesta.',
    malformed_callback: 'Non è stato possibile comprendere la risposta del servizio di accesso.',
    headers_too_large: 'La richiesta è troppo grande per essere inoltrata.',
    no_policy: 'A questo indirizzo non c’è nulla.',
    host_conflict: 'A questo indirizzo non c’è nulla.',
    state_mismatch:
      'Questo accesso non è iniziato in questo browser, oppure il suo cookie non c’è più.',
    login_state_expired: 'L’accesso ha richiesto troppo tempo. Ricominci da capo.',
    login_state_used: 'Questo accesso è già stato utilizzato. Ricominci da capo.',
    code_refused: 'Il servizio di accesso non ha più accettato questo accesso. Ricominci da capo.',
    id_token_invalid: 'La risposta del servizio di accesso non era attendibile.',
    login_context_refused:
      'Il servizio di accesso ha confermato l’accesso, ma non nel modo richiesto qui.',
    access_token_unbound: 'La risposta del servizio di accesso non era attendibile.',
    userinfo_refused: 'La risposta del servizio di accesso non era attendibile.',
    claim_source_refused: 'La risposta del servizio di accesso non era attendibile.',
    provider_error: 'Il servizio di accesso non ha consentito l’accesso.',
    policy_broken: 'Questo indirizzo non è configurato correttamente.',
    provider_unreachable:
      'Al momento il servizio di accesso non è raggiungibile. Riprovi tra poco.',
    provider_misconfigured: 'Il servizio di accesso non è configurato correttamente.',
    exchange_refused: 'Questo servizio non è configurato correttamente.',
    access_token_bound: 'Questo servizio non è configurato correttamente.',
    decision_point_unavailable:
      'Al momento non è possibile stabilire se può usare questo servizio. Riprovi tra poco.',
    session_store_unavailable: 'Al momento non è possibile leggere le sessioni. Riprovi tra poco.',
    assertion_key_unavailable: 'Il servizio è in fase di avvio. Riprovi tra poco.',
    client_key_unavailable: 'Al momento non è possibile accedere. Riprovi tra poco.',
    not_synced: 'Il servizio è in fase di avvio. Riprovi tra poco.',
    budget_exceeded: 'La risposta ha richiesto troppo tempo. Riprovi tra poco.',
    internal: 'Si è verificato un errore.',
    authorization_client_unknown:
      'Il programma che l’ha mandata qui non è conosciuto. Cancelli ciò che ha salvato su questo server e lo faccia connettere di nuovo.',
    authorization_client_busy:
      'Al momento non è possibile verificare il programma che l’ha mandata qui. Riprovi.',
    authorization_redirect_refused:
      'Il programma che l’ha mandata qui vuole ricevere la risposta in un luogo che non è il suo.',
    authorization_error_shown:
      'Il programma che l’ha mandata qui ha chiesto qualcosa che non può essere concesso. Prosegua verso la sua pagina solo se la conosce.',
    authorization_consent_refused:
      'Questa risposta non può essere accettata. Faccia connettere il programma ancora una volta.',
    authorization_passed_on: 'La portiamo all’accesso.',
    authorization_denied: 'La riportiamo al programma.',
    authorization_not_asked:
      'La riportiamo al programma, perché il servizio di accesso non è raggiungibile.',
    authorization_return_refused:
      'Questo accesso non è stato iniziato in questo browser. Faccia connettere di nuovo il programma.',
  },
  phrases: {
    only_if_you_started: 'Prosegua solo se ha appena avviato questa operazione.',
    who_asks: 'Chi chiede',
    program_called: 'Un programma che si chiama «{name}». Nessuno lo ha verificato.',
    program_without_name: 'Un programma senza nome. Nessuno lo ha verificato.',
    calls_itself: 'Dice di chiamarsi',
    says_it_is_of: 'Dice di appartenere a',
    what_for: 'Per che cosa',
    what_it_may_do: 'Che cosa potrà fare',
    answer_goes_to: 'La risposta va a',
    this_computer: 'un programma su questo computer',
    allow: 'Consenti',
    cancel: 'Annulla',
    sign_in: 'Accedi',
    sign_in_again: 'Accedi di nuovo',
    sign_in_and_stay: 'Accedi e resta connesso su questo dispositivo',
    sign_in_with: '{name}',
    sign_in_with_and_stay: '{name} e resta connesso su questo dispositivo',
    sign_out: 'Esci',
    sign_out_at_provider: 'Esci anche dal servizio di accesso',
    sign_out_for_another: 'Esci e usa un altro account',
    stay_signed_in: 'Resta connesso',
    try_again: 'Riprova',
    continue: 'Continua',
    continue_to: 'Continua su {place}',
    send_now: 'Invia ora',
    form_goes_on: 'Accesso effettuato. I dati inviati vengono trasmessi di nuovo, una sola volta.',
    ways_to_sign_in: 'Modi per accedere',
    what_you_can_do: 'Che cosa può fare',
    help: 'Richiedi assistenza',
    reason: 'Motivo',
    request: 'Richiesta',
    device_browsers:
      'Chrome su Windows lega le sessioni al dispositivo dalla versione 145; gli altri browser non ancora.',
    device_what_to_do:
      'In un browser di questo tipo, esca e acceda di nuovo. Se il Suo lo è, attenda prima dieci minuti: lega solo poche sessioni di un sito alla volta.',
    asked_for_context: 'Richiesto: uno dei livelli di accesso {contexts}.',
    asked_for_recent: 'Richiesto: un accesso effettuato al massimo {time} fa.',
    came_with_context: 'Il servizio di accesso ha indicato il livello di accesso «{context}».',
    came_without_context: 'Il servizio di accesso non ha indicato alcun livello di accesso (acr).',
    came_with_odd_context:
      'Il servizio di accesso ha indicato un livello di accesso (acr) che non è un testo.',
    came_from: 'Il servizio di accesso ha indicato un accesso effettuato {time} fa.',
    came_without_time: 'Il servizio di accesso non ha indicato l’ora dell’accesso (auth_time).',
    came_from_ahead: 'Il servizio di accesso ha indicato un accesso nel futuro.',
  },
}
