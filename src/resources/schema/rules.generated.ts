// Generated from deploy/crds by tools/generate/resources.ts. Edit the definitions, not this file.
import {
  all,
  both,
  choose,
  contains,
  difference,
  duration,
  either,
  endsWith,
  exactlyOne,
  field,
  has,
  isAtLeast,
  isAtMost,
  isIn,
  isMore,
  isOther,
  isSame,
  not,
  size,
  some,
  startsWith,
  sum,
  type Rule,
} from './rule-functions.ts'

/** Every rule of the definitions: its expression in CEL, and the same as a function. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    'self.discovery != \'Disabled\' || (has(self.endpoints) && has(self.endpoints.jwks))',
    (self) => either(() => isOther(field(self, 'discovery'), 'Disabled'), () => both(() => has(self, 'endpoints'), () => has(field(self, 'endpoints'), 'jwks'))),
  ],
  [
    'self.discovery != \'Disabled\' || !has(self.metadataURL)',
    (self) => either(() => isOther(field(self, 'discovery'), 'Disabled'), () => not(has(self, 'metadataURL'))),
  ],
  [
    '!has(self.caRef) || self.url.startsWith(\'https://\')',
    (self) => either(() => not(has(self, 'caRef')), () => startsWith(field(self, 'url'), 'https://')),
  ],
  [
    'duration(self) <= duration(\'60s\')',
    (self) => isAtMost(duration(self), duration('60s')),
  ],
  [
    'duration(self) >= duration(\'1m\') && duration(self) <= duration(\'8760h\')',
    (self) => both(() => isAtLeast(duration(self), duration('1m')), () => isAtMost(duration(self), duration('8760h'))),
  ],
  [
    'duration(self) >= duration(\'1s\') && duration(self) <= duration(\'30s\')',
    (self) => both(() => isAtLeast(duration(self), duration('1s')), () => isAtMost(duration(self), duration('30s'))),
  ],
  [
    'duration(self) >= duration(\'10s\') && duration(self) <= duration(\'24h\')',
    (self) => both(() => isAtLeast(duration(self), duration('10s')), () => isAtMost(duration(self), duration('24h'))),
  ],
  [
    '(self.from == \'Selector\') == has(self.selector)',
    (self) => isSame(isSame(field(self, 'from'), 'Selector'), has(self, 'selector')),
  ],
  [
    '(self.operator in [\'In\', \'NotIn\']) == (has(self.values) && self.values.size() > 0)',
    (self) => isSame(isIn(field(self, 'operator'), ['In', 'NotIn']), both(() => has(self, 'values'), () => isMore(size(field(self, 'values')), 0))),
  ],
  [
    '!self.logout.frontChannel || self.callback.path != self.logout.path + \'/frontchannel\'',
    (self) => either(() => not(field(field(self, 'logout'), 'frontChannel')), () => isOther(field(field(self, 'callback'), 'path'), sum(field(field(self, 'logout'), 'path'), '/frontchannel'))),
  ],
  [
    'self.authorizationRequest.signed != \'Always\' || self.authentication.method == \'private_key_jwt\'',
    (self) => either(() => isOther(field(field(self, 'authorizationRequest'), 'signed'), 'Always'), () => isSame(field(field(self, 'authentication'), 'method'), 'private_key_jwt')),
  ],
  [
    '!has(self.senderConstrained) || self.senderConstrained != \'MutualTLS\' || has(self.authentication.certificateRef)',
    (self) => either(() => either(() => not(has(self, 'senderConstrained')), () => isOther(field(self, 'senderConstrained'), 'MutualTLS')), () => has(field(self, 'authentication'), 'certificateRef')),
  ],
  [
    '!has(self.authentication.certificateRef) || (has(self.senderConstrained) ? self.senderConstrained == \'MutualTLS\' : self.profile != \'None\') || self.authentication.method in [\'tls_client_auth\', \'self_signed_tls_client_auth\']',
    (self) => either(() => either(() => not(has(field(self, 'authentication'), 'certificateRef')), () => choose(has(self, 'senderConstrained'), () => isSame(field(self, 'senderConstrained'), 'MutualTLS'), () => isOther(field(self, 'profile'), 'None'))), () => isIn(field(field(self, 'authentication'), 'method'), ['tls_client_auth', 'self_signed_tls_client_auth'])),
  ],
  [
    'self.profile == \'None\' || !(self.authentication.method in [\'client_secret_basic\', \'client_secret_post\', \'client_secret_jwt\'])',
    (self) => either(() => isSame(field(self, 'profile'), 'None'), () => not(isIn(field(field(self, 'authentication'), 'method'), ['client_secret_basic', 'client_secret_post', 'client_secret_jwt']))),
  ],
  [
    'self.profile == \'None\' || self.authentication.method != \'service_account_token\'',
    (self) => either(() => isSame(field(self, 'profile'), 'None'), () => isOther(field(field(self, 'authentication'), 'method'), 'service_account_token')),
  ],
  [
    'self.profile == \'None\' || self.authentication.method != \'none\'',
    (self) => either(() => isSame(field(self, 'profile'), 'None'), () => isOther(field(field(self, 'authentication'), 'method'), 'none')),
  ],
  [
    'self.profile == \'None\' || !has(self.authentication.assertionAudience) || self.authentication.assertionAudience == \'Issuer\'',
    (self) => either(() => either(() => isSame(field(self, 'profile'), 'None'), () => not(has(field(self, 'authentication'), 'assertionAudience'))), () => isSame(field(field(self, 'authentication'), 'assertionAudience'), 'Issuer')),
  ],
  [
    'self.profile == \'None\' || !has(self.authentication.algorithm) || self.authentication.algorithm in [\'PS256\', \'ES256\', \'EdDSA\']',
    (self) => either(() => either(() => isSame(field(self, 'profile'), 'None'), () => not(has(field(self, 'authentication'), 'algorithm'))), () => isIn(field(field(self, 'authentication'), 'algorithm'), ['PS256', 'ES256', 'EdDSA'])),
  ],
  [
    'self.profile == \'None\' || self.authorizationRequest.pushed != \'Never\'',
    (self) => either(() => isSame(field(self, 'profile'), 'None'), () => isOther(field(field(self, 'authorizationRequest'), 'pushed'), 'Never')),
  ],
  [
    'self.profile == \'None\' || !has(self.idToken) || !has(self.idToken.signingAlgorithm) || self.idToken.signingAlgorithm in [\'PS256\', \'ES256\', \'EdDSA\']',
    (self) => either(() => either(() => isSame(field(self, 'profile'), 'None'), () => not(has(self, 'idToken'))), () => either(() => not(has(field(self, 'idToken'), 'signingAlgorithm')), () => isIn(field(field(self, 'idToken'), 'signingAlgorithm'), ['PS256', 'ES256', 'EdDSA']))),
  ],
  [
    'self.profile == \'None\' || !has(self.senderConstrained) || self.senderConstrained != \'None\'',
    (self) => either(() => either(() => isSame(field(self, 'profile'), 'None'), () => not(has(self, 'senderConstrained'))), () => isOther(field(self, 'senderConstrained'), 'None')),
  ],
  [
    'self.profile != \'FAPI2MessageSigning\' || self.authorizationRequest.signed != \'Never\'',
    (self) => either(() => isOther(field(self, 'profile'), 'FAPI2MessageSigning'), () => isOther(field(field(self, 'authorizationRequest'), 'signed'), 'Never')),
  ],
  [
    'self.profile != \'FAPI2MessageSigning\' || !has(self.authorizationRequest.responseMode) || self.authorizationRequest.responseMode != \'query\'',
    (self) => either(() => either(() => isOther(field(self, 'profile'), 'FAPI2MessageSigning'), () => not(has(field(self, 'authorizationRequest'), 'responseMode'))), () => isOther(field(field(self, 'authorizationRequest'), 'responseMode'), 'query')),
  ],
  [
    'self.profile != \'FAPI2MessageSigning\' || !has(self.authorizationRequest.responseMode) || self.authorizationRequest.responseMode != \'form_post\'',
    (self) => either(() => either(() => isOther(field(self, 'profile'), 'FAPI2MessageSigning'), () => not(has(field(self, 'authorizationRequest'), 'responseMode'))), () => isOther(field(field(self, 'authorizationRequest'), 'responseMode'), 'form_post')),
  ],
  [
    'self.profile != \'FAPI2MessageSigning\' || !(self.authentication.method in [\'tls_client_auth\', \'self_signed_tls_client_auth\'])',
    (self) => either(() => isOther(field(self, 'profile'), 'FAPI2MessageSigning'), () => not(isIn(field(field(self, 'authentication'), 'method'), ['tls_client_auth', 'self_signed_tls_client_auth']))),
  ],
  [
    'self.callback.path != self.logout.path',
    (self) => isOther(field(field(self, 'callback'), 'path'), field(field(self, 'logout'), 'path')),
  ],
  [
    '!(self.method in [\'client_secret_basic\', \'client_secret_post\', \'client_secret_jwt\']) || has(self.secretRef)',
    (self) => either(() => not(isIn(field(self, 'method'), ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'])), () => has(self, 'secretRef')),
  ],
  [
    '!has(self.secretRef) || self.method in [\'client_secret_basic\', \'client_secret_post\', \'client_secret_jwt\']',
    (self) => either(() => not(has(self, 'secretRef')), () => isIn(field(self, 'method'), ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'])),
  ],
  [
    'self.method == \'private_key_jwt\' ? has(self.privateKeyRef) != has(self.managedKey) : !has(self.privateKeyRef) && !has(self.managedKey)',
    (self) => choose(isSame(field(self, 'method'), 'private_key_jwt'), () => isOther(has(self, 'privateKeyRef'), has(self, 'managedKey')), () => both(() => not(has(self, 'privateKeyRef')), () => not(has(self, 'managedKey')))),
  ],
  [
    '!(self.method in [\'tls_client_auth\', \'self_signed_tls_client_auth\']) || has(self.certificateRef)',
    (self) => either(() => not(isIn(field(self, 'method'), ['tls_client_auth', 'self_signed_tls_client_auth'])), () => has(self, 'certificateRef')),
  ],
  [
    'self.method == \'private_key_jwt\' || (!has(self.keyId) && !has(self.algorithm))',
    (self) => either(() => isSame(field(self, 'method'), 'private_key_jwt'), () => both(() => not(has(self, 'keyId')), () => not(has(self, 'algorithm')))),
  ],
  [
    '!has(self.keyId) || !has(self.managedKey)',
    (self) => either(() => not(has(self, 'keyId')), () => not(has(self, 'managedKey'))),
  ],
  [
    '!has(self.algorithm) || !has(self.managedKey) || self.algorithm in [\'ES256\', \'PS256\', \'EdDSA\']',
    (self) => either(() => either(() => not(has(self, 'algorithm')), () => not(has(self, 'managedKey'))), () => isIn(field(self, 'algorithm'), ['ES256', 'PS256', 'EdDSA'])),
  ],
  [
    '!has(self.assertionAudience) || self.method in [\'client_secret_jwt\', \'private_key_jwt\', \'service_account_token\']',
    (self) => either(() => not(has(self, 'assertionAudience')), () => isIn(field(self, 'method'), ['client_secret_jwt', 'private_key_jwt', 'service_account_token'])),
  ],
  [
    '!has(self.serviceAccountRef) || self.method == \'service_account_token\'',
    (self) => either(() => not(has(self, 'serviceAccountRef')), () => isSame(field(self, 'method'), 'service_account_token')),
  ],
  [
    'duration(self) >= duration(\'1h\') && duration(self) <= duration(\'8760h\')',
    (self) => both(() => isAtLeast(duration(self), duration('1h')), () => isAtMost(duration(self), duration('8760h'))),
  ],
  [
    'self.exists(scope, scope == \'openid\')',
    (self) => some(self, (scope) => isSame(scope, 'openid')),
  ],
  [
    'self.all(name, !(name in [\'state\', \'nonce\', \'redirect_uri\', \'response_type\', \'response_mode\', \'code_challenge\', \'code_challenge_method\', \'client_id\', \'scope\', \'request\', \'request_uri\', \'resource\']))',
    (self) => all(self, (name) => not(isIn(name, ['state', 'nonce', 'redirect_uri', 'response_type', 'response_mode', 'code_challenge', 'code_challenge_method', 'client_id', 'scope', 'request', 'request_uri', 'resource']))),
  ],
  [
    'self.all(name, size(name) >= 1 && size(name) <= 64)',
    (self) => all(self, (name) => both(() => isAtLeast(size(name), 1), () => isAtMost(size(name), 64))),
  ],
  [
    '!(self in [\'state\', \'nonce\', \'redirect_uri\', \'response_type\', \'response_mode\', \'code_challenge\', \'code_challenge_method\', \'client_id\', \'scope\', \'request\', \'request_uri\', \'resource\'])',
    (self) => not(isIn(self, ['state', 'nonce', 'redirect_uri', 'response_type', 'response_mode', 'code_challenge', 'code_challenge_method', 'client_id', 'scope', 'request', 'request_uri', 'resource'])),
  ],
  [
    'duration(self) <= duration(\'720h\')',
    (self) => isAtMost(duration(self), duration('720h')),
  ],
  [
    'duration(self) >= duration(\'1m\') && duration(self) <= duration(\'24h\')',
    (self) => both(() => isAtLeast(duration(self), duration('1m')), () => isAtMost(duration(self), duration('24h'))),
  ],
  [
    '!self.contains(\'/./\') && !self.contains(\'/../\') && !self.endsWith(\'/.\') && !self.endsWith(\'/..\')',
    (self) => both(() => both(() => not(contains(self, '/./')), () => not(contains(self, '/../'))), () => both(() => not(endsWith(self, '/.')), () => not(endsWith(self, '/..')))),
  ],
  [
    '!has(self.decryptionKeyRef) || !has(self.decryptionKeyRefs)',
    (self) => either(() => not(has(self, 'decryptionKeyRef')), () => not(has(self, 'decryptionKeyRefs'))),
  ],
  [
    'duration(self.idleTimeout) <= duration(self.absoluteTimeout)',
    (self) => isAtMost(duration(field(self, 'idleTimeout')), duration(field(self, 'absoluteTimeout'))),
  ],
  [
    '!has(self.framing) || self.cookie.sameSite == \'None\'',
    (self) => either(() => not(has(self, 'framing')), () => isSame(field(field(self, 'cookie'), 'sameSite'), 'None')),
  ],
  [
    '!has(self.deviceBound) || self.deviceBound.mode == \'Off\' || !has(self.cookie.domain)',
    (self) => either(() => either(() => not(has(self, 'deviceBound')), () => isSame(field(field(self, 'deviceBound'), 'mode'), 'Off')), () => not(has(field(self, 'cookie'), 'domain'))),
  ],
  [
    '!has(self.deviceBound) || self.deviceBound.mode == \'Off\' || !has(self.cookie.partitioned) || !self.cookie.partitioned',
    (self) => either(() => either(() => not(has(self, 'deviceBound')), () => isSame(field(field(self, 'deviceBound'), 'mode'), 'Off')), () => either(() => not(has(field(self, 'cookie'), 'partitioned')), () => not(field(field(self, 'cookie'), 'partitioned')))),
  ],
  [
    'duration(self) >= duration(\'1s\') && duration(self) <= duration(\'720h\')',
    (self) => both(() => isAtLeast(duration(self), duration('1s')), () => isAtMost(duration(self), duration('720h'))),
  ],
  [
    'duration(self) <= duration(\'1h\')',
    (self) => isAtMost(duration(self), duration('1h')),
  ],
  [
    'duration(self) >= duration(\'1s\') && duration(self) <= duration(\'2160h\')',
    (self) => both(() => isAtLeast(duration(self), duration('1s')), () => isAtMost(duration(self), duration('2160h'))),
  ],
  [
    'duration(self) >= duration(\'3m\') && duration(self) <= duration(\'1h\')',
    (self) => both(() => isAtLeast(duration(self), duration('3m')), () => isAtMost(duration(self), duration('1h'))),
  ],
  [
    '!has(self.name) || self.name.startsWith(\'__Secure-\') == has(self.domain)',
    (self) => either(() => not(has(self, 'name')), () => isSame(startsWith(field(self, 'name'), '__Secure-'), has(self, 'domain'))),
  ],
  [
    '!has(self.partitioned) || !self.partitioned || self.sameSite == \'None\'',
    (self) => either(() => either(() => not(has(self, 'partitioned')), () => not(field(self, 'partitioned'))), () => isSame(field(self, 'sameSite'), 'None')),
  ],
  [
    'self.all(name, !(name in [\'id_token_hint\', \'state\', \'post_logout_redirect_uri\']))',
    (self) => all(self, (name) => not(isIn(name, ['id_token_hint', 'state', 'post_logout_redirect_uri']))),
  ],
  [
    'self.all(name, name != \'client_id\' || self[name] == \'$CLIENT_ID\')',
    (self) => all(self, (name) => either(() => isOther(name, 'client_id'), () => isSame(field(self, name), '$CLIENT_ID'))),
  ],
  [
    'self.all(name, !self[name].startsWith(\'$\') || self[name] in [\'$RETURN_URL\', \'$CLIENT_ID\'])',
    (self) => all(self, (name) => either(() => not(startsWith(field(self, name), '$')), () => isIn(field(self, name), ['$RETURN_URL', '$CLIENT_ID']))),
  ],
  [
    '!(has(self.clientRef) && has(self.clientRefs))',
    (self) => not(both(() => has(self, 'clientRef'), () => has(self, 'clientRefs'))),
  ],
  [
    'has(self.clientRef) || has(self.clientRefs) || !self.authenticate.exists(method, has(method.session))',
    (self) => either(() => either(() => has(self, 'clientRef'), () => has(self, 'clientRefs')), () => not(some(field(self, 'authenticate'), (method) => has(method, 'session')))),
  ],
  [
    'has(self.clientRef) || has(self.clientRefs) || self.rules.all(rule, has(rule.clientRef) || !has(rule.authenticate) || !rule.authenticate.exists(method, has(method.session)))',
    (self) => either(() => either(() => has(self, 'clientRef'), () => has(self, 'clientRefs')), () => all(field(self, 'rules'), (rule) => either(() => either(() => has(rule, 'clientRef'), () => not(has(rule, 'authenticate'))), () => not(some(field(rule, 'authenticate'), (method) => has(method, 'session')))))),
  ],
  [
    'has(self.clientRef) || has(self.clientRefs) || (self.onUnauthenticated != \'Login\' && self.rules.all(rule, has(rule.clientRef) || !has(rule.onUnauthenticated) || rule.onUnauthenticated != \'Login\'))',
    (self) => either(() => either(() => has(self, 'clientRef'), () => has(self, 'clientRefs')), () => both(() => isOther(field(self, 'onUnauthenticated'), 'Login'), () => all(field(self, 'rules'), (rule) => either(() => either(() => has(rule, 'clientRef'), () => not(has(rule, 'onUnauthenticated'))), () => isOther(field(rule, 'onUnauthenticated'), 'Login'))))),
  ],
  [
    'has(self.upstream.exchange) || self.rules.all(rule, !has(rule.upstream) || has(rule.upstream.exchange) || !has(rule.upstream.authorization) || rule.upstream.authorization != \'Exchange\')',
    (self) => either(() => has(field(self, 'upstream'), 'exchange'), () => all(field(self, 'rules'), (rule) => either(() => either(() => not(has(rule, 'upstream')), () => has(field(rule, 'upstream'), 'exchange')), () => either(() => not(has(field(rule, 'upstream'), 'authorization')), () => isOther(field(field(rule, 'upstream'), 'authorization'), 'Exchange'))))),
  ],
  [
    'has(self.upstream.exchange) || self.rules.all(rule, !has(rule.upstream) || !has(rule.upstream.exchange) || has(rule.upstream.authorization))',
    (self) => either(() => has(field(self, 'upstream'), 'exchange'), () => all(field(self, 'rules'), (rule) => either(() => either(() => not(has(rule, 'upstream')), () => not(has(field(rule, 'upstream'), 'exchange'))), () => has(field(rule, 'upstream'), 'authorization')))),
  ],
  [
    'has(self.protectedResource) || (self.authenticate.all(method, !has(method.bearer) || has(method.bearer.audiences)) && self.rules.all(rule, !has(rule.authenticate) || rule.authenticate.all(method, !has(method.bearer) || has(method.bearer.audiences))))',
    (self) => either(() => has(self, 'protectedResource'), () => both(() => all(field(self, 'authenticate'), (method) => either(() => not(has(method, 'bearer')), () => has(field(method, 'bearer'), 'audiences'))), () => all(field(self, 'rules'), (rule) => either(() => not(has(rule, 'authenticate')), () => all(field(rule, 'authenticate'), (method) => either(() => not(has(method, 'bearer')), () => has(field(method, 'bearer'), 'audiences'))))))),
  ],
  [
    'has(self.protectedResource) || (self.authenticate.all(method, !has(method.introspection) || has(method.introspection.audiences)) && self.rules.all(rule, !has(rule.authenticate) || rule.authenticate.all(method, !has(method.introspection) || has(method.introspection.audiences))))',
    (self) => either(() => has(self, 'protectedResource'), () => both(() => all(field(self, 'authenticate'), (method) => either(() => not(has(method, 'introspection')), () => has(field(method, 'introspection'), 'audiences'))), () => all(field(self, 'rules'), (rule) => either(() => not(has(rule, 'authenticate')), () => all(field(rule, 'authenticate'), (method) => either(() => not(has(method, 'introspection')), () => has(field(method, 'introspection'), 'audiences'))))))),
  ],
  [
    '!has(self.protectedResource) || has(self.protectedResource.hosts) || self.hosts.all(host, !host.startsWith(\'*\'))',
    (self) => either(() => either(() => not(has(self, 'protectedResource')), () => has(field(self, 'protectedResource'), 'hosts')), () => all(field(self, 'hosts'), (host) => not(startsWith(host, '*')))),
  ],
  [
    'self.onUnauthenticated != \'Login\' || !self.authenticate.exists(method, has(method.anonymous))',
    (self) => either(() => isOther(field(self, 'onUnauthenticated'), 'Login'), () => not(some(field(self, 'authenticate'), (method) => has(method, 'anonymous')))),
  ],
  [
    'self.trusted',
    (self) => field(self, 'trusted'),
  ],
  [
    '!self.exists(method, has(method.clientCredentials) || has(method.password)) || self.exists_one(method, has(method.clientCredentials) || has(method.password))',
    (self) => either(() => not(some(self, (method) => either(() => has(method, 'clientCredentials'), () => has(method, 'password')))), () => exactlyOne(self, (method) => either(() => has(method, 'clientCredentials'), () => has(method, 'password')))),
  ],
  [
    '!self.exists(method, has(method.refreshToken)) || self.exists_one(method, has(method.refreshToken))',
    (self) => either(() => not(some(self, (method) => has(method, 'refreshToken'))), () => exactlyOne(self, (method) => has(method, 'refreshToken'))),
  ],
  [
    '!self.exists(method, has(method.anonymous)) || (has(self[size(self) - 1].anonymous) && self.exists_one(method, has(method.anonymous)))',
    (self) => either(() => not(some(self, (method) => has(method, 'anonymous'))), () => both(() => has(field(self, difference(size(self), 1)), 'anonymous'), () => exactlyOne(self, (method) => has(method, 'anonymous')))),
  ],
  [
    '(has(self.session) ? 1 : 0) + (has(self.bearer) ? 1 : 0) + (has(self.introspection) ? 1 : 0) + (has(self.userinfo) ? 1 : 0) + (has(self.clientCredentials) ? 1 : 0) + (has(self.password) ? 1 : 0) + (has(self.refreshToken) ? 1 : 0) + (has(self.anonymous) ? 1 : 0) == 1',
    (self) => isSame(sum(sum(sum(sum(sum(sum(sum(choose(has(self, 'session'), () => 1, () => 0), choose(has(self, 'bearer'), () => 1, () => 0)), choose(has(self, 'introspection'), () => 1, () => 0)), choose(has(self, 'userinfo'), () => 1, () => 0)), choose(has(self, 'clientCredentials'), () => 1, () => 0)), choose(has(self, 'password'), () => 1, () => 0)), choose(has(self, 'refreshToken'), () => 1, () => 0)), choose(has(self, 'anonymous'), () => 1, () => 0)), 1),
  ],
  [
    '(has(self.header) ? 1 : 0) + (has(self.cookie) ? 1 : 0) + (has(self.query) ? 1 : 0) == 1',
    (self) => isSame(sum(sum(choose(has(self, 'header'), () => 1, () => 0), choose(has(self, 'cookie'), () => 1, () => 0)), choose(has(self, 'query'), () => 1, () => 0)), 1),
  ],
  [
    '!(self in [\'authorization\', \'connection\', \'cookie\', \'expect\', \'host\', \'origin\', \'proxy-authorization\', \'referer\', \'set-cookie\', \'te\', \'trailer\', \'transfer-encoding\', \'upgrade\', \'x-request-id\']) && !self.startsWith(\'content-\') && !self.startsWith(\'sec-\') && !self.startsWith(\'x-envoy-\') && !self.startsWith(\'x-sallyport-\') && !self.startsWith(\'x-auth-\')',
    (self) => both(() => both(() => both(() => not(isIn(self, ['authorization', 'connection', 'cookie', 'expect', 'host', 'origin', 'proxy-authorization', 'referer', 'set-cookie', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'x-request-id'])), () => not(startsWith(self, 'content-'))), () => not(startsWith(self, 'sec-'))), () => both(() => both(() => not(startsWith(self, 'x-envoy-')), () => not(startsWith(self, 'x-sallyport-'))), () => not(startsWith(self, 'x-auth-')))),
  ],
  [
    '!self.startsWith(\'__Host-sallyport\') && !self.startsWith(\'__Secure-sallyport\')',
    (self) => both(() => not(startsWith(self, '__Host-sallyport')), () => not(startsWith(self, '__Secure-sallyport'))),
  ],
  [
    '!self.startsWith(\'sallyport_\')',
    (self) => not(startsWith(self, 'sallyport_')),
  ],
  [
    '!(self in [\'connection\', \'cookie\', \'expect\', \'host\', \'origin\', \'proxy-authorization\', \'referer\', \'set-cookie\', \'te\', \'trailer\', \'transfer-encoding\', \'upgrade\', \'x-request-id\']) && !self.startsWith(\'content-\') && !self.startsWith(\'sec-\') && !self.startsWith(\'x-envoy-\') && !self.startsWith(\'x-sallyport-\') && !self.startsWith(\'x-auth-\')',
    (self) => both(() => both(() => both(() => not(isIn(self, ['connection', 'cookie', 'expect', 'host', 'origin', 'proxy-authorization', 'referer', 'set-cookie', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'x-request-id'])), () => not(startsWith(self, 'content-'))), () => not(startsWith(self, 'sec-'))), () => both(() => both(() => not(startsWith(self, 'x-envoy-')), () => not(startsWith(self, 'x-sallyport-'))), () => not(startsWith(self, 'x-auth-')))),
  ],
  [
    'duration(self) <= duration(\'10m\')',
    (self) => isAtMost(duration(self), duration('10m')),
  ],
  [
    '!self.exists(one, has(one.external)) || self.exists_one(one, has(one.external))',
    (self) => either(() => not(some(self, (one) => has(one, 'external'))), () => exactlyOne(self, (one) => has(one, 'external'))),
  ],
  [
    '(has(self.scopes) ? 1 : 0) + (has(self.claim) ? 1 : 0) + (has(self.emailDomains) ? 1 : 0) + (has(self.sourceAddresses) ? 1 : 0) + (has(self.cel) ? 1 : 0) + (has(self.authenticationContext) ? 1 : 0) + (has(self.any) ? 1 : 0) + (has(self.external) ? 1 : 0) == 1',
    (self) => isSame(sum(sum(sum(sum(sum(sum(sum(choose(has(self, 'scopes'), () => 1, () => 0), choose(has(self, 'claim'), () => 1, () => 0)), choose(has(self, 'emailDomains'), () => 1, () => 0)), choose(has(self, 'sourceAddresses'), () => 1, () => 0)), choose(has(self, 'cel'), () => 1, () => 0)), choose(has(self, 'authenticationContext'), () => 1, () => 0)), choose(has(self, 'any'), () => 1, () => 0)), choose(has(self, 'external'), () => 1, () => 0)), 1),
  ],
  [
    'has(self.claim) || !(has(self.exists) || has(self.matches) || has(self.ignoreCase))',
    (self) => either(() => has(self, 'claim'), () => not(either(() => either(() => has(self, 'exists'), () => has(self, 'matches')), () => has(self, 'ignoreCase')))),
  ],
  [
    'has(self.emailDomains) || !has(self.allowUnverified)',
    (self) => either(() => has(self, 'emailDomains'), () => not(has(self, 'allowUnverified'))),
  ],
  [
    'duration(self) >= duration(\'10s\') && duration(self) <= duration(\'720h\')',
    (self) => both(() => isAtLeast(duration(self), duration('10s')), () => isAtMost(duration(self), duration('720h'))),
  ],
  [
    '(has(self.scopes) ? 1 : 0) + (has(self.claim) ? 1 : 0) + (has(self.emailDomains) ? 1 : 0) + (has(self.sourceAddresses) ? 1 : 0) + (has(self.cel) ? 1 : 0) + (has(self.authenticationContext) ? 1 : 0) == 1',
    (self) => isSame(sum(sum(sum(sum(sum(choose(has(self, 'scopes'), () => 1, () => 0), choose(has(self, 'claim'), () => 1, () => 0)), choose(has(self, 'emailDomains'), () => 1, () => 0)), choose(has(self, 'sourceAddresses'), () => 1, () => 0)), choose(has(self, 'cel'), () => 1, () => 0)), choose(has(self, 'authenticationContext'), () => 1, () => 0)), 1),
  ],
  [
    'has(self.authzen) != has(self.opa)',
    (self) => isOther(has(self, 'authzen'), has(self, 'opa')),
  ],
  [
    'duration(self) >= duration(\'100ms\') && duration(self) <= duration(\'10s\')',
    (self) => both(() => isAtLeast(duration(self), duration('100ms')), () => isAtMost(duration(self), duration('10s'))),
  ],
  [
    'duration(self) <= duration(\'5m\')',
    (self) => isAtMost(duration(self), duration('5m')),
  ],
  [
    '!(self in [\'authorization\', \'cookie\', \'proxy-authorization\', \'x-auth-subject\', \'x-auth-issuer\', \'x-auth-email\', \'x-auth-scopes\'])',
    (self) => not(isIn(self, ['authorization', 'cookie', 'proxy-authorization', 'x-auth-subject', 'x-auth-issuer', 'x-auth-email', 'x-auth-scopes'])),
  ],
  [
    '(has(self.authorization) && self.authorization == \'Exchange\') == has(self.exchange)',
    (self) => isSame(both(() => has(self, 'authorization'), () => isSame(field(self, 'authorization'), 'Exchange')), has(self, 'exchange')),
  ],
  [
    '!has(self.authorization) || !has(self.accessToken) || (self.authorization == \'AccessToken\' && self.accessToken == \'Forward\') || (self.authorization == \'Remove\' && self.accessToken == \'None\')',
    (self) => either(() => either(() => not(has(self, 'authorization')), () => not(has(self, 'accessToken'))), () => either(() => both(() => isSame(field(self, 'authorization'), 'AccessToken'), () => isSame(field(self, 'accessToken'), 'Forward')), () => both(() => isSame(field(self, 'authorization'), 'Remove'), () => isSame(field(self, 'accessToken'), 'None')))),
  ],
  [
    '!has(self.compatibility) || self.compatibility != \'AuthService\' || (!has(self.accessToken) && (!has(self.authorization) || self.authorization == \'IDToken\'))',
    (self) => either(() => either(() => not(has(self, 'compatibility')), () => isOther(field(self, 'compatibility'), 'AuthService')), () => both(() => not(has(self, 'accessToken')), () => either(() => not(has(self, 'authorization')), () => isSame(field(self, 'authorization'), 'IDToken')))),
  ],
  [
    '!has(self.compatibility) || !has(self.headers) || self.compatibility != \'OAuth2Proxy\' || !self.headers.exists(header, header.name in [\'x-forwarded-user\', \'x-forwarded-email\', \'x-forwarded-preferred-username\', \'x-forwarded-groups\', \'x-forwarded-access-token\', \'x-auth-request-user\', \'x-auth-request-email\', \'x-auth-request-preferred-username\', \'x-auth-request-groups\', \'x-auth-request-access-token\'])',
    (self) => either(() => either(() => not(has(self, 'compatibility')), () => not(has(self, 'headers'))), () => either(() => isOther(field(self, 'compatibility'), 'OAuth2Proxy'), () => not(some(field(self, 'headers'), (header) => isIn(field(header, 'name'), ['x-forwarded-user', 'x-forwarded-email', 'x-forwarded-preferred-username', 'x-forwarded-groups', 'x-forwarded-access-token', 'x-auth-request-user', 'x-auth-request-email', 'x-auth-request-preferred-username', 'x-auth-request-groups', 'x-auth-request-access-token']))))),
  ],
  [
    '!has(self.compatibility) || !has(self.headers) || self.compatibility != \'Kong\' || !self.headers.exists(header, header.name in [\'x-userinfo\', \'x-id-token\', \'x-access-token\', \'x-credential-identifier\'])',
    (self) => either(() => either(() => not(has(self, 'compatibility')), () => not(has(self, 'headers'))), () => either(() => isOther(field(self, 'compatibility'), 'Kong'), () => not(some(field(self, 'headers'), (header) => isIn(field(header, 'name'), ['x-userinfo', 'x-id-token', 'x-access-token', 'x-credential-identifier']))))),
  ],
  [
    '!has(self.passHeaders) || !has(self.headers) || !self.headers.exists(header, header.name in self.passHeaders)',
    (self) => either(() => either(() => not(has(self, 'passHeaders')), () => not(has(self, 'headers'))), () => not(some(field(self, 'headers'), (header) => isIn(field(header, 'name'), field(self, 'passHeaders'))))),
  ],
  [
    'self in [\'x-forwarded-user\', \'x-forwarded-email\', \'x-forwarded-preferred-username\', \'x-forwarded-groups\', \'x-forwarded-access-token\', \'x-forwarded-mail\', \'x-forwarded-displayname\', \'x-forwarded-roles\', \'remote-user\', \'remote-groups\', \'remote-email\', \'remote-name\', \'x-userinfo\', \'x-id-token\', \'x-access-token\', \'x-anonymous-consumer\', \'x-auth-audience\', \'x-auth-expiresin\', \'x-auth-groups\', \'x-auth-roles\', \'x-auth-userid\', \'x-auth-username\', \'x-jwt-payload\', \'x-token-subject\', \'x-token-email\', \'x-jwt-assertion\', \'x-apigateway-api-userinfo\', \'x-endpoint-api-userinfo\', \'x-ms-client-principal\', \'sm-user\', \'sm-userdn\', \'sm-universalid\', \'iv-user\', \'iv-groups\', \'oam-remote-user\'] || self.startsWith(\'x-auth-request-\') || self.startsWith(\'x-webauth-\') || self.startsWith(\'x-remote-\') || self.startsWith(\'x-consumer-\') || self.startsWith(\'x-credential-\') || self.startsWith(\'x-authenticated-\') || self.startsWith(\'oidc-\') || self.startsWith(\'shib-\') || self.startsWith(\'x-jwt-claim-\') || self.startsWith(\'x-goog-authenticated-user-\') || self.startsWith(\'x-goog-iap-\') || self.startsWith(\'x-ms-client-principal-\') || self.startsWith(\'x-ms-token-\') || self.startsWith(\'x-amzn-oidc-\') || self.startsWith(\'x-amzn-ava-\') || self.startsWith(\'cf-access-\') || self.startsWith(\'x-pomerium-\') || self.startsWith(\'x-vouch-\') || self.startsWith(\'x-authentik-\') || self.startsWith(\'tailscale-user-\') || self.startsWith(\'oidc_\')',
    (self) => either(() => either(() => either(() => either(() => either(() => isIn(self, ['x-forwarded-user', 'x-forwarded-email', 'x-forwarded-preferred-username', 'x-forwarded-groups', 'x-forwarded-access-token', 'x-forwarded-mail', 'x-forwarded-displayname', 'x-forwarded-roles', 'remote-user', 'remote-groups', 'remote-email', 'remote-name', 'x-userinfo', 'x-id-token', 'x-access-token', 'x-anonymous-consumer', 'x-auth-audience', 'x-auth-expiresin', 'x-auth-groups', 'x-auth-roles', 'x-auth-userid', 'x-auth-username', 'x-jwt-payload', 'x-token-subject', 'x-token-email', 'x-jwt-assertion', 'x-apigateway-api-userinfo', 'x-endpoint-api-userinfo', 'x-ms-client-principal', 'sm-user', 'sm-userdn', 'sm-universalid', 'iv-user', 'iv-groups', 'oam-remote-user']), () => startsWith(self, 'x-auth-request-')), () => startsWith(self, 'x-webauth-')), () => either(() => either(() => startsWith(self, 'x-remote-'), () => startsWith(self, 'x-consumer-')), () => startsWith(self, 'x-credential-'))), () => either(() => either(() => either(() => startsWith(self, 'x-authenticated-'), () => startsWith(self, 'oidc-')), () => startsWith(self, 'shib-')), () => either(() => startsWith(self, 'x-jwt-claim-'), () => startsWith(self, 'x-goog-authenticated-user-')))), () => either(() => either(() => either(() => either(() => startsWith(self, 'x-goog-iap-'), () => startsWith(self, 'x-ms-client-principal-')), () => startsWith(self, 'x-ms-token-')), () => either(() => either(() => startsWith(self, 'x-amzn-oidc-'), () => startsWith(self, 'x-amzn-ava-')), () => startsWith(self, 'cf-access-'))), () => either(() => either(() => either(() => startsWith(self, 'x-pomerium-'), () => startsWith(self, 'x-vouch-')), () => startsWith(self, 'x-authentik-')), () => either(() => startsWith(self, 'tailscale-user-'), () => startsWith(self, 'oidc_'))))),
  ],
  [
    '(has(self.claim) ? 1 : 0) + (has(self.value) ? 1 : 0) + (has(self.cel) ? 1 : 0) == 1',
    (self) => isSame(sum(sum(choose(has(self, 'claim'), () => 1, () => 0), choose(has(self, 'value'), () => 1, () => 0)), choose(has(self, 'cel'), () => 1, () => 0)), 1),
  ],
  [
    '!has(self.value) || (!has(self.format) && !has(self.encoding))',
    (self) => either(() => not(has(self, 'value')), () => both(() => not(has(self, 'format')), () => not(has(self, 'encoding')))),
  ],
  [
    '!(self in [\'authorization\', \'baggage\', \'connection\', \'cookie\', \'expect\', \'forwarded\', \'host\', \'http2-settings\', \'keep-alive\', \'set-cookie\', \'te\', \'traceparent\', \'tracestate\', \'trailer\', \'transfer-encoding\', \'upgrade\', \'via\', \'x-real-ip\', \'x-rewrite-url\', \'x-auth-subject\', \'x-auth-issuer\', \'x-auth-email\', \'x-auth-scopes\']) && !self.startsWith(\'content-\') && !self.startsWith(\'proxy-\') && (!self.startsWith(\'x-forwarded-\') || self in [\'x-forwarded-user\', \'x-forwarded-email\', \'x-forwarded-preferred-username\', \'x-forwarded-groups\', \'x-forwarded-access-token\', \'x-forwarded-mail\', \'x-forwarded-displayname\', \'x-forwarded-roles\']) && !self.startsWith(\'x-envoy-\') && !self.startsWith(\'x-original-\') && !self.startsWith(\'x-request-id\') && !self.startsWith(\'x-sallyport-\')',
    (self) => both(() => both(() => both(() => not(isIn(self, ['authorization', 'baggage', 'connection', 'cookie', 'expect', 'forwarded', 'host', 'http2-settings', 'keep-alive', 'set-cookie', 'te', 'traceparent', 'tracestate', 'trailer', 'transfer-encoding', 'upgrade', 'via', 'x-real-ip', 'x-rewrite-url', 'x-auth-subject', 'x-auth-issuer', 'x-auth-email', 'x-auth-scopes'])), () => not(startsWith(self, 'content-'))), () => both(() => not(startsWith(self, 'proxy-')), () => either(() => not(startsWith(self, 'x-forwarded-')), () => isIn(self, ['x-forwarded-user', 'x-forwarded-email', 'x-forwarded-preferred-username', 'x-forwarded-groups', 'x-forwarded-access-token', 'x-forwarded-mail', 'x-forwarded-displayname', 'x-forwarded-roles'])))), () => both(() => both(() => not(startsWith(self, 'x-envoy-')), () => not(startsWith(self, 'x-original-'))), () => both(() => not(startsWith(self, 'x-request-id')), () => not(startsWith(self, 'x-sallyport-'))))),
  ],
  [
    'has(self.audience) || has(self.resource) || has(self.scopes)',
    (self) => either(() => either(() => has(self, 'audience'), () => has(self, 'resource')), () => has(self, 'scopes')),
  ],
  [
    'self == \'x-sallyport-assertion\' || (!(self in [\'authorization\', \'baggage\', \'connection\', \'cookie\', \'expect\', \'forwarded\', \'host\', \'http2-settings\', \'keep-alive\', \'set-cookie\', \'te\', \'traceparent\', \'tracestate\', \'trailer\', \'transfer-encoding\', \'upgrade\', \'via\', \'x-real-ip\', \'x-rewrite-url\', \'x-auth-subject\', \'x-auth-issuer\', \'x-auth-email\', \'x-auth-scopes\']) && !self.startsWith(\'content-\') && !self.startsWith(\'proxy-\') && !self.startsWith(\'x-forwarded-\') && !self.startsWith(\'x-envoy-\') && !self.startsWith(\'x-original-\') && !self.startsWith(\'x-request-id\') && !self.startsWith(\'x-sallyport-\'))',
    (self) => either(() => isSame(self, 'x-sallyport-assertion'), () => both(() => both(() => both(() => not(isIn(self, ['authorization', 'baggage', 'connection', 'cookie', 'expect', 'forwarded', 'host', 'http2-settings', 'keep-alive', 'set-cookie', 'te', 'traceparent', 'tracestate', 'trailer', 'transfer-encoding', 'upgrade', 'via', 'x-real-ip', 'x-rewrite-url', 'x-auth-subject', 'x-auth-issuer', 'x-auth-email', 'x-auth-scopes'])), () => not(startsWith(self, 'content-'))), () => both(() => not(startsWith(self, 'proxy-')), () => not(startsWith(self, 'x-forwarded-')))), () => both(() => both(() => not(startsWith(self, 'x-envoy-')), () => not(startsWith(self, 'x-original-'))), () => both(() => not(startsWith(self, 'x-request-id')), () => not(startsWith(self, 'x-sallyport-')))))),
  ],
  [
    '!(self in [\'iss\', \'sub\', \'aud\', \'exp\', \'nbf\', \'iat\', \'jti\', \'sub_id\', \'cnf\', \'events\', \'nonce\', \'/iss\', \'/sub\', \'/aud\', \'/exp\', \'/nbf\', \'/iat\', \'/jti\', \'/sub_id\', \'/cnf\', \'/events\', \'/nonce\'])',
    (self) => not(isIn(self, ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sub_id', 'cnf', 'events', 'nonce', '/iss', '/sub', '/aud', '/exp', '/nbf', '/iat', '/jti', '/sub_id', '/cnf', '/events', '/nonce'])),
  ],
  [
    'duration(self) >= duration(\'10s\') && duration(self) <= duration(\'10m\')',
    (self) => both(() => isAtLeast(duration(self), duration('10s')), () => isAtMost(duration(self), duration('10m'))),
  ],
  [
    'has(self.claim) != has(self.value)',
    (self) => isOther(has(self, 'claim'), has(self, 'value')),
  ],
  [
    '!(self in [\'alt-svc\', \'authentication-info\', \'authorization\', \'clear-site-data\', \'connection\', \'date\', \'keep-alive\', \'location\', \'public-key-pins\', \'refresh\', \'server\', \'set-cookie\', \'set-cookie2\', \'strict-transport-security\', \'te\', \'trailer\', \'transfer-encoding\', \'upgrade\', \'vary\', \'via\', \'www-authenticate\']) && !self.startsWith(\'access-control-\') && !self.startsWith(\'content-\') && !self.startsWith(\'grpc-\') && !self.startsWith(\'proxy-\') && !self.startsWith(\'x-envoy-\') && !self.startsWith(\'x-sallyport-\')',
    (self) => both(() => both(() => both(() => not(isIn(self, ['alt-svc', 'authentication-info', 'authorization', 'clear-site-data', 'connection', 'date', 'keep-alive', 'location', 'public-key-pins', 'refresh', 'server', 'set-cookie', 'set-cookie2', 'strict-transport-security', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'vary', 'via', 'www-authenticate'])), () => not(startsWith(self, 'access-control-'))), () => both(() => not(startsWith(self, 'content-')), () => not(startsWith(self, 'grpc-')))), () => both(() => both(() => not(startsWith(self, 'proxy-')), () => not(startsWith(self, 'x-envoy-'))), () => not(startsWith(self, 'x-sallyport-')))),
  ],
  [
    '!(self in [\'reason\', \'route\', \'rule\', \'left_out\', \'ext_authz_duration\'])',
    (self) => not(isIn(self, ['reason', 'route', 'rule', 'left_out', 'ext_authz_duration'])),
  ],
  [
    '!self.allowCredentials || !self.allowOrigins.exists(origin, origin == \'*\')',
    (self) => either(() => not(field(self, 'allowCredentials')), () => not(some(field(self, 'allowOrigins'), (origin) => isSame(origin, '*')))),
  ],
  [
    '!self.endsWith(\':443\')',
    (self) => not(endsWith(self, ':443')),
  ],
  [
    'duration(self) <= duration(\'24h\')',
    (self) => isAtMost(duration(self), duration('24h')),
  ],
  [
    'self.all(rule, self.exists_one(other, other.name == rule.name))',
    (self) => all(self, (rule) => exactlyOne(self, (other) => isSame(field(other, 'name'), field(rule, 'name')))),
  ],
  [
    '!self.public || (!has(self.authenticate) && !has(self.onUnauthenticated) && !has(self.authorize) && !has(self.keepForms) && !has(self.clientRef) && !has(self.upstream) && !has(self.response) && !has(self.metadata))',
    (self) => either(() => not(field(self, 'public')), () => both(() => both(() => both(() => not(has(self, 'authenticate')), () => not(has(self, 'onUnauthenticated'))), () => both(() => not(has(self, 'authorize')), () => not(has(self, 'keepForms')))), () => both(() => both(() => not(has(self, 'clientRef')), () => not(has(self, 'upstream'))), () => both(() => not(has(self, 'response')), () => not(has(self, 'metadata')))))),
  ],
  [
    '!has(self.onUnauthenticated) || self.onUnauthenticated != \'Login\' || !has(self.authenticate) || !self.authenticate.exists(method, has(method.anonymous))',
    (self) => either(() => either(() => not(has(self, 'onUnauthenticated')), () => isOther(field(self, 'onUnauthenticated'), 'Login')), () => either(() => not(has(self, 'authenticate')), () => not(some(field(self, 'authenticate'), (method) => has(method, 'anonymous'))))),
  ],
  [
    '!self.public || self.match.all(one, !has(one.headers) || has(one.sourceAddresses) || (has(one.path) && (!has(one.path.prefix) || one.path.prefix != \'/\')))',
    (self) => either(() => not(field(self, 'public')), () => all(field(self, 'match'), (one) => either(() => either(() => not(has(one, 'headers')), () => has(one, 'sourceAddresses')), () => both(() => has(one, 'path'), () => either(() => not(has(field(one, 'path'), 'prefix')), () => isOther(field(field(one, 'path'), 'prefix'), '/')))))),
  ],
  [
    'has(self.path) || has(self.methods) || has(self.headers) || has(self.sourceAddresses)',
    (self) => either(() => either(() => has(self, 'path'), () => has(self, 'methods')), () => either(() => has(self, 'headers'), () => has(self, 'sourceAddresses'))),
  ],
  [
    '(has(self.exact) ? 1 : 0) + (has(self.prefix) ? 1 : 0) + (has(self.pattern) ? 1 : 0) == 1',
    (self) => isSame(sum(sum(choose(has(self, 'exact'), () => 1, () => 0), choose(has(self, 'prefix'), () => 1, () => 0)), choose(has(self, 'pattern'), () => 1, () => 0)), 1),
  ],
  [
    '!self.contains(\'//\') && !self.contains(\'/./\') && !self.contains(\'/../\') && !self.endsWith(\'/.\') && !self.endsWith(\'/..\')',
    (self) => both(() => both(() => both(() => not(contains(self, '//')), () => not(contains(self, '/./'))), () => not(contains(self, '/../'))), () => both(() => not(endsWith(self, '/.')), () => not(endsWith(self, '/..')))),
  ],
  [
    'self == \'/\' || !self.endsWith(\'/\')',
    (self) => either(() => isSame(self, '/'), () => not(endsWith(self, '/'))),
  ],
  [
    'has(self.value) != has(self.pattern)',
    (self) => isOther(has(self, 'value'), has(self, 'pattern')),
  ],
  [
    '!(self in [\'authorization\', \'cookie\', \'forwarded\', \'host\', \'proxy-authorization\', \'via\', \'x-real-ip\', \'x-rewrite-url\', \'x-auth-subject\', \'x-auth-issuer\', \'x-auth-email\', \'x-auth-scopes\']) && !self.startsWith(\'x-forwarded-\') && !self.startsWith(\'x-envoy-\') && !self.startsWith(\'x-original-\') && !self.startsWith(\'x-sallyport-\')',
    (self) => both(() => both(() => both(() => not(isIn(self, ['authorization', 'cookie', 'forwarded', 'host', 'proxy-authorization', 'via', 'x-real-ip', 'x-rewrite-url', 'x-auth-subject', 'x-auth-issuer', 'x-auth-email', 'x-auth-scopes'])), () => not(startsWith(self, 'x-forwarded-'))), () => not(startsWith(self, 'x-envoy-'))), () => both(() => not(startsWith(self, 'x-original-')), () => not(startsWith(self, 'x-sallyport-')))),
  ],
  [
    '!has(self.exchange) || (!has(self.accessToken) && (!has(self.authorization) || self.authorization == \'Exchange\'))',
    (self) => either(() => not(has(self, 'exchange')), () => both(() => not(has(self, 'accessToken')), () => either(() => not(has(self, 'authorization')), () => isSame(field(self, 'authorization'), 'Exchange')))),
  ],
])
