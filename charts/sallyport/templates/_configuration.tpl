{{/* What cannot be told by the schema of the values: combinations. Each sentence names the value and the fix. */}}
{{- define "sallyport.validate" -}}
{{- $problems := list }}
{{- $redis := .Values.sessions.redis }}
{{- if and (eq .Values.sessions.store "redis") (not $redis.url) }}
{{- $problems = append $problems "sessions.redis.url: needed with sessions.store=redis: set it to redis://HOST:6379 or rediss://HOST:6379" }}
{{- end }}
{{- if and (ne .Values.sessions.store "redis") $redis.url }}
{{- $problems = append $problems (printf "sessions.redis.url: has no effect with sessions.store=%s: set sessions.store=redis, or leave it out" .Values.sessions.store) }}
{{- end }}
{{- if and $redis.usernameKey (not $redis.existingSecret) }}
{{- $problems = append $problems "sessions.redis.usernameKey: there is no Secret to take it from: set sessions.redis.existingSecret" }}
{{- end }}
{{- if and $redis.tls.certKey (not $redis.tls.keyKey) }}
{{- $problems = append $problems "sessions.redis.tls.keyKey: needed beside sessions.redis.tls.certKey: name the entry with the private key" }}
{{- end }}
{{- if and $redis.tls.keyKey (not $redis.tls.certKey) }}
{{- $problems = append $problems "sessions.redis.tls.certKey: needed beside sessions.redis.tls.keyKey: name the entry with the certificate" }}
{{- end }}
{{- if and $redis.tls.existingSecret (hasPrefix "redis://" $redis.url) }}
{{- $problems = append $problems "sessions.redis.tls.existingSecret: has no effect on a redis:// URL: write rediss://, or leave it out" }}
{{- end }}
{{- $most := .Values.replicas }}
{{- if .Values.autoscaling.enabled }}
{{- $most = .Values.autoscaling.maxReplicas }}
{{- end }}
{{- if and (eq .Values.sessions.store "memory") (gt (int $most) 1) }}
{{- $problems = append $problems "sessions.store: memory is for one replica, as sessions are not shared: set replicas=1 without autoscaling, or another store" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- $problems = append $problems "autoscaling.minReplicas: is more than autoscaling.maxReplicas: lower it" }}
{{- end }}
{{- if and .Values.grpc.tls.requireClientCertificate (not .Values.grpc.tls.existingSecret) }}
{{- $problems = append $problems "grpc.tls.requireClientCertificate: needs grpc.tls.existingSecret with tls.crt, tls.key and ca.crt" }}
{{- end }}
{{- if eq (int .Values.grpc.port) (int .Values.admin.port) }}
{{- $problems = append $problems "admin.port: is the gRPC port already: choose another" }}
{{- end }}
{{- if $problems }}
{{- fail (printf "\n\nThe values cannot be used:\n- %s\n" (join "\n- " $problems)) }}
{{- end }}
{{- end }}

{{/* sallyport.yaml. */}}
{{- define "sallyport.configuration" -}}
{{- $config := deepCopy .Values.config }}
{{- $grpc := dict "listen" (printf "[::]:%d" (int .Values.grpc.port)) }}
{{- if .Values.grpc.tls.existingSecret }}
{{- $tls := dict "certFile" "/etc/sallyport/grpc-tls/tls.crt" "keyFile" "/etc/sallyport/grpc-tls/tls.key" }}
{{- if .Values.grpc.tls.requireClientCertificate }}
{{- $_ := set $tls "clientCaFile" "/etc/sallyport/grpc-tls/ca.crt" }}
{{- end }}
{{- $_ := set $grpc "tls" $tls }}
{{- end }}
{{- $_ := set $config "grpc" $grpc }}
{{- $_ := set $config "admin" (dict "listen" (printf "[::]:%d" (int .Values.admin.port))) }}
{{- $leaderElection := dict "namespace" .Release.Namespace "leaseName" (include "sallyport.fullname" .) }}
{{- $_ := set $config "resources" (dict "source" "kubernetes" "kubernetes" (dict "namespaces" .Values.watchNamespaces "leaderElection" $leaderElection)) }}
{{- $sessions := default (dict) $config.sessions }}
{{- if eq .Values.sessions.store "memory" }}
{{- $_ := set $sessions "store" "memory" }}
{{- else }}
{{- $_ := set $sessions "store" "redis" }}
{{- $redis := dict "keyPrefix" .Values.sessions.redis.keyPrefix }}
{{- if eq .Values.sessions.store "embedded" }}
{{- $_ := set $redis "url" (printf "redis://%s:6379" (include "sallyport.valkey" .)) }}
{{- $_ := set $redis "passwordFile" "/etc/sallyport/redis/password" }}
{{- else }}
{{- $values := .Values.sessions.redis }}
{{- $_ := set $redis "url" $values.url }}
{{- if $values.existingSecret }}
{{- $_ := set $redis "passwordFile" (printf "/etc/sallyport/redis/%s" $values.passwordKey) }}
{{- with $values.usernameKey }}
{{- $_ := set $redis "usernameFile" (printf "/etc/sallyport/redis/%s" .) }}
{{- end }}
{{- end }}
{{- if $values.tls.existingSecret }}
{{- $tls := dict }}
{{- with $values.tls.caKey }}
{{- $_ := set $tls "caFile" (printf "/etc/sallyport/redis-tls/%s" .) }}
{{- end }}
{{- with $values.tls.certKey }}
{{- $_ := set $tls "certFile" (printf "/etc/sallyport/redis-tls/%s" .) }}
{{- end }}
{{- with $values.tls.keyKey }}
{{- $_ := set $tls "keyFile" (printf "/etc/sallyport/redis-tls/%s" .) }}
{{- end }}
{{- $_ := set $redis "tls" $tls }}
{{- end }}
{{- end }}
{{- $_ := set $sessions "redis" $redis }}
{{- end }}
{{- $_ := set $config "sessions" $sessions }}
{{- $files := list }}
{{- range .Values.keys.files }}
{{- $files = append $files (printf "/etc/sallyport/keys/%s" .) }}
{{- end }}
{{- $_ := set $config "keys" (dict "files" $files) }}
{{- $_ := set $config "shutdown" (dict "delay" (printf "%ds" (int .Values.drain.delaySeconds)) "timeout" (printf "%ds" (int .Values.drain.timeoutSeconds))) }}
{{- toYaml $config }}
{{- end }}
