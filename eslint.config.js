import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const noSdkOrIo = [
  { group: ['@aws-sdk/*', '@aws-lambda-powertools/*', 'undici'], message: 'core decides; adapters talk.' },
  { group: ['node:*', '!node:crypto'], message: 'core is pure.' },
];
const fromCore = {
  group: ['**/adapters/**', '**/read-plate/**'],
  message: 'Imports point inwards: read-plate → adapters → core.',
};
const fromAdapters = {
  group: ['**/read-plate/**'],
  message: 'Imports point inwards: read-plate → adapters → core.',
};
const fromFunctions = {
  group: ['**/infra/**', '**/test/**', '**/cli/**'],
  message: 'functions holds what runs on Lambda and nothing else.',
};
const fromCli = {
  group: ['**/infra/**', '**/test/**', '**/read-plate/**', '**/adapters/**', '!**/adapters/record-search.ts'],
  message: 'The command shares with the function what core decides, and how records are searched.',
};

export default tseslint.config(
  { ignores: ['.build/', '.serverless/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false },
      ],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-definitions': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
    },
  },
  {
    files: ['functions/core/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [...noSdkOrIo, fromCore, fromFunctions] }],
      'no-restricted-globals': ['error', 'process', 'console', 'fetch', 'setTimeout'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'core has no clock.' },
      ],
    },
  },
  {
    files: ['functions/adapters/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [fromAdapters, fromFunctions] }] },
  },
  {
    files: ['functions/read-plate/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [fromFunctions] }] },
  },
  {
    files: ['cli/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [fromCli] }] },
  },
);
