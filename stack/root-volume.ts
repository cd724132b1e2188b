/** The size of the volume of a machine that exists once, in GiB: twice what the image of the distribution takes at least, since prereqs keeps
 *  container images there. */
export const rootGib = 16
