import type { Translation } from '../language/texts.ts'

/** German. */
export const german: Translation = {
  headings: {
    may_program_act: 'Darf dieses Programm für Sie handeln?',
    not_connected: 'Nicht verbunden',
    welcome: 'Willkommen',
    please_sign_in: 'Bitte melden Sie sich an',
    choose_how_to_sign_in: 'Wie möchten Sie sich anmelden?',
    confirm_who_you_are: 'Bitte bestätigen Sie Ihre Identität',
    one_moment: 'Einen Moment bitte',
    sending_form: 'Ihr Formular wird gesendet',
    all_done: 'Erledigt',
    signed_out: 'Abgemeldet',
    signed_out_here: 'Hier abgemeldet',
    signed_out_in_browser: 'In diesem Browser abgemeldet',
    sign_out_question: 'Möchten Sie sich abmelden?',
    send_again: 'Bitte senden Sie es noch einmal',
    open_again: 'Bitte öffnen Sie die Seite noch einmal',
    not_permitted: 'Kein Zugriff',
    not_confirmed: 'Nicht bestätigt',
    other_browser: 'Bitte verwenden Sie einen anderen Browser',
    nothing_here: 'Hier ist nichts',
    did_not_work: 'Das hat nicht geklappt',
    sign_in_not_completed: 'Anmeldung nicht abgeschlossen',
    not_available: 'Zurzeit nicht verfügbar',
  },
  kinds: {
    login: 'Bitte melden Sie sich zuerst an.',
    redirect: 'Es geht gleich weiter.',
    page: 'Das ist erledigt.',
    challenge: 'Dafür ist eine gültige Anmeldung nötig.',
    forbid: 'Das ist nicht erlaubt.',
    reject: 'Die Anfrage konnte nicht verarbeitet werden.',
    unavailable: 'Das ist im Moment nicht möglich. Bitte versuchen Sie es später noch einmal.',
  },
  reasons: {
    login_required: 'Bitte melden Sie sich zuerst an.',
    provider_choice_required: 'Bitte melden Sie sich zuerst an.',
    login_framed: 'Bitte melden Sie sich zuerst an. Das geht nur im ganzen Fenster.',
    login_handed_over: 'Ihre Anmeldung geht dort weiter, wo sie begonnen hat.',
    login_completed: 'Sie sind angemeldet.',
    form_lost:
      'Sie sind angemeldet, aber Ihre Eingaben konnten nicht aufbewahrt werden. Bitte senden Sie sie noch einmal.',
    return_url_lost:
      'Sie sind angemeldet, aber die Adresse der gewünschten Seite ist zu lang, um sie über die Anmeldung hinweg zu behalten. Bitte öffnen Sie die Seite noch einmal.',
    login_continued: 'Sie werden angemeldet.',
    already_signed_in: 'Sie sind bereits angemeldet.',
    step_up_required: 'Um fortzufahren, bestätigen Sie bitte noch einmal Ihre Identität.',
    step_up_completed: 'Sie haben Ihre Identität bestätigt.',
    step_up_overtaken: 'Ihre Sitzung hat sich inzwischen geändert.',
    step_up_refused:
      'Sie sind weiterhin angemeldet, aber der Anmeldedienst hat Ihre Identität nicht so bestätigt, wie es hier nötig ist.',
    step_up_other_subject:
      'Bestätigt wurde die Identität einer anderen Person. An Ihrer Sitzung hat sich nichts geändert.',
    signed_out: 'Sie sind abgemeldet.',
    signed_out_here:
      'Sie sind hier abgemeldet. Beim Anmeldedienst konnten Sie nicht abgemeldet werden: Er lässt Sie möglicherweise ohne Rückfrage wieder herein.',
    sign_out_incomplete:
      'Dieser Browser ist abgemeldet, aber Ihre Sitzung konnte gerade nicht beendet werden: Sie läuft weiter, bis ihre Zeit um ist.',
    front_channel_logout: 'Der Anmeldedienst hat Ihre Sitzung hier beendet.',
    front_channel_logout_ignored: 'Diese Abmeldung betrifft keine Sitzung dieses Browsers.',
    sign_out_at_provider: 'Sie werden auch beim Anmeldedienst abgemeldet.',
    sign_out_unconfirmed: 'Bitte bestätigen Sie, dass Sie sich abmelden möchten.',
    return_url_refused: 'Dieser Link führt an einen Ort, zu dem eine Anmeldung nicht führen darf.',
    session_unknown: 'Ihre Sitzung wurde nicht gefunden. Bitte melden Sie sich noch einmal an.',
    session_elsewhere:
      'Ihre Sitzung gehört zu einem anderen Browser oder Netzwerk. Bitte melden Sie sich an.',
    cookies_joined:
      'Die Cookies der Anfrage wurden unterwegs zusammengefügt, sodass Ihre Sitzung nicht zu erkennen ist.',
    session_expired: 'Ihre Sitzung ist abgelaufen. Bitte melden Sie sich noch einmal an.',
    session_ended: 'Ihre Sitzung wurde beendet. Bitte melden Sie sich noch einmal an.',
    device_proof_required:
      'Ihr Browser muss nachweisen, dass er auf dem Gerät läuft, auf dem Sie sich angemeldet haben.',
    device_not_offered:
      'Ihre Sitzung stammt aus der Zeit, bevor Sitzungen an ein Gerät gebunden wurden. Bitte melden Sie sich noch einmal an.',
    device_not_bound:
      'Dafür ist ein Browser nötig, der Ihre Sitzung an Ihr Gerät bindet. Ihrer hat das nicht getan.',
    credential_required: 'Dafür sind Zugangsdaten nötig.',
    credential_malformed: 'Die Zugangsdaten haben nicht die richtige Form.',
    credential_refused: 'Die Zugangsdaten sind nicht richtig.',
    credential_limited:
      'Von Ihrer Adresse kamen zu oft falsche Zugangsdaten. Bitte versuchen Sie es später noch einmal.',
    insufficient_scope: 'Ihre Anmeldung umfasst nicht die Berechtigung, die hier nötig ist.',
    claim_mismatch: 'Sie sind angemeldet, dürfen dies aber nicht nutzen.',
    email_domain_mismatch:
      'Sie sind angemeldet, aber nicht mit einer E-Mail-Adresse, die dies nutzen darf.',
    source_address_refused: 'Aus Ihrem Netzwerk darf dies nicht genutzt werden.',
    expression_refused: 'Sie sind angemeldet, dürfen dies aber nicht nutzen.',
    expression_failed:
      'Sie sind angemeldet, aber es ließ sich nicht feststellen, ob Sie dies nutzen dürfen.',
    authentication_context_refused:
      'Sie sind angemeldet, aber nicht auf eine Weise, mit der Sie dies nutzen dürfen.',
    no_alternative_holds:
      'Sie sind angemeldet, erfüllen aber keine der Bedingungen, um dies zu nutzen.',
    decision_denied: 'Sie sind angemeldet, dürfen dies aber nicht nutzen.',
    malformed_request: 'Die Anfrage war nicht zu verstehen.',
    malformed_callback: 'Die Antwort des Anmeldedienstes war nicht zu verstehen.',
    headers_too_large: 'Die Anfrage ist zu groß, um sie weiterzugeben.',
    no_policy: 'Unter dieser Adresse gibt es nichts.',
    host_conflict: 'Unter dieser Adresse gibt es nichts.',
    state_mismatch:
      'Diese Anmeldung wurde nicht in diesem Browser begonnen, oder ihr Cookie ist nicht mehr da.',
    login_state_expired: 'Die Anmeldung hat zu lange gedauert. Bitte beginnen Sie von vorn.',
    login_state_used: 'Diese Anmeldung wurde bereits verwendet. Bitte beginnen Sie von vorn.',
    code_refused:
      'Der Anmeldedienst hat diese Anmeldung nicht mehr angenommen. Bitte beginnen Sie von vorn.',
    id_token_invalid: 'Der Antwort des Anmeldedienstes war nicht zu trauen.',
    login_context_refused:
      'Der Anmeldedienst hat Sie angemeldet, aber nicht so, wie es hier verlangt wird.',
    access_token_unbound: 'Der Antwort des Anmeldedienstes war nicht zu trauen.',
    userinfo_refused: 'Der Antwort des Anmeldedienstes war nicht zu trauen.',
    claim_source_refused: 'Der Antwort des Anmeldedienstes war nicht zu trauen.',
    provider_error: 'Der Anmeldedienst hat Sie nicht angemeldet.',
    policy_broken: 'Diese Adresse ist nicht richtig eingerichtet.',
    provider_unreachable:
      'Der Anmeldedienst ist gerade nicht erreichbar. Bitte versuchen Sie es in Kürze noch einmal.',
    provider_misconfigured: 'Der Anmeldedienst ist nicht richtig eingerichtet.',
    exchange_refused: 'Dieser Dienst ist nicht richtig eingerichtet.',
    access_token_bound: 'Dieser Dienst ist nicht richtig eingerichtet.',
    decision_point_unavailable:
      'Ob Sie dies nutzen dürfen, lässt sich gerade nicht feststellen. Bitte versuchen Sie es in Kürze noch einmal.',
    session_store_unavailable:
      'Sitzungen lassen sich gerade nicht lesen. Bitte versuchen Sie es in Kürze noch einmal.',
    assertion_key_unavailable: 'Der Dienst startet. Bitte versuchen Sie es in Kürze noch einmal.',
    client_key_unavailable:
      'Eine Anmeldung ist gerade nicht möglich. Bitte versuchen Sie es in Kürze noch einmal.',
    not_synced: 'Der Dienst startet. Bitte versuchen Sie es in Kürze noch einmal.',
    budget_exceeded:
      'Die Antwort hat zu lange gedauert. Bitte versuchen Sie es in Kürze noch einmal.',
    internal: 'Hier ist etwas schiefgegangen.',
    authorization_client_unknown:
      'Das Programm, das Sie hierher geschickt hat, ist nicht bekannt. Bitte löschen Sie, was es über diesen Server gespeichert hat, und lassen Sie es sich neu verbinden.',
    authorization_client_busy:
      'Das Programm, das Sie hierher geschickt hat, lässt sich gerade nicht nachschlagen. Bitte versuchen Sie es noch einmal.',
    authorization_redirect_refused:
      'Das Programm, das Sie hierher geschickt hat, möchte seine Antwort an einem Ort haben, der nicht seiner ist.',
    authorization_error_shown:
      'Das Programm, das Sie hierher geschickt hat, hat um etwas gebeten, das nicht gewährt werden kann. Fahren Sie nur zu seiner Seite fort, wenn Sie sie kennen.',
    authorization_consent_refused:
      'Diese Antwort kann nicht angenommen werden. Bitte lassen Sie das Programm sich noch einmal verbinden.',
    authorization_passed_on: 'Sie werden zur Anmeldung weitergeleitet.',
    authorization_denied: 'Sie werden zum Programm zurückgeleitet.',
    authorization_not_asked:
      'Sie werden zum Programm zurückgeleitet, da die Anmeldung nicht erreichbar ist.',
    authorization_return_refused:
      'Diese Anmeldung wurde nicht in diesem Browser begonnen. Bitte lassen Sie das Programm sich neu verbinden.',
  },
  phrases: {
    only_if_you_started: 'Fahren Sie nur fort, wenn Sie das gerade selbst begonnen haben.',
    who_asks: 'Wer fragt',
    program_called: 'Ein Programm, das sich „{name}“ nennt. Niemand hat das geprüft.',
    program_without_name: 'Ein Programm ohne Namen. Niemand hat es geprüft.',
    calls_itself: 'Es nennt sich',
    says_it_is_of: 'Nach eigener Angabe von',
    what_for: 'Wofür',
    what_it_may_do: 'Was es darf',
    answer_goes_to: 'Die Antwort geht an',
    this_computer: 'ein Programm auf diesem Computer',
    allow: 'Erlauben',
    cancel: 'Abbrechen',
    sign_in: 'Anmelden',
    sign_in_again: 'Wieder anmelden',
    sign_in_and_stay: 'Anmelden und auf diesem Gerät angemeldet bleiben',
    sign_in_with: '{name}',
    sign_in_with_and_stay: '{name}, auf diesem Gerät angemeldet bleiben',
    sign_out: 'Abmelden',
    sign_out_at_provider: 'Auch beim Anmeldedienst abmelden',
    sign_out_for_another: 'Abmelden und ein anderes Konto verwenden',
    stay_signed_in: 'Angemeldet bleiben',
    try_again: 'Noch einmal versuchen',
    continue: 'Weiter',
    continue_to: 'Weiter zu {place}',
    send_now: 'Jetzt senden',
    form_goes_on: 'Sie sind angemeldet. Ihre Eingaben werden jetzt einmal erneut gesendet.',
    ways_to_sign_in: 'Möglichkeiten, sich anzumelden',
    what_you_can_do: 'Was Sie tun können',
    help: 'Hilfe erhalten',
    reason: 'Grund',
    request: 'Anfrage',
    device_browsers:
      'Chrome unter Windows bindet Sitzungen seit Version 145 an das Gerät, andere Browser noch nicht.',
    device_what_to_do:
      'Melden Sie sich in einem solchen Browser ab und wieder an. Wenn Ihrer einer ist, warten Sie vorher zehn Minuten: Er bindet nur wenige Sitzungen einer Website zur gleichen Zeit.',
    asked_for_context: 'Verlangt: eine der Anmeldestufen {contexts}.',
    asked_for_recent: 'Verlangt: eine Anmeldung, die höchstens {time} zurückliegt.',
    came_with_context: 'Der Anmeldedienst nannte die Anmeldestufe „{context}“.',
    came_without_context: 'Der Anmeldedienst nannte keine Anmeldestufe (acr).',
    came_with_odd_context: 'Der Anmeldedienst nannte eine Anmeldestufe (acr), die kein Text ist.',
    came_from: 'Der Anmeldedienst nannte eine Anmeldung, die {time} zurückliegt.',
    came_without_time: 'Der Anmeldedienst nannte keine Zeit der Anmeldung (auth_time).',
    came_from_ahead: 'Der Anmeldedienst nannte eine Anmeldung, die in der Zukunft liegt.',
  },
}
