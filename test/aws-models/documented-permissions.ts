import { readFileSync } from 'node:fs';

const documentation = readFileSync(new URL('../../docs/plateline.md', import.meta.url), 'utf8');

/** The actions that docs/plateline.md gives a command, such as `dynamodb:Query`. */
export function documentedPermissionsOf(command: string): ReadonlySet<string> {
  const rows = [...documentation.matchAll(/^\| (`.*) \| (.*) \|$/gm)].filter(([, names = '']) =>
    names.split(', ').includes(`\`${command}\``),
  );
  return new Set(
    rows.flatMap(([, , text = '']) => [...text.matchAll(/`(\w+:\w+)`/g)].map(([, name = '']) => name)),
  );
}
