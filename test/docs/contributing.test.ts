import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * The folders of the tree in CONTRIBUTING.md, as paths from the top: two blanks of indentation are one level.
 */
function listedFolders(): string[] {
  const page = readFileSync(path.join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, tree = ''] = /## Where things are[^]*?```\n([^]*?)```/.exec(page) ?? [];
  const parents: string[] = [];
  return tree
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, indentation = '', name = ''] = /^( *)([\w-]+)\/ /.exec(line) ?? [];
      const depth = indentation.length / 2;
      parents.splice(depth, Infinity, name);
      return parents.join('/');
    });
}

/** Every folder that holds a file that git knows. */
function existingFolders(): string[] {
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trimEnd().split('\n');
  const folders = new Set<string>();
  for (const file of files) {
    const parts = path.dirname(file).split('/');
    for (let depth = 1; depth <= parts.length; depth += 1) folders.add(parts.slice(0, depth).join('/'));
  }
  return [...folders];
}

describe('the tree in CONTRIBUTING', () => {
  test('lists only folders that exist', () => {
    const existing = new Set(existingFolders());
    const listed = listedFolders();
    assert.ok(listed.length > 20);
    assert.deepEqual(
      listed.filter((folder) => !existing.has(folder)),
      [],
    );
  });

  test('lists every folder of functions and every subject below', () => {
    const listed = new Set(listedFolders());
    const existing = existingFolders();
    const missing = existing.filter((folder) => {
      const [top = '', ...below] = folder.split('/');
      const isSubject =
        (top === 'functions' && below.length <= 2) ||
        (['infra', 'cli', 'test'].includes(top) && below.length === 1) ||
        (folder.startsWith('infra/local/') && below.length === 2);
      const isMirror = top === 'test' && existing.includes(below.join('/'));
      return isSubject && !isMirror && !listed.has(folder);
    });
    assert.deepEqual(missing, []);
  });
});
