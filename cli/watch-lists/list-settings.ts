import type { ListSettings, WatchEntry } from '../../functions/core/watch-list/watch-list.ts';

/** What the options of a command say about a whole list; what is absent stays as it is. */
export type ListChange = {
  readonly kind?: ListSettings['kind'];
  readonly strength?: ListSettings['strength'];
  /** Empty for every camera. */
  readonly listCamera?: readonly string[];
};

/** What a new list is where no option says more. */
export const newListSettings = { kind: 'seen', strength: 'look-alikes' } as const;

/** Why an entry can never match on this list; undefined where it can. */
export function cameraFault({ cameras: ofEntry }: WatchEntry, list: ListSettings): string | undefined {
  if (ofEntry === undefined || list.cameras === undefined) return undefined;
  if (ofEntry.some((camera) => list.cameras?.includes(camera))) return undefined;
  return `The list is compared only with reads of ${list.cameras.join(', ')}, so this entry could never match.`;
}

/** The settings of a list after a change; `before` is undefined for a new list. */
export function settingsAfter(
  list: string,
  before: ListSettings | undefined,
  { kind, strength, listCamera }: ListChange,
): ListSettings {
  const cameras = listCamera ?? before?.cameras;
  return {
    list,
    kind: kind ?? before?.kind ?? newListSettings.kind,
    strength: strength ?? before?.strength ?? newListSettings.strength,
    ...(cameras && cameras.length > 0 && { cameras }),
  };
}
