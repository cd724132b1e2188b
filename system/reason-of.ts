/** Why a file cannot be read, as the end of a sentence: `is not there`. @param error  what Node.js says */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'is not there'
  return code === 'EISDIR' ? 'is a folder' : `cannot be read: ${message}`
}
