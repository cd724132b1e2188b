export { createRegistryHandler } from './handler.ts'
