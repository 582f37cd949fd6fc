{{/* Sentences of NOTES.txt about what the release needs and the cluster does not have, with an empty line between two. */}}
{{- define "sallyport.notes.missing" -}}
{{- $sentences := include "sallyport.missing" . | fromJsonArray }}
{{- if and (not .Values.crds.install) (not (.Capabilities.APIVersions.Has "sallyport.dev/v1alpha1")) }}
{{- $sentences = prepend $sentences "The custom resource definitions are not in the cluster (crds.install=false): set crds.install to true, or apply deploy/crds. No replica becomes ready before." }}
{{- end }}
{{- join "\n\n" $sentences }}
{{- end }}
