/** A file that is there and is not taken: it is none that can be read whole, or it lies where nobody may name files. The message is the end of
 *  a sentence that begins with the file's name, as {@link whyUnreadable} gives it; `code` is that of the problem. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused'
  readonly code: 'no-such-file' | 'too-large' | 'file-outside'
  readonly hint: string | undefined
  constructor(code: FileRefused['code'], message: string, hint?: string) {
    super(message)
    this.code = code
    this.hint = hint
  }
}
