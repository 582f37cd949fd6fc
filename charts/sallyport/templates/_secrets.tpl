{{/* The entries of the Secrets that the chart makes: those that are there already stay, the others are made up, once for a rendering. */}}
{{- define "sallyport.generated" -}}
{{- if not (hasKey .Values "generated") }}
{{- $keys := dict }}
{{- $present := default (dict) (lookup "v1" "Secret" .Release.Namespace (include "sallyport.keysSecret" .)).data }}
{{- range .Values.keys.files }}
{{- $_ := set $keys . (default (randBytes 32 | b64enc) (get $present .)) }}
{{- end }}
{{- $valkey := default (dict) (lookup "v1" "Secret" .Release.Namespace (include "sallyport.valkey" .)).data }}
{{- $password := default (randAlphaNum 40 | b64enc) $valkey.password }}
{{- $_ := set .Values "generated" (dict "keys" $keys "valkey" (dict "password" $password)) }}
{{- end }}
{{- .Values.generated | toYaml }}
{{- end }}

{{/* What changes with a Secret that somebody else makes, and says nothing about what is in it. Empty while it is not there. */}}
{{- define "sallyport.secretVersion" -}}
{{- $metadata := default (dict) (lookup "v1" "Secret" .root.Release.Namespace .name).metadata }}
{{- with $metadata.resourceVersion }}
{{- printf "%s/%s" $metadata.uid . | sha256sum }}
{{- end }}
{{- end }}

{{/* The Secret that pods read the credentials of the session store from; empty: none. */}}
{{- define "sallyport.storeSecret" -}}
{{- if eq .Values.sessions.store "embedded" }}
{{- include "sallyport.valkeySecret" . }}
{{- else if eq .Values.sessions.store "redis" }}
{{- .Values.sessions.redis.existingSecret }}
{{- end }}
{{- end }}

{{- define "sallyport.storeTlsSecret" -}}
{{- if eq .Values.sessions.store "redis" }}
{{- .Values.sessions.redis.tls.existingSecret }}
{{- end }}
{{- end }}

{{/* Checksums that replace the pods when a Secret is another. */}}
{{- define "sallyport.secretChecksums" -}}
{{- $generated := include "sallyport.generated" . | fromYaml }}
{{- $sums := dict }}
{{- if not .Values.keys.existingSecret }}
{{- $_ := set $sums "checksum/keys" (toJson $generated.keys | sha256sum) }}
{{- end }}
{{- if and (eq .Values.sessions.store "embedded") (not .Values.embeddedValkey.existingSecret) }}
{{- $_ := set $sums "checksum/redis" (toJson $generated.valkey | sha256sum) }}
{{- end }}
{{- $named := dict "keys" .Values.keys.existingSecret "grpc-tls" .Values.grpc.tls.existingSecret "redis-tls" (include "sallyport.storeTlsSecret" .) }}
{{- if not (hasKey $sums "checksum/redis") }}
{{- $_ := set $named "redis" (include "sallyport.storeSecret" .) }}
{{- end }}
{{- range $what, $name := $named }}
{{- if $name }}
{{- with include "sallyport.secretVersion" (dict "root" $ "name" $name) }}
{{- $_ := set $sums (printf "checksum/%s" $what) . }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $sums }}
{{- end }}

{{/* Sentences about Secrets that the values name and that the cluster does not have; a JSON list. */}}
{{- define "sallyport.missing" -}}
{{- $sentences := list }}
{{- $redis := .Values.sessions.redis }}
{{- $tls := $redis.tls }}
{{- $asked := list (dict "value" "keys.existingSecret" "name" .Values.keys.existingSecret "entries" .Values.keys.files "then" "No replica starts before.") }}
{{- if eq .Values.sessions.store "redis" }}
{{- $entries := ternary (list $redis.passwordKey $redis.usernameKey) (list $redis.passwordKey) (ne $redis.usernameKey "") }}
{{- $asked = append $asked (dict "value" "sessions.redis.existingSecret" "name" $redis.existingSecret "entries" $entries "then" "Sessions are denied with 503 until it is there; no restart is needed.") }}
{{- $asked = append $asked (dict "value" "sessions.redis.tls.existingSecret" "name" $tls.existingSecret "entries" (list $tls.caKey $tls.certKey $tls.keyKey | compact) "then" "Sessions are denied with 503 until it is there; no restart is needed.") }}
{{- else if eq .Values.sessions.store "embedded" }}
{{- $asked = append $asked (dict "value" "embeddedValkey.existingSecret" "name" .Values.embeddedValkey.existingSecret "entries" (list "password") "then" "The embedded Valkey does not start before, and sessions are denied with 503.") }}
{{- end }}
{{- $entries := ternary (list "tls.crt" "tls.key" "ca.crt") (list "tls.crt" "tls.key") .Values.grpc.tls.requireClientCertificate }}
{{- $asked = append $asked (dict "value" "grpc.tls.existingSecret" "name" .Values.grpc.tls.existingSecret "entries" $entries "then" "No replica starts before.") }}
{{- range $asked }}
{{- if .name }}
{{- $found := lookup "v1" "Secret" $.Release.Namespace .name }}
{{- $entries := default (dict) $found.data }}
{{- if not $found }}
{{- $sentences = append $sentences (printf "The Secret %s (%s) was not found in %s: make it, with the entries %s. %s" .name .value $.Release.Namespace (join ", " .entries) .then) }}
{{- else }}
{{- $then := .then }}{{ $name := .name }}{{ $value := .value }}
{{- range .entries }}
{{- if not (hasKey $entries .) }}
{{- $sentences = append $sentences (printf "The Secret %s (%s) has no entry %s: add it, or name another. %s" $name $value . $then) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $sentences }}
{{- end }}
