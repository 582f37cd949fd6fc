import type { Translation } from '../language/texts.ts'

/** Polish. */
export const polish: Translation = {
  headings: {
    may_program_act: 'Czy ten program może działać w Twoim imieniu?',
    not_connected: 'Nie połączono',
    welcome: 'Witamy',
    please_sign_in: 'Wymagane jest zalogowanie',
    choose_how_to_sign_in: 'Proszę wybrać sposób logowania',
    confirm_who_you_are: 'Proszę potwierdzić swoją tożsamość',
    one_moment: 'Chwileczkę',
    sending_form: 'Wysyłanie formularza',
    all_done: 'Gotowe',
    signed_out: 'Wylogowano',
    signed_out_here: 'Wylogowano tutaj',
    signed_out_in_browser: 'Wylogowano w tej przeglądarce',
    sign_out_question: 'Czy chcesz się wylogować?',
    send_again: 'Proszę wysłać ponownie',
    open_again: 'Proszę ponownie otworzyć stronę',
    not_permitted: 'Brak dostępu',
    not_confirmed: 'Tożsamość niepotwierdzona',
    other_browser: 'Potrzebna jest inna przeglądarka',
    nothing_here: 'Nic tu nie ma',
    did_not_work: 'Nie udało się',
    sign_in_not_completed: 'Logowanie nie zostało ukończone',
    not_available: 'Chwilowo niedostępne',
  },
  kinds: {
    login: 'Najpierw trzeba się zalogować.',
    redirect: 'Za chwilę nastąpi przejście dalej.',
    page: 'Gotowe, nic więcej nie trzeba robić.',
    challenge: 'Potrzebne jest ważne zalogowanie.',
    forbid: 'To nie jest dozwolone.',
    reject: 'Nie udało się przetworzyć żądania.',
    unavailable: 'W tej chwili nie jest to możliwe. Proszę spróbować później.',
  },
  reasons: {
    login_required: 'Najpierw trzeba się zalogować.',
    provider_choice_required: 'Najpierw trzeba się zalogować.',
    login_framed: 'Najpierw trzeba się zalogować, a jest to możliwe tylko w całym oknie.',
    login_handed_over: 'Logowanie jest kontynuowane tam, gdzie się zaczęło.',
    login_completed: 'Zalogowano.',
    form_lost:
      'Zalogowano, ale nie udało się zachować wysłanych wcześniej danych. Proszę wysłać je ponownie.',
    return_url_lost:
      'Zalogowano, ale adres strony jest zbyt długi, aby zachować go podczas logowania. Proszę otworzyć ją ponownie.',
    login_continued: 'Trwa logowanie.',
    already_signed_in: 'Zalogowano już wcześniej.',
    step_up_required: 'Aby kontynuować, proszę jeszcze raz potwierdzić swoją tożsamość.',
    step_up_completed: 'Tożsamość została potwierdzona.',
    step_up_overtaken: 'Sesja w międzyczasie się zmieniła.',
    step_up_refused:
      'Sesja nadal trwa, ale usługa logowania nie potwierdziła tożsamości w wymagany tutaj sposób.',
    step_up_other_subject: 'Potwierdzono tożsamość innej osoby. Sesja pozostała bez zmian.',
    signed_out: 'Nastąpiło wylogowanie.',
    signed_out_here:
      'Wylogowano tutaj. Nie udało się powiadomić usługi logowania: może ona wpuścić ponownie bez pytania.',
    sign_out_incomplete:
      'W tej przeglądarce wylogowano, ale sesji nie udało się teraz zakończyć: trwa do upływu swojego czasu.',
    front_channel_logout: 'Usługa logowania zakończyła sesję tutaj.',
    front_channel_logout_ignored: 'To wylogowanie nie dotyczy żadnej sesji w tej przeglądarce.',
    sign_out_at_provider: 'Trwa wylogowywanie również z usługi logowania.',
    sign_out_unconfirmed: 'Proszę potwierdzić chęć wylogowania.',
    return_url_refused: 'Ten link prowadzi do miejsca, do którego logowanie nie może prowadzić.',
    session_unknown: 'Nie znaleziono sesji. Proszę zalogować się ponownie.',
    session_elsewhere: 'Sesja należy do innej przeglądarki lub sieci. Proszę się zalogować.',
    cookies_joined: 'Pliki cookie żądania zostały po drodze połączone i nie można rozpoznać sesji.',
    session_expired: 'Sesja wygasła. Proszę zalogować się ponownie.',
    session_ended: 'Sesja została zakończona. Proszę zalogować się ponownie.',
    device_proof_required:
      'Przeglądarka musi wykazać, że działa na urządzeniu, na którym nastąpiło logowanie.',
    device_not_offered:
      'Sesja rozpoczęła się, zanim sesje zaczęto wiązać z urządzeniem. Proszę zalogować się ponownie.',
    device_not_bound:
      'Potrzebna jest przeglądarka, która wiąże sesję z urządzeniem, a ta tego nie zrobiła.',
    credential_required: 'Wymagane są dane logowania.',
    credential_malformed: 'Dane logowania mają niewłaściwą postać.',
    credential_refused: 'Dane logowania są nieprawidłowe.',
    credential_limited:
      'Z tego adresu zbyt wiele razy podano nieprawidłowe dane logowania. Proszę spróbować później.',
    insufficient_scope: 'Sesja nie obejmuje uprawnienia, które jest tu wymagane.',
    claim_mismatch: 'Zalogowano, ale bez uprawnień do korzystania z tej strony.',
    email_domain_mismatch:
      'Zalogowano, ale nie z adresem e-mail, który uprawnia do korzystania z tej strony.',
    source_address_refused: 'Z tej sieci nie można korzystać z tej strony.',
    expression_refused: 'Zalogowano, ale bez uprawnień do korzystania z tej strony.',
    expression_failed: 'Zalogowano, ale nie udało się ustalić, czy wolno korzystać z tej strony.',
    authentication_context_refused:
      'Zalogowano, ale nie w sposób, który uprawnia do korzystania z tej strony.',
    no_alternative_holds:
      'Zalogowano, ale żaden z warunków korzystania z tej strony nie jest spełniony.',
    decision_denied: 'Zalogowano, ale bez uprawnień do korzystania z tej strony.',
    malformed_request: 'Nie udało się zrozumieć żądania.',
    malformed_callback: 'Nie udało się zrozumieć odpowiedzi usługi logowania.',
    headers_too_large: 'Żądanie jest zbyt duże, aby je przekazać.',
    no_policy: 'Pod tym adresem niczego nie ma.',
    host_conflict: 'Pod tym adresem niczego nie ma.',
    state_mismatch:
      'To logowanie nie zaczęło się w tej przeglądarce albo jego plik cookie już nie istnieje.',
    login_state_expired: 'Logowanie trwało zbyt długo. Proszę zacząć od nowa.',
    login_state_used: 'To logowanie zostało już wykorzystane. Proszę zacząć od nowa.',
    code_refused: 'Usługa logowania nie przyjęła już tego logowania. Proszę zacząć od nowa.',
    id_token_invalid: 'Odpowiedź usługi logowania nie była wiarygodna.',
    login_context_refused:
      'Usługa logowania potwierdziła logowanie, ale nie w wymagany tutaj sposób.',
    access_token_unbound: 'Odpowiedź usługi logowania nie była wiarygodna.',
    userinfo_refused: 'Odpowiedź usługi logowania nie była wiarygodna.',
    claim_source_refused: 'Odpowiedź usługi logowania nie była wiarygodna.',
    provider_error: 'Usługa logowania nie potwierdziła logowania.',
    policy_broken: 'Ten adres nie jest poprawnie skonfigurowany.',
    provider_unreachable:
      'Usługa logowania jest chwilowo nieosiągalna. Proszę spróbować ponownie za chwilę.',
    provider_misconfigured: 'Usługa logowania nie jest poprawnie skonfigurowana.',
    exchange_refused: 'Ta usługa nie jest poprawnie skonfigurowana.',
    access_token_bound: 'Ta usługa nie jest poprawnie skonfigurowana.',
    decision_point_unavailable:
      'W tej chwili nie można ustalić, czy wolno korzystać z tej strony. Proszę spróbować ponownie za chwilę.',
    session_store_unavailable:
      'W tej chwili nie można odczytać sesji. Proszę spróbować ponownie za chwilę.',
    assertion_key_unavailable: 'Usługa się uruchamia. Proszę spróbować ponownie za chwilę.',
    client_key_unavailable:
      'W tej chwili nie można się zalogować. Proszę spróbować ponownie za chwilę.',
    not_synced: 'Usługa się uruchamia. Proszę spróbować ponownie za chwilę.',
    budget_exceeded: 'Odpowiedź trwała zbyt długo. Proszę spróbować ponownie za chwilę.',
    internal: 'Coś poszło tu nie tak.',
    authorization_client_unknown:
      'Program, który tu skierował, nie jest znany. Proszę usunąć to, co zapisał o tym serwerze, i połączyć go ponownie.',
    authorization_client_busy:
      'W tej chwili nie można sprawdzić programu, który tu skierował. Proszę spróbować ponownie.',
    authorization_redirect_refused:
      'Program, który tu skierował, chce otrzymać odpowiedź w miejscu, które do niego nie należy.',
    authorization_error_shown:
      'Program, który tu skierował, poprosił o coś, czego nie można udzielić. Proszę przejść na jego stronę tylko wtedy, gdy jest znana.',
    authorization_consent_refused:
      'Tej odpowiedzi nie można przyjąć. Proszę połączyć program jeszcze raz.',
    authorization_passed_on: 'Następuje przejście do logowania.',
    authorization_denied: 'Następuje powrót do programu.',
    authorization_not_asked:
      'Następuje powrót do programu, ponieważ usługa logowania jest niedostępna.',
    authorization_return_refused:
      'To logowanie nie zostało rozpoczęte w tej przeglądarce. Proszę połączyć program ponownie.',
  },
  phrases: {
    only_if_you_started:
      'Kontynuuj tylko wtedy, gdy to działanie zostało przed chwilą rozpoczęte przez Ciebie.',
    who_asks: 'Kto pyta',
    program_called: 'Program, który nazywa się „{name}”. Nikt tego nie sprawdził.',
    program_without_name: 'Program bez nazwy. Nikt go nie sprawdził.',
    calls_itself: 'Podaje nazwę',
    says_it_is_of: 'Podaje, że należy do',
    what_for: 'Do czego',
    what_it_may_do: 'Co będzie mógł robić',
    answer_goes_to: 'Odpowiedź trafi do',
    this_computer: 'program na tym komputerze',
    allow: 'Zezwól',
    cancel: 'Anuluj',
    sign_in: 'Zaloguj się',
    sign_in_again: 'Zaloguj się ponownie',
    sign_in_and_stay: 'Zaloguj się i nie wylogowuj na tym urządzeniu',
    sign_in_with: '{name}',
    sign_in_with_and_stay: '{name} – bez wylogowywania na tym urządzeniu',
    sign_out: 'Wyloguj się',
    sign_out_at_provider: 'Wyloguj się również z usługi logowania',
    sign_out_for_another: 'Wyloguj się i użyj innego konta',
    stay_signed_in: 'Nie wylogowuj',
    try_again: 'Spróbuj ponownie',
    continue: 'Kontynuuj',
    continue_to: 'Przejdź do {place}',
    send_now: 'Wyślij teraz',
    form_goes_on: 'Zalogowano. Wysłane wcześniej dane są jednokrotnie wysyłane ponownie.',
    ways_to_sign_in: 'Sposoby logowania',
    what_you_can_do: 'Co można zrobić',
    help: 'Uzyskaj pomoc',
    reason: 'Powód',
    request: 'Żądanie',
    device_browsers:
      'Chrome w systemie Windows wiąże sesje z urządzeniem od wersji 145; inne przeglądarki jeszcze nie.',
    device_what_to_do:
      'W takiej przeglądarce proszę się wylogować i zalogować ponownie. Jeśli to właśnie taka przeglądarka, proszę najpierw odczekać dziesięć minut: wiąże ona tylko kilka sesji jednej witryny naraz.',
    asked_for_context: 'Wymagany jest jeden z poziomów uwierzytelnienia: {contexts}.',
    asked_for_recent: 'Wymagane jest logowanie sprzed najwyżej {time}.',
    came_with_context: 'Usługa logowania podała poziom uwierzytelnienia „{context}”.',
    came_without_context: 'Usługa logowania nie podała poziomu uwierzytelnienia (acr).',
    came_with_odd_context:
      'Usługa logowania podała poziom uwierzytelnienia (acr), który nie jest tekstem.',
    came_from: 'Usługa logowania podała logowanie sprzed {time}.',
    came_without_time: 'Usługa logowania nie podała czasu logowania (auth_time).',
    came_from_ahead: 'Usługa logowania podała logowanie, które leży w przyszłości.',
  },
}
