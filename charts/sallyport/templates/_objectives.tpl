{{/* The share of a histogram that lies beyond a bound: `name`, `labels`, `bound`, `window`. */}}
{{- define "sallyport.beyond" -}}
{{- $series := printf "%s_bucket{%s, %s}[%s]" .name (include "sallyport.bound" .bound) .labels .window }}
{{- printf "1 - sum by (namespace) (rate(%s)) / sum by (namespace) (rate(%s_count{%s}[%s]))" $series .name .labels .window }}
{{- end }}

{{/* Reasons of denials that Sallyport itself, or its session store, is the cause of. */}}
{{- define "sallyport.failing" -}}
internal|budget_exceeded|not_synced|session_store_unavailable|assertion_key_unavailable|client_key_unavailable
{{- end }}

{{/* How many checks failed, or were let through too late, within `window`. */}}
{{- define "sallyport.failed" -}}
{{- printf "sum by (namespace) (increase(sallyport_checks_total{reason=~%q, %s}[%s]))" (include "sallyport.failing" .) .in .window }}
{{- end }}
{{- define "sallyport.late" -}}
{{- $labels := printf "decision=\"allow\", %s" .in }}
{{- $name := "sallyport_check_duration_seconds" }}
{{- printf "sum by (namespace) (increase(%s_count{%s}[%s])) - sum by (namespace) (increase(%s_bucket{%s, %s}[%s]))" $name $labels .window $name (include "sallyport.bound" .bound) $labels .window }}
{{- end }}

{{/* Recording rules for the objectives: what failed or was late, as a share, and what is left of each budget. */}}
{{- define "sallyport.objectives" -}}
{{- $in := .in }}
{{- $recorded := .recorded }}
{{- $release := quote .root.Release.Name }}
{{- $slo := .root.Values.prometheusRule.slo }}
{{- $failing := include "sallyport.failing" . }}
{{- $allowed := printf "decision=\"allow\", %s" $in }}
{{- range $name, $windows := dict "sallyport-objectives" (list "5m" "30m" "1h" "6h") "sallyport-budgets" (list "30d") }}
- name: {{ $name }}
  {{- if eq $name "sallyport-budgets" }}
  interval: 5m
  {{- end }}
  rules:
    {{- range $window := $windows }}
    {{- $all := printf "sum by (namespace) (rate(sallyport_checks_total{%s}[%s]))" $in $window }}
    - record: sallyport:decisions_failed:ratio_rate{{ $window }}
      expr: {{ printf "(sum by (namespace) (rate(sallyport_checks_total{reason=~%q, %s}[%s])) or %s * 0) / %s" $failing $in $window $all $all | quote }}
      labels: { release: {{ $release }} }
    - record: sallyport:decisions_slow:ratio_rate{{ $window }}
      expr: {{ include "sallyport.beyond" (dict "name" "sallyport_check_duration_seconds" "labels" $allowed "bound" $slo.latency.seconds "window" $window) | quote }}
      labels: { release: {{ $release }} }
    {{- end }}
    {{- if eq $name "sallyport-objectives" }}
    - record: sallyport:check_duration_seconds:p99_rate5m
      expr: {{ printf "histogram_quantile(0.99, sum by (namespace, le) (rate(sallyport_check_duration_seconds_bucket{%s}[5m])))" $allowed | quote }}
      labels: { release: {{ $release }} }
    - record: sallyport:edit_effect_seconds:p99_rate1h
      expr: {{ printf "histogram_quantile(0.99, sum by (namespace, le) (rate(sallyport_edit_effect_seconds_bucket{%s}[1h])))" $in | quote }}
      labels: { release: {{ $release }} }
    - record: sallyport:session_notice_seconds:p99_rate5m
      expr: {{ printf "histogram_quantile(0.99, sum by (namespace, le) (rate(sallyport_session_notice_seconds_bucket{%s}[5m])))" $in | quote }}
      labels: { release: {{ $release }} }
    {{- else }}
    - record: sallyport:edits_slow:ratio_rate30d
      expr: {{ include "sallyport.beyond" (dict "name" "sallyport_edit_effect_seconds" "labels" $in "bound" $slo.edits.seconds "window" "30d") | quote }}
      labels: { release: {{ $release }} }
    - record: sallyport:sign_outs_slow:ratio_rate30d
      expr: {{ include "sallyport.beyond" (dict "name" "sallyport_session_notice_seconds" "labels" $in "bound" $slo.signOuts.seconds "window" "30d") | quote }}
      labels: { release: {{ $release }} }
    {{- range $objective, $budget := dict "availability" (list "decisions_failed" $slo.availability) "latency" (list "decisions_slow" $slo.latency) "edits" (list "edits_slow" $slo.edits) "sign-outs" (list "sign_outs_slow" $slo.signOuts) }}
    - record: sallyport:budget_left:ratio_30d
      expr: {{ printf "1 - sallyport:%s:ratio_rate30d{%s} / %s" (index $budget 0) $recorded (include "sallyport.allowed" (index $budget 1).percent) | quote }}
      labels: { objective: {{ $objective }}, release: {{ $release }} }
    {{- end }}
    {{- end }}
{{- end }}
{{- end }}
