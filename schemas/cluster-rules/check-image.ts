import type { ClusterCheck, ClusterFlaw } from './cluster-check.ts'
import { architectureOf, imageNames, machineImage } from '../images.ts'
import { machineNames } from '../roles/index.ts'

/** An image of one's own is named in one way, and every machine's instance type can boot the image. */
export const checkImage: ClusterCheck = (cluster) => {
  const { image, machines, agents } = cluster
  if (typeof image === 'string' ? !imageNames.includes(image) : typeof image?.user !== 'string') return []
  const named = checkName(image)
  if (named.length > 0) return named
  const { architectures, called } = machineImage(image)
  const types = [
    ...machineNames.map((name) => ({ path: ['machines', name, 'instanceType'], type: machines[name].instanceType })),
    { path: ['agents', 'instanceType'], type: agents.instanceType },
  ]
  return types.flatMap(({ path, type }): readonly ClusterFlaw[] => {
    if (typeof type !== 'string' || architectures.includes(architectureOf(type))) return []
    return [
      {
        code: 'image-architecture',
        path,
        ofKey: false,
        needs: [['image']],
        message: `${path.join('.')}: ${type} is ${architectureOf(type)}, and the image ${called} is ${architectures.join(', ')}`,
        expected: `an instance type that is ${architectures.join(' or ')}`,
        hint: 'choose another type, or an image that there is for both: image: debian-12',
      },
    ]
  })
}

function checkName(image: Parameters<typeof machineImage>[0]): readonly ClusterFlaw[] {
  if (typeof image === 'string') return []
  const given = (['id', 'owner', 'name'] as const).filter((key) => image[key] !== undefined)
  if (given.join() === 'id' || given.join() === 'owner,name') return []
  const has = given.length === 0 ? 'neither an id nor an owner and a name' : given.join(' and ')
  const at = { path: ['image'], ofKey: false }
  const hint = given.includes('id') ? 'keep the id alone, or owner and name' : 'add what is missing'
  return [{ code: 'image-name', ...at, message: `image has ${has}`, expected: 'id, or owner and name', hint }]
}
