import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const lines = readme.trimEnd().split('\n');

describe('README', () => {
  test('has at most 120 lines', () => {
    assert.ok(lines.length <= 120, `README has ${lines.length} lines`);
  });

  test('has no line of more than 100 columns', () => {
    assert.deepEqual(
      lines.filter((line) => line.length > 100),
      [],
    );
  });

  test('gives the two commands, each in a block of its own', () => {
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test']) {
      assert.ok(readme.includes(`\`\`\`sh\n${command}\n\`\`\``), command);
    }
  });

  test('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)|src="([^"]+)"/g)].map(
      ([, link, src]) => link ?? src ?? '',
    );
    assert.ok(links.length > 10);
    assert.deepEqual(
      links.filter((link) => !existsSync(path.join(root, link))),
      [],
    );
  });
});
