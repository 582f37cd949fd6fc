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
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
{{- $problems = append $problems "serviceAccount.name: needed with serviceAccount.create=false: name the service account that the pods run as" }}
{{- end }}
{{- if and .Values.test.tlsSecret (not .Values.grpc.tls.existingSecret) }}
{{- $problems = append $problems "test.tlsSecret: has no effect without grpc.tls.existingSecret: set that, or leave it out" }}
{{- end }}
{{- if and .Values.embeddedValkey.existingSecret (ne .Values.sessions.store "embedded") }}
{{- $problems = append $problems (printf "embeddedValkey.existingSecret: has no effect with sessions.store=%s: leave it out" .Values.sessions.store) }}
{{- end }}
{{- if and .Values.lifecycle.preStop (gt (int .Values.drain.preStopSeconds) 0) }}
{{- $problems = append $problems "drain.preStopSeconds: there is a lifecycle.preStop already: set one of them to nothing" }}
{{- end }}
{{- $budget := .Values.podDisruptionBudget }}
{{- if and (ne (toString $budget.minAvailable) "") (ne (toString $budget.maxUnavailable) "") }}
{{- $problems = append $problems "podDisruptionBudget.minAvailable: goes without maxUnavailable: set podDisruptionBudget.maxUnavailable to \"\"" }}
{{- end }}
{{- if and (eq (toString $budget.minAvailable) "") (eq (toString $budget.maxUnavailable) "") $budget.enabled }}
{{- $problems = append $problems "podDisruptionBudget.maxUnavailable: needed without minAvailable: set it to 1" }}
{{- end }}
{{- $scaling := .Values.autoscaling }}
{{- if and $scaling.enabled (eq (add $scaling.targetCPUUtilizationPercentage $scaling.targetMemoryUtilizationPercentage) 0) (not $scaling.metrics) }}
{{- $problems = append $problems "autoscaling.targetCPUUtilizationPercentage: there is nothing to scale by: set it to more than 0" }}
{{- end }}
{{- range $value, $image := dict "image" .Values.image "embeddedValkey.image" .Values.embeddedValkey.image }}
{{- $registry := default $image.registry $.Values.global.imageRegistry }}
{{- if and $registry (regexMatch "^[^/]*[.:][^/]*/" $image.repository) }}
{{- $problems = append $problems (printf "%s.repository: begins with a registry, and %s would come before it: leave the registry out of it" $value $registry) }}
{{- end }}
{{- if not (or $image.tag $image.digest (eq $value "image")) }}
{{- $problems = append $problems (printf "%s.tag: needed without a digest: name the version" $value) }}
{{- end }}
{{- end }}
{{- if eq (int .Values.grpc.port) (int .Values.admin.port) }}
{{- $problems = append $problems "admin.port: is the gRPC port already: choose another" }}
{{- end }}
{{- if $problems }}
{{- fail (printf "\n\nThe values cannot be used:\n- %s\n" (join "\n- " $problems)) }}
{{- end }}
{{- end }}

{{/* How long a pod may take to leave: its drain, and five seconds to close what is open. */}}
{{- define "sallyport.gracePeriodSeconds" -}}
{{- add .Values.drain.preStopSeconds .Values.drain.delaySeconds .Values.drain.timeoutSeconds 5 }}
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
