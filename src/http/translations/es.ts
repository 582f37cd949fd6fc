import type { Translation } from '../language/texts.ts'

/** Spanish. */
export const spanish: Translation = {
  headings: {
    may_program_act: '¿Puede este programa actuar por usted?',
    not_connected: 'Sin conexión',
    welcome: 'Le damos la bienvenida',
    please_sign_in: 'Inicie sesión',
    choose_how_to_sign_in: '¿Cómo desea iniciar sesión?',
    confirm_who_you_are: 'Confirme su identidad',
    one_moment: 'Un momento',
    sending_form: 'Enviando su formulario',
    all_done: 'Listo',
    signed_out: 'Sesión cerrada',
    signed_out_here: 'Sesión cerrada aquí',
    signed_out_in_browser: 'Sesión cerrada en este navegador',
    sign_out_question: '¿Desea cerrar la sesión?',
    send_again: 'Vuelva a enviarlo',
    open_again: 'Vuelva a abrir la página',
    not_permitted: 'Acceso no permitido',
    not_confirmed: 'Identidad no confirmada',
    other_browser: 'Se necesita otro navegador',
    nothing_here: 'Aquí no hay nada',
    did_not_work: 'No ha funcionado',
    sign_in_not_completed: 'Inicio de sesión no completado',
    not_available: 'No disponible en este momento',
  },
  kinds: {
    login: 'Primero debe iniciar sesión.',
    redirect: 'En un momento continuará.',
    page: 'Ya está hecho.',
    challenge: 'Se necesita una sesión válida.',
    forbid: 'Esto no está permitido.',
    reject: 'No se ha podido procesar la solicitud.',
    unavailable: 'Esto no es posible en este momento. Inténtelo más tarde.',
  },
  reasons: {
    login_required: 'Primero debe iniciar sesión.',
    provider_choice_required: 'Primero debe iniciar sesión.',
    login_framed: 'Primero debe iniciar sesión, y eso solo es posible en la ventana completa.',
    login_handed_over: 'Su inicio de sesión continúa donde empezó.',
    login_completed: 'Ha iniciado sesión.',
    form_lost:
      'Ha iniciado sesión, pero no se ha podido conservar lo que había enviado. Vuelva a enviarlo.',
    return_url_lost:
      'Ha iniciado sesión, pero la dirección de la página es demasiado larga para conservarla durante el inicio de sesión. Vuelva a abrirla.',
    login_continued: 'Iniciando sesión.',
    already_signed_in: 'Ya ha iniciado sesión.',
    step_up_required: 'Para continuar, confirme su identidad una vez más.',
    step_up_completed: 'Ha confirmado su identidad.',
    step_up_overtaken: 'Su sesión ha cambiado entretanto.',
    step_up_refused:
      'Su sesión sigue abierta, pero el servicio de acceso no ha confirmado su identidad de la manera que aquí se pide.',
    step_up_other_subject:
      'La identidad confirmada es la de otra persona. Su sesión no ha cambiado.',
    signed_out: 'Ha cerrado la sesión.',
    signed_out_here:
      'Ha cerrado la sesión aquí. No se ha podido avisar al servicio de acceso: es posible que le deje entrar de nuevo sin preguntar.',
    sign_out_incomplete:
      'La sesión está cerrada en este navegador, pero no se ha podido terminar del todo: dura hasta que caduque.',
    front_channel_logout: 'El servicio de acceso ha cerrado su sesión aquí.',
    front_channel_logout_ignored:
      'Este cierre de sesión no corresponde a ninguna sesión de este navegador.',
    sign_out_at_provider: 'Se está cerrando también la sesión en el servicio de acceso.',
    sign_out_unconfirmed: 'Confirme que desea cerrar la sesión.',
    return_url_refused: 'Este enlace lleva a un lugar al que un inicio de sesión no puede llevar.',
    session_unknown: 'No se ha encontrado su sesión. Inicie sesión de nuevo.',
    session_elsewhere: 'Su sesión pertenece a otro navegador o a otra red. Inicie sesión.',
    cookies_joined:
      'Las cookies de la solicitud se han unido por el camino y no se puede reconocer su sesión.',
    session_expired: 'Su sesión ha caducado. Inicie sesión de nuevo.',
    session_ended: 'Su sesión se ha cerrado. Inicie sesión de nuevo.',
    device_proof_required:
      'Su navegador debe demostrar que está en el dispositivo en el que inició sesión.',
    device_not_offered:
      'Su sesión empezó antes de que las sesiones se vincularan a un dispositivo. Inicie sesión de nuevo.',
    device_not_bound:
      'Se necesita un navegador que vincule la sesión a su dispositivo, y el suyo no lo ha hecho.',
    credential_required: 'Se necesitan credenciales.',
    credential_malformed: 'Las credenciales no tienen la forma correcta.',
    credential_refused: 'Las credenciales no son válidas.',
    credential_limited:
      'Desde su dirección se han recibido demasiadas credenciales no válidas. Inténtelo más tarde.',
    insufficient_scope: 'Su sesión no incluye el permiso que se necesita aquí.',
    claim_mismatch: 'Ha iniciado sesión, pero no tiene permiso para usar esto.',
    email_domain_mismatch:
      'Ha iniciado sesión, pero no con una dirección de correo que permita usar esto.',
    source_address_refused: 'Esto no se puede usar desde su red.',
    expression_refused: 'Ha iniciado sesión, pero no tiene permiso para usar esto.',
    expression_failed: 'Ha iniciado sesión, pero no se ha podido comprobar que pueda usar esto.',
    authentication_context_refused:
      'Ha iniciado sesión, pero no de una manera que permita usar esto.',
    no_alternative_holds:
      'Ha iniciado sesión, pero no cumple ninguna de las condiciones para usar esto.',
    decision_denied: 'Ha iniciado sesión, pero no tiene permiso para usar esto.',
    malformed_request: 'No se ha podido entender la solicitud.',
    malformed_callback: 'No se ha podido entender la respuesta del servicio de acceso.',
    headers_too_large: 'La solicitud es demasiado grande para transmitirla.',
    no_policy: 'No hay nada en esta dirección.',
    host_conflict: 'No hay nada en esta dirección.',
    state_mismatch: 'Este inicio de sesión no empezó en este navegador, o su cookie ya no existe.',
    login_state_expired: 'El inicio de sesión ha tardado demasiado. Empiece de nuevo.',
    login_state_used: 'Este inicio de sesión ya se ha utilizado. Empiece de nuevo.',
    code_refused:
      'El servicio de acceso ya no ha aceptado este inicio de sesión. Empiece de nuevo.',
    id_token_invalid: 'La respuesta del servicio de acceso no era de confianza.',
    login_context_refused:
      'El servicio de acceso ha iniciado su sesión, pero no de la manera que aquí se pide.',
    access_token_unbound: 'La respuesta del servicio de acceso no era de confianza.',
    userinfo_refused: 'La respuesta del servicio de acceso no era de confianza.',
    claim_source_refused: 'La respuesta del servicio de acceso no era de confianza.',
    provider_error: 'El servicio de acceso no ha iniciado su sesión.',
    policy_broken: 'Esta dirección no está bien configurada.',
    provider_unreachable:
      'No se puede contactar con el servicio de acceso en este momento. Inténtelo de nuevo dentro de poco.',
    provider_misconfigured: 'El servicio de acceso no está bien configurado.',
    exchange_refused: 'Este servicio no está bien configurado.',
    access_token_bound: 'Este servicio no está bien configurado.',
    decision_point_unavailable:
      'En este momento no se puede averiguar si puede usar esto. Inténtelo de nuevo dentro de poco.',
    session_store_unavailable:
      'En este momento no se pueden leer las sesiones. Inténtelo de nuevo dentro de poco.',
    assertion_key_unavailable: 'El servicio se está iniciando. Inténtelo de nuevo dentro de poco.',
    client_key_unavailable:
      'En este momento no es posible iniciar sesión. Inténtelo de nuevo dentro de poco.',
    not_synced: 'El servicio se está iniciando. Inténtelo de nuevo dentro de poco.',
    budget_exceeded: 'La respuesta ha tardado demasiado. Inténtelo de nuevo dentro de poco.',
    internal: 'Algo ha fallado aquí.',
    authorization_client_unknown:
      'El programa que le ha enviado aquí no se conoce. Borre lo que haya guardado sobre este servidor y haga que se conecte de nuevo.',
    authorization_client_busy:
      'En este momento no se puede consultar el programa que le ha enviado aquí. Inténtelo de nuevo.',
    authorization_redirect_refused:
      'El programa que le ha enviado aquí quiere recibir su respuesta en un lugar que no es suyo.',
    authorization_error_shown:
      'El programa que le ha enviado aquí ha pedido algo que no se puede conceder. Continúe a su página solo si la conoce.',
    authorization_consent_refused:
      'No se puede aceptar esta respuesta. Haga que el programa se conecte otra vez.',
    authorization_passed_on: 'Se le lleva al inicio de sesión.',
    authorization_denied: 'Se le devuelve al programa.',
    authorization_not_asked:
      'Se le devuelve al programa, porque no se puede acceder al inicio de sesión.',
    authorization_return_refused:
      'Este inicio de sesión no se comenzó en este navegador. Haga que el programa se conecte de nuevo.',
  },
  phrases: {
    only_if_you_started: 'Continúe solo si acaba de iniciar esto usted mismo.',
    who_asks: 'Quién pregunta',
    program_called: 'Un programa que se llama a sí mismo «{name}». Nadie lo ha verificado.',
    program_without_name: 'Un programa sin nombre. Nadie lo ha comprobado.',
    calls_itself: 'Se hace llamar',
    says_it_is_of: 'Dice pertenecer a',
    what_for: 'Para qué',
    what_it_may_do: 'Qué podrá hacer',
    answer_goes_to: 'La respuesta va a',
    this_computer: 'un programa en este equipo',
    allow: 'Permitir',
    cancel: 'Cancelar',
    sign_in: 'Iniciar sesión',
    sign_in_again: 'Iniciar sesión de nuevo',
    sign_in_and_stay: 'Iniciar sesión y mantenerla en este dispositivo',
    sign_in_with: '{name}',
    sign_in_with_and_stay: '{name} y mantener la sesión en este dispositivo',
    sign_out: 'Cerrar sesión',
    sign_out_at_provider: 'Cerrar también la sesión en el servicio de acceso',
    sign_out_for_another: 'Cerrar sesión y usar otra cuenta',
    stay_signed_in: 'Mantener la sesión',
    try_again: 'Intentar de nuevo',
    continue: 'Continuar',
    continue_to: 'Continuar a {place}',
    send_now: 'Enviar ahora',
    form_goes_on: 'Ha iniciado sesión. Lo que había enviado se envía de nuevo, una sola vez.',
    ways_to_sign_in: 'Formas de iniciar sesión',
    what_you_can_do: 'Qué puede hacer',
    help: 'Obtener ayuda',
    reason: 'Motivo',
    request: 'Solicitud',
    device_browsers:
      'Chrome en Windows vincula las sesiones al dispositivo desde la versión 145; otros navegadores todavía no.',
    device_what_to_do:
      'En un navegador así, cierre la sesión e iníciela de nuevo. Si el suyo es uno de ellos, espere antes diez minutos: vincula pocas sesiones de un sitio a la vez.',
    asked_for_context: 'Se pide uno de los niveles de acceso {contexts}.',
    asked_for_recent: 'Se pide un inicio de sesión de hace {time} como máximo.',
    came_with_context: 'El servicio de acceso indicó el nivel de acceso «{context}».',
    came_without_context: 'El servicio de acceso no indicó ningún nivel de acceso (acr).',
    came_with_odd_context:
      'El servicio de acceso indicó un nivel de acceso (acr) que no es un texto.',
    came_from: 'El servicio de acceso indicó un inicio de sesión de hace {time}.',
    came_without_time: 'El servicio de acceso no indicó la hora del inicio de sesión (auth_time).',
    came_from_ahead: 'El servicio de acceso indicó un inicio de sesión en el futuro.',
  },
}
