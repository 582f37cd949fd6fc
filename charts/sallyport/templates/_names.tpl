{{/* The name of the chart's part of every object. */}}
{{- define "sallyport.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* What the names of the objects begin with; short enough for what follows. */}}
{{- define "sallyport.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" }}
{{- else if contains (include "sallyport.name" .) .Release.Name }}
{{- .Release.Name | trunc 46 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "sallyport.name" .) | trunc 46 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "sallyport.serviceAccountName" -}}
{{- default (include "sallyport.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- define "sallyport.keysSecret" -}}
{{- default (printf "%s-keys" (include "sallyport.fullname" .)) .Values.keys.existingSecret }}
{{- end }}

{{- define "sallyport.valkey" -}}
{{- printf "%s-valkey" (include "sallyport.fullname" .) }}
{{- end }}

{{- define "sallyport.valkeySecret" -}}
{{- default (include "sallyport.valkey" .) .Values.embeddedValkey.existingSecret }}
{{- end }}

{{/* What selects the pods; never changes during the life of a release. `.part` is empty for the service itself. */}}
{{- define "sallyport.selector" -}}
app.kubernetes.io/name: {{ include "sallyport.name" .root }}{{ with .part }}-{{ . }}{{ end }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "sallyport.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: sallyport
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of an object or a pod: `.root`, `.part` ("", "valkey" or "test") and more in `.labels`. */}}
{{- define "sallyport.labels" -}}
{{- $component := get (dict "valkey" "session-store" "test" "test") (default "" .part) | default "authorization" }}
{{- $own := include "sallyport.selector" . | fromYaml }}
{{- $common := include "sallyport.commonLabels" .root | fromYaml }}
{{- mergeOverwrite (dict) (default (dict) .labels) $common (dict "app.kubernetes.io/component" $component) $own | toYaml }}
{{- end }}

{{/* The metadata of an object: `.root`, `.name`, and where it is so `.part`, `.labels`, `.annotations`, `.namespace` and `.cluster`. */}}
{{- define "sallyport.metadata" -}}
name: {{ .name }}
{{- if not .cluster }}
namespace: {{ default .root.Release.Namespace .namespace }}
{{- end }}
labels: {{- include "sallyport.labels" . | nindent 2 }}
{{- with mergeOverwrite (dict) .root.Values.commonAnnotations (default (dict) .annotations) }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* An image by its digest if there is one; `.root`, `.image` and, where the tag is empty, `.tag`. */}}
{{- define "sallyport.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry }}
{{- $name := ternary (printf "%s/%s" $registry .image.repository) .image.repository (ne $registry "") }}
{{- if .image.digest }}
{{- printf "%s@%s" $name .image.digest }}
{{- else }}
{{- printf "%s:%s" $name (default .tag .image.tag) }}
{{- end }}
{{- end }}
