import type { Translation } from '../language/texts.ts'

/** French. */
export const french: Translation = {
  headings: {
    may_program_act: 'Ce programme peut-il agir pour vous ?',
    not_connected: 'Non connecté',
    welcome: 'Bienvenue',
    please_sign_in: 'Veuillez vous connecter',
    choose_how_to_sign_in: 'Comment souhaitez-vous vous connecter ?',
    confirm_who_you_are: 'Veuillez confirmer votre identité',
    one_moment: 'Un instant',
    sending_form: 'Envoi de votre formulaire',
    all_done: 'C’est fait',
    signed_out: 'Vous êtes déconnecté',
    signed_out_here: 'Déconnexion effectuée ici',
    signed_out_in_browser: 'Déconnexion effectuée dans ce navigateur',
    sign_out_question: 'Voulez-vous vous déconnecter ?',
    send_again: 'Veuillez envoyer à nouveau',
    open_again: 'Veuillez ouvrir la page à nouveau',
    not_permitted: 'Accès non autorisé',
    not_confirmed: 'Identité non confirmée',
    other_browser: 'Un autre navigateur est nécessaire',
    nothing_here: 'Il n’y a rien ici',
    did_not_work: 'Cela n’a pas fonctionné',
    sign_in_not_completed: 'Connexion non terminée',
    not_available: 'Indisponible pour le moment',
  },
  kinds: {
    login: 'Vous devez d’abord vous connecter.',
    redirect: 'Vous allez être redirigé.',
    page: 'C’est fait.',
    challenge: 'Une connexion valide est nécessaire.',
    forbid: 'Cela n’est pas autorisé.',
    reject: 'La demande n’a pas pu être traitée.',
    unavailable: 'Cela n’est pas possible pour le moment. Veuillez réessayer plus tard.',
  },
  reasons: {
    login_required: 'Vous devez d’abord vous connecter.',
    provider_choice_required: 'Vous devez d’abord vous connecter.',
    login_framed:
      'Vous devez d’abord vous connecter, ce qui n’est possible que dans la fenêtre entière.',
    login_handed_over: 'Votre connexion se poursuit là où elle a commencé.',
    login_completed: 'Vous êtes connecté.',
    form_lost:
      'Vous êtes connecté, mais votre saisie n’a pas pu être conservée. Veuillez l’envoyer à nouveau.',
    return_url_lost:
      'Vous êtes connecté, mais l’adresse de la page demandée est trop longue pour être conservée pendant la connexion. Veuillez l’ouvrir à nouveau.',
    login_continued: 'Connexion en cours.',
    already_signed_in: 'Vous êtes déjà connecté.',
    step_up_required: 'Pour continuer, veuillez confirmer à nouveau votre identité.',
    step_up_completed: 'Vous avez confirmé votre identité.',
    step_up_overtaken: 'Votre session a changé entre-temps.',
    step_up_refused:
      'Vous êtes toujours connecté, mais le service de connexion n’a pas confirmé votre identité de la manière demandée ici.',
    step_up_other_subject:
      'L’identité confirmée est celle d’une autre personne. Votre session n’a pas changé.',
    signed_out: 'Votre session est terminée.',
    signed_out_here:
      'Vous êtes déconnecté ici. Le service de connexion n’a pas pu être prévenu : il pourrait vous laisser entrer à nouveau sans rien demander.',
    sign_out_incomplete:
      'Ce navigateur est déconnecté, mais votre session n’a pas pu être fermée pour le moment : elle dure jusqu’à son expiration.',
    front_channel_logout: 'Le service de connexion a mis fin à votre session ici.',
    front_channel_logout_ignored: 'Cette déconnexion ne concerne aucune session de ce navigateur.',
    sign_out_at_provider: 'Déconnexion du service de connexion en cours.',
    sign_out_unconfirmed: 'Veuillez confirmer que vous souhaitez vous déconnecter.',
    return_url_refused:
      'Ce lien mène à un endroit vers lequel une connexion ne doit pas vous conduire.',
    session_unknown: 'Votre session est introuvable. Veuillez vous reconnecter.',
    session_elsewhere:
      'Votre session appartient à un autre navigateur ou à un autre réseau. Veuillez vous connecter.',
    cookies_joined:
      'Les cookies de la demande ont été réunis en chemin : votre session ne peut pas être reconnue.',
    session_expired: 'Votre session a expiré. Veuillez vous reconnecter.',
    session_ended: 'Votre session a été fermée. Veuillez vous reconnecter.',
    device_proof_required:
      'Votre navigateur doit prouver qu’il se trouve sur l’appareil où vous vous êtes connecté.',
    device_not_offered:
      'Votre session a commencé avant que les sessions soient liées à un appareil. Veuillez vous reconnecter.',
    device_not_bound:
      'Il faut pour cela un navigateur qui lie votre session à votre appareil, ce que le vôtre n’a pas fait.',
    credential_required: 'Des identifiants sont nécessaires.',
    credential_malformed: 'Les identifiants n’ont pas la bonne forme.',
    credential_refused: 'Les identifiants ne sont pas acceptés.',
    credential_limited:
      'Trop d’identifiants refusés sont venus de votre adresse. Veuillez réessayer plus tard.',
    insufficient_scope: 'Votre connexion n’inclut pas l’autorisation nécessaire ici.',
    claim_mismatch: 'Vous êtes connecté, mais vous n’êtes pas autorisé à utiliser ce service.',
    email_domain_mismatch:
      'Vous êtes connecté, mais pas avec une adresse e-mail qui donne accès à ce service.',
    source_address_refused: 'Ce service ne peut pas être utilisé depuis votre réseau.',
    expression_refused: 'Vous êtes connecté, mais vous n’êtes pas autorisé à utiliser ce service.',
    expression_failed:
      'Vous êtes connecté, mais il n’a pas été possible d’établir que vous pouvez utiliser ce service.',
    authentication_context_refused:
      'Vous êtes connecté, mais pas d’une manière qui donne accès à ce service.',
    no_alternative_holds:
      'Vous êtes connecté, mais vous ne remplissez aucune des conditions d’accès à ce service.',
    decision_denied: 'Vous êtes connecté, mais vous n’êtes pas autorisé à utiliser ce service.',
    malformed_request: 'La demande n’a pas pu être comprise.',
    malformed_callback: 'La réponse du service de connexion n’a pas pu être comprise.',
    headers_too_large: 'La demande est trop volumineuse pour être transmise.',
    no_policy: 'Il n’y a rien à cette adresse.',
    host_conflict: 'Il n’y a rien à cette adresse.',
    state_mismatch:
      'Cette connexion n’a pas été commencée dans ce navigateur, ou son cookie a disparu.',
    login_state_expired: 'La connexion a pris trop de temps. Veuillez recommencer.',
    login_state_used: 'Cette connexion a déjà été utilisée. Veuillez recommencer.',
    code_refused: 'Le service de connexion n’a plus accepté cette connexion. Veuillez recommencer.',
    id_token_invalid: 'La réponse du service de connexion n’était pas digne de confiance.',
    login_context_refused:
      'Le service de connexion vous a connecté, mais pas de la manière demandée ici.',
    access_token_unbound: 'La réponse du service de connexion n’était pas digne de confiance.',
    userinfo_refused: 'La réponse du service de connexion n’était pas digne de confiance.',
    claim_source_refused: 'La réponse du service de connexion n’était pas digne de confiance.',
    provider_error: 'Le service de connexion ne vous a pas connecté.',
    policy_broken: 'Cette adresse n’est pas configurée correctement.',
    provider_unreachable:
      'Le service de connexion est injoignable pour le moment. Veuillez réessayer dans quelques instants.',
    provider_misconfigured: 'Le service de connexion n’est pas configuré correctement.',
    exchange_refused: 'Ce service n’est pas configuré correctement.',
    access_token_bound: 'Ce service n’est pas configuré correctement.',
    decision_point_unavailable:
      'Il n’est pas possible pour le moment de savoir si vous pouvez utiliser ce service. Veuillez réessayer dans quelques instants.',
    session_store_unavailable:
      'Les sessions ne peuvent pas être lues pour le moment. Veuillez réessayer dans quelques instants.',
    assertion_key_unavailable: 'Le service démarre. Veuillez réessayer dans quelques instants.',
    client_key_unavailable:
      'La connexion n’est pas possible pour le moment. Veuillez réessayer dans quelques instants.',
    not_synced: 'Le service démarre. Veuillez réessayer dans quelques instants.',
    budget_exceeded: 'La réponse a pris trop de temps. Veuillez réessayer dans quelques instants.',
    internal: 'Une erreur s’est produite ici.',
    authorization_client_unknown:
      'Le programme qui vous a envoyé ici n’est pas connu. Veuillez supprimer ce qu’il a enregistré sur ce serveur, puis le faire se connecter de nouveau.',
    authorization_client_busy:
      'Le programme qui vous a envoyé ici ne peut pas être vérifié pour le moment. Veuillez réessayer.',
    authorization_redirect_refused:
      'Le programme qui vous a envoyé ici veut recevoir sa réponse à un endroit qui n’est pas le sien.',
    authorization_error_shown:
      'Le programme qui vous a envoyé ici a demandé quelque chose qui ne peut pas être accordé. Ne continuez vers sa page que si vous la connaissez.',
    authorization_consent_refused:
      'Cette réponse ne peut pas être acceptée. Veuillez faire se connecter le programme encore une fois.',
    authorization_passed_on: 'Vous allez être dirigé vers la connexion.',
    authorization_denied: 'Vous allez revenir au programme.',
    authorization_not_asked:
      'Vous allez revenir au programme, car le service de connexion est injoignable.',
    authorization_return_refused:
      'Cette connexion n’a pas été commencée dans ce navigateur. Veuillez faire se connecter le programme de nouveau.',
  },
  phrases: {
    only_if_you_started: 'Ne continuez que si vous venez de lancer cette opération.',
    who_asks: 'Qui demande',
    program_called: 'Un programme qui se nomme « {name} ». Personne ne l’a vérifié.',
    program_without_name: 'Un programme sans nom. Personne ne l’a vérifié.',
    calls_itself: 'Il se donne le nom',
    says_it_is_of: 'Il dit appartenir à',
    what_for: 'Pour quoi',
    what_it_may_do: 'Ce qu’il pourra faire',
    answer_goes_to: 'La réponse va à',
    this_computer: 'un programme sur cet ordinateur',
    allow: 'Autoriser',
    cancel: 'Annuler',
    sign_in: 'Se connecter',
    sign_in_again: 'Se reconnecter',
    sign_in_and_stay: 'Se connecter et rester connecté sur cet appareil',
    sign_in_with: '{name}',
    sign_in_with_and_stay: '{name} et rester connecté sur cet appareil',
    sign_out: 'Se déconnecter',
    sign_out_at_provider: 'Se déconnecter aussi du service de connexion',
    sign_out_for_another: 'Se déconnecter et utiliser un autre compte',
    stay_signed_in: 'Rester connecté',
    try_again: 'Réessayer',
    continue: 'Continuer',
    continue_to: 'Continuer vers {place}',
    send_now: 'Envoyer maintenant',
    form_goes_on: 'Vous êtes connecté. Votre saisie est envoyée à nouveau, une seule fois.',
    ways_to_sign_in: 'Moyens de se connecter',
    what_you_can_do: 'Ce que vous pouvez faire',
    help: 'Obtenir de l’aide',
    reason: 'Motif',
    request: 'Requête',
    device_browsers:
      'Chrome sous Windows lie les sessions à l’appareil depuis la version 145 ; les autres navigateurs ne le font pas encore.',
    device_what_to_do:
      'Dans un tel navigateur, déconnectez-vous puis reconnectez-vous. Si c’est le vôtre, attendez d’abord dix minutes : il ne lie que quelques sessions d’un même site à la fois.',
    asked_for_context: 'Demandé : un des niveaux de connexion {contexts}.',
    asked_for_recent: 'Demandé : une connexion datant de {time} au plus.',
    came_with_context: 'Le service de connexion a indiqué le niveau de connexion « {context} ».',
    came_without_context: 'Le service de connexion n’a indiqué aucun niveau de connexion (acr).',
    came_with_odd_context:
      'Le service de connexion a indiqué un niveau de connexion (acr) qui n’est pas un texte.',
    came_from: 'Le service de connexion a indiqué une connexion datant de {time}.',
    came_without_time: 'Le service de connexion n’a indiqué aucune heure de connexion (auth_time).',
    came_from_ahead: 'Le service de connexion a indiqué une connexion située dans le futur.',
  },
}
