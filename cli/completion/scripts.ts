/** What a shell reads to complete command lines of titus-bed, by the shell's name. All that is to know stands in the program itself, which the
 *  scripts ask: `titus-bed completion bash -- WORDS`. */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: `_titus_bed() {
  mapfile -t COMPREPLY < <("$1" completion bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${COMPREPLY[0]-} == */ ]]; then compopt -o nospace; fi
}
complete -o default -F _titus_bed titus-bed
`,
  zsh: `#compdef titus-bed
_titus_bed() {
  local -a found
  found=("\${(@f)$("$words[1]" completion zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} == 0 )); then
    _files
    return
  fi
  compadd -S '' -- \${(M)found:#*/}
  compadd -- \${found:#*/}
}
if [[ "\${funcstack[1]-}" == _titus_bed ]]; then _titus_bed "$@"; else compdef _titus_bed titus-bed; fi
`,
  fish: `function __titus_bed_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  $words[1] completion fish -- $words[2..-1] "$current" 2>/dev/null
end
complete -c titus-bed -f -a '(__titus_bed_complete)'
`,
}
