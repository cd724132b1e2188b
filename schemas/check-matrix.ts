import type { ClusterCheck } from './check-cluster.ts'
export const checkMatrix: ClusterCheck = () => []
