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

{{/* The Secrets that the session store needs, by the name of their volumes. */}}
{{- define "sallyport.storeSecrets" -}}
{{- $secrets := dict }}
{{- if eq .Values.sessions.store "embedded" }}
{{- $_ := set $secrets "redis" (include "sallyport.valkeySecret" .) }}
{{- else if eq .Values.sessions.store "redis" }}
{{- $redis := .Values.sessions.redis }}
{{- $named := dict "redis" $redis.existingSecret "redis-tls" $redis.tls.existingSecret "redis-sentinel" $redis.sentinel.existingSecret "redis-sentinel-tls" $redis.sentinel.tls.existingSecret }}
{{- range $volume, $name := $named }}
{{- if $name }}
{{- $_ := set $secrets $volume $name }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $secrets }}
{{- end }}

{{/* The Secrets without which the process cannot start, by the name of their volumes. */}}
{{- define "sallyport.neededSecrets" -}}
{{- $secrets := dict "keys" (include "sallyport.keysSecret" .) }}
{{- $named := dict "grpc-tls" .Values.grpc.tls.existingSecret "admin-api" .Values.adminApi.tokenSecret "admin-api-tls" .Values.adminApi.tls.existingSecret }}
{{- range $volume, $name := $named }}
{{- if $name }}
{{- $_ := set $secrets $volume $name }}
{{- end }}
{{- end }}
{{- toYaml $secrets }}
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
{{- range $volume, $name := merge (include "sallyport.storeSecrets" . | fromYaml) (include "sallyport.neededSecrets" . | fromYaml) }}
{{- $sum := printf "checksum/%s" $volume }}
{{- if not (hasKey $sums $sum) }}
{{- with include "sallyport.secretVersion" (dict "root" $ "name" $name) }}
{{- $_ := set $sums $sum . }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $sums }}
{{- end }}

{{/* Sentences about Secrets that the values name and that the cluster does not have; a JSON list. */}}
{{- define "sallyport.missing" -}}
{{- $sentences := list }}
{{- $none := "No replica starts before." }}
{{- $denied := "Sessions are denied with 503 until it is there; no restart is needed." }}
{{- $asked := list (dict "value" "keys.existingSecret" "name" .Values.keys.existingSecret "entries" .Values.keys.files "then" $none) }}
{{- if eq .Values.sessions.store "redis" }}
{{- range $value, $group := dict "sessions.redis" .Values.sessions.redis "sessions.redis.sentinel" .Values.sessions.redis.sentinel }}
{{- $asked = append $asked (dict "value" (printf "%s.existingSecret" $value) "name" $group.existingSecret "entries" (list $group.passwordKey $group.usernameKey | compact) "then" $denied) }}
{{- $asked = append $asked (dict "value" (printf "%s.tls.existingSecret" $value) "name" $group.tls.existingSecret "entries" (list $group.tls.caKey $group.tls.certKey $group.tls.keyKey | compact) "then" $denied) }}
{{- end }}
{{- else if eq .Values.sessions.store "embedded" }}
{{- $asked = append $asked (dict "value" "embeddedValkey.existingSecret" "name" .Values.embeddedValkey.existingSecret "entries" (list "password") "then" "The embedded Valkey does not start before, and sessions are denied with 503.") }}
{{- end }}
{{- $asked = append $asked (dict "value" "adminApi.tokenSecret" "name" .Values.adminApi.tokenSecret "entries" (list .Values.adminApi.tokenKey) "then" $none) }}
{{- range $value, $tls := dict "grpc.tls" .Values.grpc.tls "adminApi.tls" .Values.adminApi.tls }}
{{- $entries := ternary (list "tls.crt" "tls.key" "ca.crt") (list "tls.crt" "tls.key") $tls.requireClientCertificate }}
{{- $asked = append $asked (dict "value" (printf "%s.existingSecret" $value) "name" $tls.existingSecret "entries" $entries "then" $none) }}
{{- end }}
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
