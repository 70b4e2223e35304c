// Runs before anything else, on whatever Node there is, and in JavaScript because an older one cannot read TypeScript.
import process from 'node:process';

if (Number.parseInt(process.versions.node) < 24) {
  process.stderr.write(
    `This needs Node 24, and here is Node ${process.versions.node}.\n` +
      'npm installs Node 24 with the other packages, and npm run and npx find it there. If they do not, the install script of the package "node" was not allowed to run. Run it with:\n\n' +
      '  npm rebuild node --ignore-scripts=false\n',
  );
  process.exit(1);
}
