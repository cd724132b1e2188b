/**
 * A command line that runs a program of `/bin/sh`, whatever the log-in shell is that reads the line (sh, bash, zsh, csh, fish): all of them take
 * what stands between single quotes as it is, as long as it holds none of the characters that one of them reads there in its own way.
 */
export function renderForAnyShell(program: string): string {
  return `exec /bin/sh -c 'eval "$(printf %b "$1")"' titus-bed '${encode(program)}'`
}

/** Quotes and backslashes (fish), exclamation marks and line ends (csh), and what is not ASCII, in octal for `printf %b`. */
function encode(program: string): string {
  return [...Buffer.from(program)]
    .map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`))
    .join('')
}

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && !`'\\!`.includes(String.fromCharCode(byte))
}
