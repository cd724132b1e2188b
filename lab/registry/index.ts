export { createRegistryHandler } from './handler.ts'
export type { RegistryHandler } from './handler.ts'
export { registryRequest } from './request.ts'
export type { RegistryResponse, RegistryStore } from './request.ts'
