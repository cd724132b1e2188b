import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { TestbedError } from '../../schemas/failure.ts'
import { openPackageSource } from './apt/package-source.ts'
import { withLock } from './cache-lock.ts'
import { buildContainerImages } from './container/build.ts'
import { findPacked, packImages } from './pack-images.ts'
import type { ExportedImage } from './pack-images.ts'
import { makeFolder } from './place-files.ts'
import type { ImageRequest } from './prepare-images.ts'
import { recipeDigest } from './recipe.ts'

/**
 * Builds container images, or finds them in the cache, as files for machines that shall not ask a registry.
 *
 * @throws TestbedError when they are not there yet and we are not root, or packages cannot be had
 */
export async function exportImages(request: ImageRequest): Promise<readonly ExportedImage[]> {
  const { cacheDir, images, progress, signal } = request
  await makeFolder(dirname(resolve(cacheDir)))
  await mkdir(cacheDir, { recursive: true })
  const known = await findPacked(request)
  if (known !== undefined) return known
  if (process.getuid?.() !== 0)
    throw new TestbedError('the container images of the stand-ins are not built yet, and only root can build them', {
      hint: 'run this once with sudo, or name packages of your own in titus.packages',
    })
  return withLock(join(cacheDir, 'lock'), { progress, signal }, async () => {
    const meanwhile = await findPacked(request)
    if (meanwhile !== undefined) return meanwhile
    const source = await openPackageSource(join(cacheDir, 'apt'), { progress, signal })
    const [folder, records] = [join(cacheDir, 'registry'), join(cacheDir, 'layers')]
    const compiled = async (): Promise<string> => Promise.reject(new Error('no machine was built whose Python code could be taken'))
    await buildContainerImages({ folder, records, source, compiled, recipe: await recipeDigest(), signal, progress }, images)
    return packImages(request)
  })
}
