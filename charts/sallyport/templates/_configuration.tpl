{{/* A duration in milliseconds. */}}
{{- define "sallyport.milliseconds" -}}
{{- $units := dict "h" 3600000 "m" 60000 "s" 1000 "ms" 1 }}
{{- $total := 0 }}
{{- range regexFindAll "[0-9]+[a-z]+" . -1 }}
{{- $total = add $total (mul (regexFind "[0-9]+" . | int64) (get $units (regexFind "[a-z]+" .))) }}
{{- end }}
{{- $total }}
{{- end }}

{{/* What `config` says of a field, by its dotted name: `.config` and `.field`. Empty: nothing. */}}
{{- define "sallyport.configured" -}}
{{- $at := .config }}
{{- range splitList "." .field }}
{{- $at = ternary (get (ternary $at (dict) (kindIs "map" $at)) .) "" (kindIs "map" $at) }}
{{- end }}
{{- $at }}
{{- end }}

{{/* Sentences about `config` that its schema cannot say; a JSON list. */}}
{{- define "sallyport.configProblems" -}}
{{- $problems := list }}
{{- $redis := .Values.sessions.redis }}
{{- $free := default (dict) (default (dict) .Values.config.sessions).redis }}
{{- range $field, $bounds := .Files.Get "files/durations.json" | fromJson }}
{{- $written := include "sallyport.configured" (dict "config" $.Values.config "field" $field) }}
{{- if $written }}
{{- $ms := include "sallyport.milliseconds" $written | int64 }}
{{- if or (lt $ms (include "sallyport.milliseconds" (first $bounds) | int64)) (gt $ms (include "sallyport.milliseconds" (last $bounds) | int64)) }}
{{- $problems = append $problems (printf "config.%s: is %s: set it to something from %s to %s" $field $written (first $bounds) (last $bounds)) }}
{{- end }}
{{- end }}
{{- end }}
{{- $total := include "sallyport.milliseconds" (default "1s" $free.totalTimeout) | int64 }}
{{- if lt $total (include "sallyport.milliseconds" (default "500ms" $free.commandTimeout) | int64) }}
{{- $problems = append $problems "config.sessions.redis.totalTimeout: is less than commandTimeout: raise it" }}
{{- end }}
{{- if and $free.database $redis.cluster.addresses }}
{{- $problems = append $problems "config.sessions.redis.database: a cluster has database 0 alone: leave it out" }}
{{- end }}
{{- if and (hasKey $free "database") (regexMatch "://[^/]+/[0-9]" $redis.url) }}
{{- $problems = append $problems "config.sessions.redis.database: sessions.redis.url has a database number already: keep one of them" }}
{{- end }}
{{- if and $free.passwordCommand (or $redis.existingSecret (eq .Values.sessions.store "embedded")) }}
{{- $problems = append $problems "config.sessions.redis.passwordCommand: there is a password already: leave it out, or sessions.redis.existingSecret" }}
{{- end }}
{{- $outbound := default (dict) .Values.config.outbound }}
{{- $proxy := default (dict) $outbound.proxy }}
{{- range $field, $file := dict "caFile" $outbound.caFile "proxy.caFile" $proxy.caFile "proxy.usernameFile" $proxy.usernameFile "proxy.passwordFile" $proxy.passwordFile }}
{{- if $file }}
{{- $mounted := false }}
{{- range $.Values.extraVolumeMounts }}
{{- if hasPrefix .mountPath $file }}
{{- $mounted = true }}
{{- end }}
{{- end }}
{{- if not $mounted }}
{{- $problems = append $problems (printf "config.outbound.%s: no volume has %s: mount one by extraVolumes and extraVolumeMounts" $field $file) }}
{{- end }}
{{- end }}
{{- end }}
{{- toJson $problems }}
{{- end }}

{{/* What cannot be told by the schema of the values: combinations. Each sentence names the value and the fix. */}}
{{- define "sallyport.validate" -}}
{{- $problems := include "sallyport.configProblems" . | fromJsonArray }}
{{- $redis := .Values.sessions.redis }}
{{- $sentinel := $redis.sentinel }}
{{- $places := list }}
{{- range $value, $place := dict "sessions.redis.url" $redis.url "sessions.redis.sentinel.addresses" $sentinel.addresses "sessions.redis.cluster.addresses" $redis.cluster.addresses }}
{{- if $place }}
{{- $places = append $places $value }}
{{- end }}
{{- end }}
{{- if and (eq .Values.sessions.store "redis") (not $places) }}
{{- $problems = append $problems "sessions.redis.url: needed with sessions.store=redis: set it to redis://HOST:6379 or rediss://HOST:6379, or set sessions.redis.sentinel.addresses or sessions.redis.cluster.addresses" }}
{{- end }}
{{- if and (ne .Values.sessions.store "redis") $places }}
{{- $problems = append $problems (printf "%s: has no effect with sessions.store=%s: set sessions.store=redis, or leave it out" (first $places) .Values.sessions.store) }}
{{- end }}
{{- if gt (len $places) 1 }}
{{- $problems = append $problems (printf "%s: cannot be set beside %s: keep one of them" (index $places 1) (first $places)) }}
{{- end }}
{{- if and $sentinel.addresses (not $sentinel.primaryName) }}
{{- $problems = append $problems "sessions.redis.sentinel.primaryName: needed with sessions.redis.sentinel.addresses: set it to the name that the Sentinels watch the primary under" }}
{{- end }}
{{- if and (or $sentinel.primaryName $sentinel.existingSecret $sentinel.tls.enabled $sentinel.tls.existingSecret) (not $sentinel.addresses) }}
{{- $problems = append $problems "sessions.redis.sentinel.addresses: needed with other values of sessions.redis.sentinel: set it, or leave them out" }}
{{- end }}
{{- range $value, $group := dict "sessions.redis" $redis "sessions.redis.sentinel" $sentinel }}
{{- if and $group.usernameKey (not $group.existingSecret) }}
{{- $problems = append $problems (printf "%s.usernameKey: there is no Secret to take it from: set %s.existingSecret" $value $value) }}
{{- end }}
{{- if and $group.tls.certKey (not $group.tls.keyKey) }}
{{- $problems = append $problems (printf "%s.tls.keyKey: needed beside %s.tls.certKey: name the entry with the private key" $value $value) }}
{{- end }}
{{- if and $group.tls.keyKey (not $group.tls.certKey) }}
{{- $problems = append $problems (printf "%s.tls.certKey: needed beside %s.tls.keyKey: name the entry with the certificate" $value $value) }}
{{- end }}
{{- end }}
{{- range $name := list "enabled" "existingSecret" "serverName" }}
{{- if and (get $redis.tls $name) (hasPrefix "redis://" $redis.url) }}
{{- $problems = append $problems (printf "sessions.redis.tls.%s: has no effect on a redis:// URL: write rediss://, or leave it out" $name) }}
{{- end }}
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
{{- if .Values.autoscaling.enabled }}
{{- $requests := .Values.resources.requests | default dict }}
{{- range $name, $field := dict "cpu" "targetCPUUtilizationPercentage" "memory" "targetMemoryUtilizationPercentage" }}
{{- if and (gt (int (get $.Values.autoscaling $field)) 0) (not (get $requests $name)) }}
{{- $problems = append $problems (printf "autoscaling.%s: is in percent of resources.requests.%s, which is not set: set that, or this to 0" $field $name) }}
{{- end }}
{{- end }}
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
{{- $api := .Values.adminApi }}
{{- if and $api.enabled (not $api.tokenSecret) (not $api.tls.requireClientCertificate) (not $api.assertion.audience) }}
{{- $problems = append $problems "adminApi.tokenSecret: needed without adminApi.tls.requireClientCertificate and adminApi.assertion.audience: without any, anybody could end sessions" }}
{{- end }}
{{- if and $api.tls.requireClientCertificate (not $api.tls.existingSecret) }}
{{- $problems = append $problems "adminApi.tls.requireClientCertificate: needs adminApi.tls.existingSecret with tls.crt, tls.key and ca.crt" }}
{{- end }}
{{- if and $api.assertion.audience (not (dig "assertions" "issuer" "" .Values.config)) }}
{{- $problems = append $problems "adminApi.assertion.audience: needs config.assertions.issuer beside it" }}
{{- end }}
{{- if and (or $api.tokenSecret $api.tls.existingSecret $api.assertion.audience) (not $api.enabled) }}
{{- $problems = append $problems "adminApi.enabled: is false, so that the other values of adminApi have no effect: set it to true, or leave them out" }}
{{- end }}
{{- $ports := dict }}
{{- range $value := ternary (list "grpc" "admin" "http" "adminApi") (list "grpc" "admin" "http") $api.enabled }}
{{- $port := (get $.Values $value).port | int | toString }}
{{- if hasKey $ports $port }}
{{- $problems = append $problems (printf "%s.port: is %s.port already: choose another" $value (get $ports $port)) }}
{{- else }}
{{- $_ := set $ports $port $value }}
{{- end }}
{{- end }}
{{- if $problems }}
{{- fail (printf "\n\nThe values cannot be used:\n- %s\n" (join "\n- " $problems)) }}
{{- end }}
{{- end }}

{{/* How long a pod may take to leave: its drain, and five seconds to close what is open. */}}
{{- define "sallyport.gracePeriodSeconds" -}}
{{- add .Values.drain.preStopSeconds .Values.drain.delaySeconds .Values.drain.timeoutSeconds 5 }}
{{- end }}

{{/* The files of a group `tls`, and its settings: `.tls`, and in `.folder` where its Secret is mounted. */}}
{{- define "sallyport.clientTls" -}}
{{- $tls := dict }}
{{- if .tls.enabled }}
{{- $_ := set $tls "enabled" true }}
{{- end }}
{{- if .tls.existingSecret }}
{{- range $field, $entry := dict "caFile" .tls.caKey "certFile" .tls.certKey "keyFile" .tls.keyKey }}
{{- if $entry }}
{{- $_ := set $tls $field (printf "%s/%s" $.folder $entry) }}
{{- end }}
{{- end }}
{{- end }}
{{- with .tls.serverName }}
{{- $_ := set $tls "serverName" . }}
{{- end }}
{{- toYaml $tls }}
{{- end }}

{{/* The credentials of a group and its TLS: `.values`, and in `.folder` where its Secret is mounted; TLS beside it. */}}
{{- define "sallyport.credentials" -}}
{{- $fields := dict }}
{{- if .values.existingSecret }}
{{- $_ := set $fields "passwordFile" (printf "%s/%s" .folder .values.passwordKey) }}
{{- with .values.usernameKey }}
{{- $_ := set $fields "usernameFile" (printf "%s/%s" $.folder .) }}
{{- end }}
{{- end }}
{{- with include "sallyport.clientTls" (dict "tls" .values.tls "folder" (printf "%s-tls" .folder)) | fromYaml }}
{{- $_ := set $fields "tls" . }}
{{- end }}
{{- toYaml $fields }}
{{- end }}

{{/* The files of the server of a port: `.tls`, and in `.folder` where its Secret is mounted. */}}
{{- define "sallyport.serverTls" -}}
{{- $files := dict }}
{{- if .tls.existingSecret }}
{{- $files = dict "certFile" (printf "%s/tls.crt" .folder) "keyFile" (printf "%s/tls.key" .folder) }}
{{- if .tls.requireClientCertificate }}
{{- $_ := set $files "clientCaFile" (printf "%s/ca.crt" .folder) }}
{{- end }}
{{- end }}
{{- toYaml $files }}
{{- end }}

{{/* sallyport.yaml. */}}
{{- define "sallyport.configuration" -}}
{{- $config := deepCopy .Values.config }}
{{- range $name := ternary (list "grpc" "admin" "http" "adminApi") (list "grpc" "admin" "http") .Values.adminApi.enabled }}
{{- $_ := set $config $name (dict "listen" (printf ":%d" (int (get $.Values $name).port))) }}
{{- end }}
{{- $_ := set $config.grpc "engine" .Values.grpc.engine }}
{{- with include "sallyport.serverTls" (dict "tls" .Values.grpc.tls "folder" "/etc/sallyport/grpc-tls") | fromYaml }}
{{- $_ := set $config.grpc "tls" . }}
{{- end }}
{{- if .Values.adminApi.enabled }}
{{- $_ := set $config.adminApi "console" .Values.adminApi.console }}
{{- with include "sallyport.serverTls" (dict "tls" .Values.adminApi.tls "folder" "/etc/sallyport/admin-api-tls") | fromYaml }}
{{- $_ := set $config.adminApi "tls" . }}
{{- end }}
{{- if .Values.adminApi.tokenSecret }}
{{- $_ := set $config.adminApi "tokenFile" (printf "/etc/sallyport/admin-api/%s" .Values.adminApi.tokenKey) }}
{{- end }}
{{- range $part := list "certificates" "assertion" }}
{{- $set := dict }}
{{- range $name, $value := get $.Values.adminApi $part }}
{{- if $value }}
{{- $_ := set $set $name $value }}
{{- end }}
{{- end }}
{{- if or $set.audience (and $set (eq $part "certificates")) }}
{{- $_ := set $config.adminApi $part $set }}
{{- end }}
{{- end }}
{{- end }}
{{- $leaderElection := dict "namespace" .Release.Namespace "leaseName" (include "sallyport.fullname" .) }}
{{- $_ := set $config "resources" (dict "source" "kubernetes" "kubernetes" (dict "namespaces" .Values.watchNamespaces "leaderElection" $leaderElection)) }}
{{- $sessions := default (dict) $config.sessions }}
{{- if eq .Values.sessions.store "memory" }}
{{- $_ := set $sessions "store" "memory" }}
{{- else }}
{{- $_ := set $sessions "store" "redis" }}
{{- $values := .Values.sessions.redis }}
{{- $redis := mergeOverwrite (dict) (default (dict) $sessions.redis) (dict "keyPrefix" $values.keyPrefix) }}
{{- if eq .Values.sessions.store "embedded" }}
{{- $_ := set $redis "url" (printf "redis://%s:6379" (include "sallyport.valkey" .)) }}
{{- $_ := set $redis "passwordFile" "/etc/sallyport/redis/password" }}
{{- else }}
{{- $redis = mergeOverwrite $redis (include "sallyport.credentials" (dict "values" $values "folder" "/etc/sallyport/redis") | fromYaml) }}
{{- with $values.url }}
{{- $_ := set $redis "url" . }}
{{- end }}
{{- with $values.cluster.addresses }}
{{- $_ := set $redis "cluster" (dict "addresses" .) }}
{{- end }}
{{- with $values.sentinel }}
{{- if .addresses }}
{{- $sentinel := include "sallyport.credentials" (dict "values" . "folder" "/etc/sallyport/redis-sentinel") | fromYaml }}
{{- $_ := set $redis "sentinel" (mergeOverwrite $sentinel (dict "addresses" .addresses "primaryName" .primaryName)) }}
{{- end }}
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
