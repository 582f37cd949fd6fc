/**
 * Bash cuts words at `=` and `:` (COMP_WORDBREAKS): they are joined again before the program is
 * asked, and what was joined is taken off the answers. It runs in bash 3.2 too, which macOS has: it
 * lacks compopt, by which readline would quote the names of files.
 */
const BASH = `# bash completion for sallyport: source <(sallyport completion bash)

_sallyport() {
  local IFS=$'\\n' word line joined='' before='' piece=\${COMP_WORDS[COMP_CWORD]} at
  local -a words reply
  words=()
  for ((at = 1; at <= COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if ((at > 1)) && { [[ $word == [=:]* ]] || [[ $before == *[=:] ]]; }; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    before=$word
  done
  joined=\${words[\${#words[@]}-1]}
  [[ $piece == [=:]* ]] && piece=\${piece#[=:]}
  local known=\${joined%"$piece"} files=''
  COMPREPLY=()
  while read -r line; do
    case $line in
      :files) files=1 ;;
      :) ;;
      *)
        line=\${line%%$'\\t'*}
        COMPREPLY+=("\${line#"$known"}")
        ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  if [[ -n $files ]]; then
    local quotes=''
    compopt -o filenames 2>/dev/null || quotes=1
    while read -r line; do
      [[ -n $quotes ]] && printf -v line '%q' "$line"
      COMPREPLY+=("$line")
    done < <(compgen -f -- "$piece")
  fi
}

complete -F _sallyport sallyport
`

const ZSH = `#compdef sallyport
# zsh completion for sallyport: source <(sallyport completion zsh)

_sallyport() {
  local line word
  local -a lines candidates
  lines=("\${(@f)$(\${(Q)words[1]} __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)lines[1,-2]}"; do
    word=\${line%%$'\\t'*}
    if [[ $line == *$'\\t'* ]]; then
      candidates+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
    else
      candidates+=("\${word//:/\\\\:}")
    fi
  done
  (( \${#candidates} )) && _describe -o -t words sallyport candidates
  if [[ \${lines[-1]} == ':files' ]]; then
    compset -P '--*='
    _files
  fi
}

if [[ \${funcstack[1]} == _sallyport ]]; then
  _sallyport "$@"
elif (( $+functions[compdef] )); then
  compdef _sallyport sallyport
else
  print -u2 'sallyport: run compinit before the completion is sourced'
fi
`

const FISH = `# fish completion for sallyport: sallyport completion fish | source

function __sallyport_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    set -l lines ($program __complete -- $words "$current" 2>/dev/null)
    set -l last $lines[-1]
    set -e lines[-1]
    for line in $lines
        echo $line
    end
    if test "$last" = ':files'
        set -l option (string match -r -- '^--[^=]+=' $current)
        for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' $current))
            echo "$option$path"
        end
    end
end

complete -c sallyport -f -a '(__sallyport_complete)'
`

/** The shells that completion is for. */
export type Shell = 'bash' | 'zsh' | 'fish'

/** The script of each shell. */
export const SHELLS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH }
