import { Option, type Command } from 'commander';
import { listKinds, strengths, type ListSettings } from '../../../functions/core/watch-list/watch-list.ts';
import { addCamera } from '../../options/camera-option.ts';
import { newListSettings } from '../../watch-lists/list-settings.ts';

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
