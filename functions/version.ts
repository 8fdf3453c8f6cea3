/** Of Postern; the build puts it here. */
export const version: string = process.env.POSTERN_VERSION ?? 'from source'
