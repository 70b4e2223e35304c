import { Option, type Command } from 'commander';
import {
  listKinds,
  strengths,
  type ListSettings,
  type WatchEntry,
} from '../../../functions/core/watch-list/watch-list.ts';
import { addCamera } from '../../options/camera-option.ts';

/** What the options of a command say about a whole list; what is absent stays as it is. */
export type ListChange = {
  readonly kind?: ListSettings['kind'];
  readonly strength?: ListSettings['strength'];
  /** Empty for every camera. */
  readonly listCamera?: readonly string[];
};

/** What a new list is where no option says more. */
export const newListSettings = { kind: 'seen', strength: 'look-alikes' } as const;

/** Adds the options for what holds for a whole list. */
export function addListOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--kind <kind>',
        `seen: alert when a plate of the list is seen; unlisted: when a plate is seen that is not on it (of a new list: ${newListSettings.kind})`,
      ).choices(listKinds),
    )
    .addOption(
      new Option(
        '--strength <strength>',
        'exact: only equal reads match; look-alikes: also characters that readers confuse (배 바, 하 허 호, 0 O); ' +
          `lost-upper-line: also the lower line alone of a plate of two lines (of a new list: ${newListSettings.strength})`,
      ).choices(strengths),
    )
    .option(
      '--list-camera <name>',
      'compare the list only with reads of this camera; may be repeated; "*" for every camera (of a new list: every camera)',
      addListCamera,
    );
}

/** `*` removes the restriction. */
function addListCamera(name: string, before: readonly string[] = []): readonly string[] {
  return name === '*' ? [] : addCamera(name, before);
}

/** The settings of a list for people, such as `alert when seen, look-alikes, gate-north only`. */
export function settingsSentence({ kind, strength, cameras }: Omit<ListSettings, 'list'>): string {
  const alert = kind === 'seen' ? 'alert when seen' : 'alert when not on it';
  return [alert, strength, ...(cameras ? [`only ${cameras.join(', ')}`] : [])].join('; ');
}

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
