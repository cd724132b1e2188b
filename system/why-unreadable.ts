import { FileRefused } from './file-refused.ts'

/** Why a file cannot be read, as the end of a sentence: `is not there`. @param error  what Node.js says, or a {@link FileRefused} */
export function whyUnreadable(error: unknown): string {
  if (error instanceof FileRefused) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'is not there'
  if (code === 'ELOOP') return 'is a link that leads to itself'
  return code === 'EISDIR' ? 'is a folder' : `cannot be read: ${message}`
}
