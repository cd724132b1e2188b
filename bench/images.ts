import { join } from 'node:path'
import { builtPackages } from '../cli/product/folders.ts'
import { containerImages } from '../deb/images/index.ts'
import { prepareImages, standardImages } from '../lab/index.ts'
import type { ContainerImage } from '../lab/index.ts'
import { time, timeEach } from './figure.ts'
import type { Bench, Figure } from './figure.ts'

/** All images of the lab, as `apply` asks for them. */
export function labImages(): readonly ContainerImage[] {
  return [...standardImages, ...containerImages(builtPackages())]
}

/** Everything that the lab boots from, and the files that its machines load: built in an empty cache, then found in it. */
export async function measureImages({ folder, runs, say, signal }: Bench): Promise<readonly Figure[]> {
  const progress = (line: string) => say(`image: ${line}`)
  const request = { cacheDir: join(folder, 'image-cache'), images: labImages(), packed: containerImages(builtPackages()), progress, signal }
  const cold = [await time(() => prepareImages(request))]
  const warm = await timeEach(runs, () => prepareImages(request))
  return [
    {
      name: 'image build',
      cold,
      warm,
      how: 'machine trees, container images and the files of those that machines load; cold: empty cache, packages downloaded too',
    },
  ]
}
