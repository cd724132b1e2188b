import { closeSync, constants, openSync } from 'node:fs'

/** Unix sockets in a folder of any depth. */
export interface SocketFolder {
  /** A short path to the socket of that name, good in this process alone and until `close`. */
  path(name: string): string
  close(): void
}

/**
 * Opens a folder for its sockets. A socket's address holds 108 bytes (unix(7)), less than many a path, so sockets are
 * named through the folder's descriptor.
 * @throws the system's error when there is no such folder
 */
export function openSocketFolder(folder: string): SocketFolder {
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  return {
    path: (name) => `/proc/self/fd/${descriptor}/${name}`,
    close: () => closeSync(descriptor),
  }
}
