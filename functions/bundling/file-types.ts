import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'

const nodemailer = dirname(createRequire(import.meta.url).resolve('nodemailer/package.json'))

/** Nodemailer's table of the types of files, as a file next to the function. */
export const fileTypes = { 'file-types': join(nodemailer, 'dist/esm/mime-funcs/mime-types.js') }

/**
 * Loads the types of files, up to 76 kB, when the first file comes without one. Nodemailer asks for
 * them within a call, which cannot wait for an `import()`.
 */
export const fileTypesOnDemand: Plugin = {
  name: 'file types on demand',
  setup(build) {
    const filter = /mime-funcs[\\/]mime-types\.js$/
    build.onResolve({ filter }, ({ kind, path }) =>
      kind === 'entry-point' ? { path, suffix: '?table' } : undefined,
    )
    build.onLoad({ filter }, ({ suffix }) => (suffix ? undefined : { contents: asked }))
  },
}

const asked = `
import { createRequire } from 'node:module'
const types = () => createRequire(import.meta.url)('./file-types.mjs')
export const detectExtension = (type) => types().detectExtension(type)
export const detectMimeType = (name) => types().detectMimeType(name)
`
