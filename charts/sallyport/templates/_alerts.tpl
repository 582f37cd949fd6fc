{{/* One alert, unless its value switches it off: `name`, `expr`, `summary`, `description`; where one alert has several rules, the `pace` of this one, and `of`, its values. Lies where the rules of a group do. */}}
{{- define "sallyport.alert" -}}
{{- $rules := .root.Values.prometheusRule }}
{{- $alert := index $rules.alerts .name }}
{{- $of := default $alert .of }}
{{- if $alert.enabled }}
        - alert: {{ .name }}
          expr: {{ .expr | quote }}
          {{- if ne $of.for "0s" }}
          for: {{ $of.for }}
          {{- end }}
          labels: {{- merge (dict "severity" $of.severity "release" .root.Release.Name) (ternary (dict "pace" .pace) dict (hasKey . "pace")) $rules.alertLabels | toYaml | nindent 12 }}
          annotations:
            summary: {{ .summary | quote }}
            description: {{ .description | quote }}
            runbook_url: {{ printf "%s/%s.md" $rules.runbookBaseURL (kebabcase .name) | quote }}
{{- end }}
{{- end }}

{{/* A matcher for a bound of a histogram: some versions of Prometheus write whole numbers with `.0`. */}}
{{- define "sallyport.bound" -}}
{{- $bound := printf "%v" . }}
{{- if contains "." $bound }}{{ printf "le=%q" $bound }}{{ else }}{{ printf "le=~\"%s(\\\\.0)?\"" $bound }}{{ end }}
{{- end }}

{{/* Two windows in which a budget is used up too fast: `ratio`, a recording rule without its window; `long`, `short`; `allowed`, the share that may fail; `factor`; and `grew`, how many failed in the longer one, with `count`, the least that matters. */}}
{{- define "sallyport.burns" -}}
{{- $limit := printf "%v * %v" .factor .allowed }}
{{- printf "%s%s{%s} > %s and %s%s{%s} > %s and on (namespace) %s > %v" .ratio .long .in $limit .ratio .short .in $limit .grew .count }}
{{- end }}

{{/* How much of a hundred may fail, as a share: of `percent`. */}}
{{- define "sallyport.allowed" -}}
(1 - {{ . }} / 100)
{{- end }}

{{/* The dashboard, whose panels lead to the runbooks where those have an address. */}}
{{- define "sallyport.dashboard" -}}
{{- $dashboard := .Files.Get "files/dashboard.json" }}
{{- $runbooks := default "" .Values.prometheusRule.runbookBaseURL }}
{{- if regexMatch "^https?://" $runbooks }}
{{- $dashboard | replace "docs/runbooks" $runbooks }}
{{- else }}
{{- regexReplaceAll "(?s),\n      \"links\": \\[.*?\n      \\]" $dashboard "" }}
{{- end }}
{{- end }}
