import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import { wantsEvent } from '../../../functions/core/webhook/webhook.ts';

/** Which events somebody wants to see; everything where nothing is chosen. */
export type EventChoice = {
  readonly events?: readonly PlatelineEvent['type'][];
  readonly lists?: readonly string[];
  readonly camera?: readonly string[];
};

/** What SNS itself can leave out, by the attributes of its messages; undefined where that is nothing. */
export function filterPolicyOf({
  events,
  lists,
}: EventChoice): Readonly<Record<string, readonly string[]>> | undefined {
  if (events === undefined) return undefined;
  const onlyMatches = events.every((type) => type === 'list.matched');
  return { type: events, ...(onlyMatches && lists && { list: lists }) };
}

/** Whether an event is chosen. SNS's own filter takes minutes to have its effect, and knows fewer cameras. */
export function isChosen({ events, lists, camera }: EventChoice, event: PlatelineEvent): boolean {
  const receiver = { ...(events && { events }), ...(lists && { lists }) };
  if (!wantsEvent(receiver, event)) return false;
  return camera === undefined || camerasOf(event).some((name) => camera.includes(name));
}

function camerasOf(event: PlatelineEvent): readonly string[] {
  switch (event.type) {
    case 'reading.final':
      return event.data.camera === undefined ? [] : [event.data.camera];
    case 'visit.started':
    case 'visit.ended':
      return event.data.cameras;
    case 'list.matched':
      return [event.data.read.camera];
    case 'camera.silent':
    case 'camera.degraded':
      return [event.data.camera];
  }
}
