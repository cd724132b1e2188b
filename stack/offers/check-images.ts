import type { Cluster } from '../../schemas/cluster.ts'
import type { Flaw } from '../../schemas/flaw.ts'
import { machineImage } from '../../schemas/images.ts'
import type { FoundImages } from './ask-images.ts'

/** What EC2 has of the image that cluster.yaml names: nothing at all, or an image for other processors than its machines have. */
export function checkImages({ image, region }: Pick<Cluster, 'image' | 'region'>, found: FoundImages): readonly Flaw[] {
  const { called } = machineImage(image)
  return [...found].flatMap(([architecture, has]): readonly Flaw[] => {
    if (has.includes(architecture)) return []
    const path = ['image']
    if (has.length === 0) {
      const message = `image: AWS finds no image ${called} for ${architecture} in ${region}`
      const expected = `an image that this account may use in ${region}`
      return [
        {
          code: 'image-not-found',
          path,
          ofKey: false,
          message,
          expected,
          hint: 'name another image, such as debian-12, or another region',
        },
      ]
    }
    const message = `image: ${called} is ${has.join(', ')} as AWS says, and is to boot on machines that are ${architecture}`
    const hint = `choose another image, or write image: { architecture: ${has[0]} } and instance types that have it`
    return [{ code: 'image-architecture', path, ofKey: false, message, expected: `an image for ${architecture}`, hint }]
  })
}
