{{/* The name of the chart's part of every object. */}}
{{- define "sallyport.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What the names of the objects begin with. */}}
{{- define "sallyport.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "sallyport.name" .) .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "sallyport.name" .) | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "sallyport.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "sallyport.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name: needed with serviceAccount.create=false: name the service account that the pods run as" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "sallyport.keysSecret" -}}
{{- default (printf "%s-keys" (include "sallyport.fullname" .)) .Values.keys.existingSecret }}
{{- end }}

{{- define "sallyport.valkey" -}}
{{- printf "%s-valkey" (include "sallyport.fullname" .) }}
{{- end }}

{{/* What selects the pods; never changes during the life of a release. */}}
{{- define "sallyport.selectorLabels" -}}
app.kubernetes.io/name: {{ include "sallyport.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
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

{{- define "sallyport.labels" -}}
{{ include "sallyport.selectorLabels" . }}
app.kubernetes.io/component: authorization
{{ include "sallyport.commonLabels" . }}
{{- end }}

{{- define "sallyport.valkeySelectorLabels" -}}
app.kubernetes.io/name: {{ include "sallyport.name" . }}-valkey
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "sallyport.valkeyLabels" -}}
{{ include "sallyport.valkeySelectorLabels" . }}
app.kubernetes.io/component: session-store
{{ include "sallyport.commonLabels" . }}
{{- end }}

{{/* An image by its digest if there is one; `.image` and, where the tag is empty, `.tag`. */}}
{{- define "sallyport.image" -}}
{{- if .image.digest }}
{{- printf "%s@%s" .image.repository .image.digest }}
{{- else }}
{{- printf "%s:%s" .image.repository (default .tag .image.tag) }}
{{- end }}
{{- end }}
