import { builtinModules } from 'node:module'
import type { Plugin } from 'esbuild'

/**
 * Imports of Node's own modules without what hangs on them. An `import` of one reads everything
 * that it exports, and much of that is loaded when it is read: `node:http` brings `fetch` and
 * HTTP/2 along, `node:process` the prompt, `node:crypto` WebCrypto, together a third of the time
 * until a function can work. `process.getBuiltinModule` loads the module alone
 * (https://nodejs.org/api/process.html#processgetbuiltinmoduleid).
 */
export const builtinModulesAlone: Plugin = {
  name: 'builtin modules alone',
  setup(build) {
    const names = new RegExp(`^(node:)?(${builtinModules.join('|')})$`)
    build.onResolve({ filter: names }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path: path.replace(/^node:/, ''), namespace },
    )
    build.onLoad({ filter: /./, namespace }, ({ path }) => ({ contents: moduleOf(path) }))
  },
}

const namespace = 'node'

/** A module with the same exports, of which esbuild keeps those that are asked for. */
function moduleOf(name: string): string {
  const names = Object.keys(process.getBuiltinModule(name) ?? {}).filter((one) => one !== 'default')
  return [
    `const module = /* @__PURE__ */ process.getBuiltinModule('${name}')`,
    'export default module',
    ...names.map((one, at) => `const e${at} = /* @__PURE__ */ (() => module.${one})()`),
    `export { ${names.map((one, at) => `e${at} as ${one}`).join(', ')} }`,
  ].join('\n')
}
