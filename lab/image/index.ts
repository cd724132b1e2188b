export { prepareImages } from './prepare-images.ts'
export type { ImageRequest, PreparedImages } from './prepare-images.ts'
export { findNodeRuntime } from './node-runtime.ts'
export type { NodeRuntime } from './node-runtime.ts'
