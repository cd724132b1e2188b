export { prepareImages } from './prepare-images.ts'
export type { PreparedImages } from './prepare-images.ts'
export { findNodeRuntime } from './node-runtime.ts'
export { standardImages } from './container-images.ts'
