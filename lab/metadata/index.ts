export { startMetadata } from './start-metadata.ts'
export { findInstance } from './instance-view.ts'
export type { Signatures } from './identity-document.ts'
