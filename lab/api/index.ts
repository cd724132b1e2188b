export { startApi } from './start-api.ts'
export type { Api } from './start-api.ts'
export { EmulatorRefusal } from './ask-emulator.ts'
export type { AccessKey } from './start-emulator.ts'
