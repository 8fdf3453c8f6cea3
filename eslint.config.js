import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

export default defineConfig(
  globalIgnores(['dist/', 'cdk.out/', 'coverage/', '.postern/']),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'bin/cdk-app.js'] },
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
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['cli/**', 'bench/**', 'bin/**'], rules: { 'no-console': 'off' } },
)
