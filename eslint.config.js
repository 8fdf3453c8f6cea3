import { createRequire } from 'node:module'

// The linter stands apart, in test/lint: `npm run lint` installs it there.
const require = createRequire(`${import.meta.dirname}/test/lint/`)
const js = require('@eslint/js')
const { defineConfig, globalIgnores } = require('eslint/config')
const tseslint = require('typescript-eslint')

/** Of what came after Node 20, that which reads as if it had always been there. */
const newerThanNode20 = [
  ...['Array.fromAsync', 'Promise.withResolvers', 'Promise.try', 'Object.groupBy', 'Map.groupBy'],
  ...[
    'RegExp.escape',
    'Error.isError',
    'Math.sumPrecise',
    'Iterator.from',
    'Uint8Array.fromBase64',
  ],
  // Of a Set; its `union` is Zod's too.
  ...['.intersection', '.difference', '.symmetricDifference', '.isSubsetOf', '.isSupersetOf'],
].map((name) => {
  const [object, property] = name.split('.')
  return { ...(object && { object }), property, message: 'Node 20 has none of it.' }
})

export default defineConfig(
  globalIgnores(['dist/', 'cdk.out/', 'coverage/', '.postern/']),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'bin/run.js'] },
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A leading underscore says "required by the signature, not used here".
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // Methods of a port are async by contract, also where a driver has nothing to await.
      '@typescript-eslint/require-await': 'off',
      // Hostile input is matched against control characters on purpose.
      'no-control-regex': 'off',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "ImportDeclaration[importKind='value'][source.value='zod'] > ImportSpecifier[imported.name='z']",
          message:
            'Write `import * as z`: a bundler cannot leave out what is not used of an object, and 360 kB of it are not.',
        },
      ],
    },
  },
  {
    // `engines` in package.json: what talks to a Postern runs on Node 20. What opens its data or
    // sends runs on Node 24.
    files: ['api/**', 'backends/{aws,web}/**', 'bin/**', 'cli/**', 'lib/**', 'mail/**'],
    ignores: ['mail/deliver/**'],
    rules: { 'no-restricted-properties': ['error', ...newerThanNode20] },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['cli/**', 'bench/**', 'bin/**'], rules: { 'no-console': 'off' } },
)
