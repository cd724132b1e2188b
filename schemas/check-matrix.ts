import type { ClusterCheck } from './cluster-check.ts'
export const checkMatrix: ClusterCheck = () => []
