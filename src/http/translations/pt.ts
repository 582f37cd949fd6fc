import type { Translation } from '../language/texts.ts'

/** Portuguese, in words that are usual in Brazil and in Portugal. */
export const portuguese: Translation = {
  headings: {
    may_program_act: 'Este programa pode agir por si?',
    not_connected: 'Não ligado',
    welcome: 'Boas-vindas',
    please_sign_in: 'É necessário entrar',
    choose_how_to_sign_in: 'Como deseja entrar?',
    confirm_who_you_are: 'Confirme a sua identidade',
    one_moment: 'Um momento',
    sending_form: 'Envio do seu formulário',
    all_done: 'Concluído',
    signed_out: 'Sessão encerrada',
    signed_out_here: 'Sessão encerrada aqui',
    signed_out_in_browser: 'Sessão encerrada neste navegador',
    sign_out_question: 'Deseja sair?',
    send_again: 'Envie novamente',
    open_again: 'Abra a página novamente',
    not_permitted: 'Acesso não permitido',
    not_confirmed: 'Identidade não confirmada',
    other_browser: 'É necessário outro navegador',
    nothing_here: 'Não há nada aqui',
    did_not_work: 'Não funcionou',
    sign_in_not_completed: 'Entrada não concluída',
    not_available: 'Indisponível neste momento',
  },
  kinds: {
    login: 'Primeiro é necessário entrar.',
    redirect: 'Vai continuar dentro de um momento.',
    page: 'Está feito.',
    challenge: 'É necessária uma sessão válida.',
    forbid: 'Isto não é permitido.',
    reject: 'Não foi possível processar o pedido.',
    unavailable: 'Isto não é possível neste momento. Tente novamente mais tarde.',
  },
  reasons: {
    login_required: 'Primeiro é necessário entrar.',
    provider_choice_required: 'Primeiro é necessário entrar.',
    login_framed: 'Primeiro é necessário entrar, o que só é possível na janela inteira.',
    login_handed_over: 'A sua entrada continua onde começou.',
    login_completed: 'A sua sessão foi iniciada.',
    form_lost:
      'A sua sessão foi iniciada, mas não foi possível guardar o que tinha enviado. Envie novamente.',
    return_url_lost:
      'A sua sessão foi iniciada, mas o endereço da página é longo demais para ser guardado durante a entrada. Abra a página novamente.',
    login_continued: 'O início da sua sessão está em curso.',
    already_signed_in: 'A sua sessão já está iniciada.',
    step_up_required: 'Para continuar, confirme a sua identidade mais uma vez.',
    step_up_completed: 'A sua identidade foi confirmada.',
    step_up_overtaken: 'Entretanto, a sua sessão mudou.',
    step_up_refused:
      'A sua sessão continua ativa, mas o serviço de autenticação não confirmou a sua identidade da forma exigida aqui.',
    step_up_other_subject:
      'A identidade confirmada é a de outra pessoa. A sua sessão não foi alterada.',
    signed_out: 'A sua sessão foi encerrada.',
    signed_out_here:
      'A sua sessão foi encerrada aqui. Não foi possível avisar o serviço de autenticação, que poderá deixar entrar novamente sem perguntar.',
    sign_out_incomplete:
      'A sessão foi encerrada neste navegador, mas não foi possível terminá-la por completo neste momento: ela dura até expirar.',
    front_channel_logout: 'O serviço de autenticação encerrou a sua sessão aqui.',
    front_channel_logout_ignored: 'Esta saída não diz respeito a nenhuma sessão deste navegador.',
    sign_out_at_provider: 'A sua sessão no serviço de autenticação também será encerrada.',
    sign_out_unconfirmed: 'Confirme que deseja sair.',
    return_url_refused: 'Este link leva a um lugar para o qual uma entrada não pode levar.',
    session_unknown: 'A sua sessão não foi encontrada. Entre novamente.',
    session_elsewhere: 'A sua sessão pertence a outro navegador ou a outra rede. Entre novamente.',
    cookies_joined:
      'Os cookies do pedido foram juntados pelo caminho, e não é possível reconhecer a sua sessão.',
    session_expired: 'A sua sessão expirou. Entre novamente.',
    session_ended: 'A sua sessão foi terminada. Entre novamente.',
    device_proof_required:
      'O seu navegador deve provar que está no dispositivo em que a sessão foi iniciada.',
    device_not_offered:
      'A sua sessão começou antes de as sessões serem vinculadas a um dispositivo. Entre novamente.',
    device_not_bound:
      'É necessário um navegador que vincule a sessão ao dispositivo, e o seu não o fez.',
    credential_required: 'São necessárias credenciais.',
    credential_malformed: 'As credenciais não têm a forma correta.',
    credential_refused: 'As credenciais não são válidas.',
    credential_limited:
      'Do seu endereço vieram credenciais inválidas vezes demais. Tente novamente mais tarde.',
    insufficient_scope: 'A sua sessão não inclui a autorização necessária aqui.',
    claim_mismatch: 'A sua sessão está iniciada, mas não tem permissão para usar isto.',
    email_domain_mismatch:
      'A sua sessão está iniciada, mas não com um endereço de e-mail que possa usar isto.',
    source_address_refused: 'Isto não pode ser usado a partir da sua rede.',
    expression_refused: 'A sua sessão está iniciada, mas não tem permissão para usar isto.',
    expression_failed:
      'A sua sessão está iniciada, mas não foi possível determinar se pode usar isto.',
    authentication_context_refused:
      'A sua sessão está iniciada, mas não de uma forma que permita usar isto.',
    no_alternative_holds:
      'A sua sessão está iniciada, mas não cumpre nenhuma das condições para usar isto.',
    decision_denied: 'A sua sessão está iniciada, mas não tem permissão para usar isto.',
    malformed_request: 'Não foi possível compreender o pedido.',
    malformed_callback: 'Não foi possível compreender a resposta do serviço de autenticação.',
    headers_too_large: 'O pedido é grande demais para ser encaminhado.',
    no_policy: 'Não há nada neste endereço.',
    host_conflict: 'Não há nada neste endereço.',
    state_mismatch: 'Esta entrada não começou neste navegador, ou o seu cookie já não existe.',
    login_state_expired: 'A entrada demorou demais. Comece de novo.',
    login_state_used: 'Esta entrada já foi utilizada. Comece de novo.',
    code_refused: 'O serviço de autenticação já não aceitou esta entrada. Comece de novo.',
    id_token_invalid: 'A resposta do serviço de autenticação não era de confiança.',
    login_context_refused:
      'O serviço de autenticação aceitou a entrada, mas não da forma exigida aqui.',
    access_token_unbound: 'A resposta do serviço de autenticação não era de confiança.',
    userinfo_refused: 'A resposta do serviço de autenticação não era de confiança.',
    claim_source_refused: 'A resposta do serviço de autenticação não era de confiança.',
    provider_error: 'O serviço de autenticação não permitiu a entrada.',
    policy_broken: 'Este endereço não está configurado corretamente.',
    provider_unreachable:
      'Neste momento o serviço de autenticação não responde. Tente novamente em breve.',
    provider_misconfigured: 'O serviço de autenticação não está configurado corretamente.',
    exchange_refused: 'Este serviço não está configurado corretamente.',
    access_token_bound: 'Este serviço não está configurado corretamente.',
    decision_point_unavailable:
      'Neste momento não é possível determinar se pode usar isto. Tente novamente em breve.',
    session_store_unavailable:
      'Neste momento não é possível ler as sessões. Tente novamente em breve.',
    assertion_key_unavailable: 'O serviço ainda não está pronto. Tente novamente em breve.',
    client_key_unavailable: 'Neste momento não é possível entrar. Tente novamente em breve.',
    not_synced: 'O serviço ainda não está pronto. Tente novamente em breve.',
    budget_exceeded: 'A resposta demorou demais. Tente novamente em breve.',
    internal: 'Ocorreu um erro aqui.',
    authorization_client_unknown:
      'O programa que o enviou para aqui não é conhecido. Apague o que ele guardou sobre este servidor e faça com que se ligue de novo.',
    authorization_client_busy:
      'De momento não é possível consultar o programa que o enviou para aqui. Tente novamente.',
    authorization_redirect_refused:
      'O programa que o enviou para aqui quer receber a resposta num lugar que não é seu.',
    authorization_error_shown:
      'O programa que o enviou para aqui pediu algo que não pode ser concedido. Continue para a página dele apenas se a conhecer.',
    authorization_consent_refused:
      'Esta resposta não pode ser aceite. Faça com que o programa se ligue mais uma vez.',
    authorization_passed_on: 'Está a ser levado para a entrada.',
    authorization_denied: 'Está a ser levado de volta ao programa.',
    authorization_not_asked:
      'Está a ser levado de volta ao programa, porque o serviço de entrada não está acessível.',
    authorization_return_refused:
      'Esta entrada não começou neste navegador. Faça com que o programa se ligue de novo.',
  },
  phrases: {
    only_if_you_started: 'Continue apenas se acabou de iniciar isto.',
    who_asks: 'Quem pede',
    program_called: 'Um programa que se chama «{name}». Ninguém o verificou.',
    program_without_name: 'Um programa sem nome. Ninguém o verificou.',
    calls_itself: 'Diz chamar-se',
    says_it_is_of: 'Diz pertencer a',
    what_for: 'Para quê',
    what_it_may_do: 'O que poderá fazer',
    answer_goes_to: 'A resposta vai para',
    this_computer: 'um programa neste computador',
    allow: 'Permitir',
    cancel: 'Cancelar',
    sign_in: 'Entrar',
    sign_in_again: 'Entrar novamente',
    sign_in_and_stay: 'Entrar e manter a sessão neste dispositivo',
    sign_in_with: '{name}',
    sign_in_with_and_stay: '{name} e manter a sessão neste dispositivo',
    sign_out: 'Sair',
    sign_out_at_provider: 'Sair também do serviço de autenticação',
    sign_out_for_another: 'Sair e usar outra conta',
    stay_signed_in: 'Manter a sessão',
    try_again: 'Tentar novamente',
    continue: 'Continuar',
    continue_to: 'Continuar para {place}',
    send_now: 'Enviar agora',
    form_goes_on:
      'A sua sessão foi iniciada. O que tinha enviado será enviado novamente, uma só vez.',
    ways_to_sign_in: 'Formas de entrar',
    what_you_can_do: 'O que pode fazer',
    help: 'Obter ajuda',
    reason: 'Motivo',
    request: 'Pedido',
    device_browsers:
      'O Chrome no Windows vincula as sessões ao dispositivo desde a versão 145; outros navegadores ainda não.',
    device_what_to_do:
      'Com um navegador desses, saia e entre novamente. Se o seu for um deles, aguarde antes dez minutos: ele vincula poucas sessões de um site de cada vez.',
    asked_for_context: 'Exigido: um dos níveis de autenticação {contexts}.',
    asked_for_recent: 'Exigido: uma entrada há no máximo {time}.',
    came_with_context: 'O serviço de autenticação indicou o nível de autenticação “{context}”.',
    came_without_context:
      'O serviço de autenticação não indicou nenhum nível de autenticação (acr).',
    came_with_odd_context:
      'O serviço de autenticação indicou um nível de autenticação (acr) que não é um texto.',
    came_from: 'O serviço de autenticação indicou uma entrada há {time}.',
    came_without_time: 'O serviço de autenticação não indicou a hora da entrada (auth_time).',
    came_from_ahead: 'O serviço de autenticação indicou uma entrada no futuro.',
  },
}
