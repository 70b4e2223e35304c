// Who may import whom. Everything that is not named as allowed is forbidden.

const functionFolders = '^functions/(?!core/|adapters/|plate-reader/)';

/** Forbids modules under `from` to import anything of this project that `allowed` does not match. */
const onlyAllows = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(functions|cli|infra|test|training)/', pathNot: [from, ...allowed] },
});

export default {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Modules that import each other cannot be understood or tested one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-resolvable',
      comment:
        'An import leads to a file or an installed package. test/bench installs its own; aws-lambda has types only.',
      severity: 'error',
      from: { pathNot: '^test/bench/' },
      to: { couldNotResolve: true, pathNot: '^aws-lambda$' },
    },
    {
      name: 'core-is-pure',
      comment:
        'core is inmost: it decides and adapters talk. image-dimensions is allowed, since it only reads bytes.',
      severity: 'error',
      from: { path: '^functions/core/' },
      to: {
        path: '.',
        pathNot: ['^functions/core/', '^node_modules/(zod|image-dimensions)/', '^(node:)?crypto$'],
      },
    },
    onlyAllows(
      'adapters-use-core',
      '^functions/adapters/',
      ['^functions/core/'],
      'Imports point inwards: handler, adapters, core.',
    ),
    onlyAllows(
      'plate-reader-uses-core',
      '^functions/plate-reader/',
      ['^functions/core/'],
      'The reader runs without AWS, so it uses no adapter.',
    ),
    {
      name: 'plate-reader-without-aws',
      comment: 'The reader runs on any machine.',
      severity: 'error',
      from: { path: '^functions/plate-reader/' },
      to: { path: '^node_modules/(@aws-sdk|@aws-lambda-powertools)/' },
    },
    {
      name: 'functions-are-alone',
      comment: 'functions/ holds what runs on Lambda and nothing else.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: ['^cli/', '^infra/'] },
    },
    {
      name: 'one-function-per-folder',
      comment: 'What two functions share is in core/ or adapters/.',
      severity: 'error',
      from: { path: '^functions/([^/]+)/', pathNot: '^functions/(core|adapters|plate-reader)/' },
      to: { path: functionFolders, pathNot: '^functions/$1/' },
    },
    {
      name: 'nobody-imports-a-handler',
      comment: 'A handler reads its environment when it is loaded; only Lambda and the bundler load it.',
      severity: 'error',
      from: {},
      to: { path: '^functions/[^/]+/handler\\.ts$' },
    },
    {
      name: 'functions-use-zod-mini',
      comment: 'Lambda pays for every kilobyte of a bundle with each cold start.',
      severity: 'error',
      from: { path: '^functions/' },
      to: { path: '^node_modules/zod/', pathNot: '^node_modules/zod/(mini/|v4/mini/)' },
    },
    onlyAllows(
      'cli-uses-core',
      '^cli/',
      [
        '^functions/core/',
        '^functions/adapters/(record-search|visit-search|visit-items)\\.ts$',
        '^functions/plate-reader/',
      ],
      'Of the adapters the command uses the searches alone: it has clients and errors of its own.',
    ),
    {
      name: 'commands-are-independent',
      comment: 'What several commands share is in cli/aws, cli/options or cli/terminal.',
      severity: 'error',
      from: { path: '^cli/commands/([^/]+)/' },
      to: { path: '^cli/commands/', pathNot: '^cli/commands/$1/' },
    },
    {
      name: 'shared-parts-know-no-command',
      comment: 'Imports point from the commands to what they share.',
      severity: 'error',
      from: { path: '^cli/[^/]+/', pathNot: '^cli/commands/' },
      to: { path: '^cli/commands/' },
    },
    onlyAllows(
      'infra-local-uses-core',
      '^infra/local/',
      [
        '^functions/core/',
        '^functions/adapters/(record-search|visit-search|visit-items)\\.ts$',
        '^functions/plate-reader/',
        '^cli/(aws|console|drawing|options|terminal)/',
      ],
      'The local stack runs the packaged functions; with the command it shares how programs start, print and draw, and the console.',
    ),
    onlyAllows(
      'first-deploy-uses-core',
      '^infra/first-deploy/',
      ['^functions/core/', '^cli/(aws|options|terminal)/', '^infra/local/(samples|template|endpoint)/'],
      'It asks AWS as the command does, and uploads the samples of the local stack.',
    ),
    onlyAllows(
      'deploy-policy-uses-core',
      '^infra/deploy-policy/',
      ['^functions/core/', '^cli/(options|terminal)/', '^infra/local/template/'],
      'It reads the packaged template as the local stack does.',
    ),
    onlyAllows(
      'infra-build-uses-core',
      '^infra/build/',
      ['^functions/core/'],
      'The build checks parameters by the rules of core.',
    ),
    {
      name: 'tests-are-outside',
      comment: 'What is deployed or run does not depend on tests.',
      severity: 'error',
      from: { pathNot: ['^test/', '^vitest\\.config\\.js$'] },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Types count too: a type that is imported is known.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
