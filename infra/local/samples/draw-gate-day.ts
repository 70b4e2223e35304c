import { drawPicture, type Car } from './draw-picture.ts';

/** What one camera of the car park sees at a minute of the day. */
export type Passage = {
  readonly camera: 'gate-in' | 'gate-out' | 'yard';
  /** Minutes from midnight, Korea's time. */
  readonly minute: number;
  readonly plate: string;
};

/** The residents' plates; each has a kana of private cars. */
const residents = [
  ...['12가3401', '15나3402', '18다3403', '21라3404', '24마3405', '27거3406', '31너3407', '34더3408'],
  ...['37러3409', '42머5210', '45버5211', '48서5212', '51어5213', '54저5214', '57고5215', '61노5216'],
  ...['64도5217', '67로5218', '123모5219', '126보5220', '129소7321', '132오7322', '135조7323', '138구7324'],
  ...['141누7325', '144두7326', '147루7327'],
];
const parked = '238무7328';
const stranger = '312부7329';
const blocked = '345수7330';

/** Thirty cars of a car park: residents, one that is parked in view of a camera, a stranger and a blocked one. */
export const gateDay = {
  residents: [...residents, parked],
  blocked: [blocked],
  parked,
  stranger,
  passages: [
    ...residents.flatMap((plate, index): Passage[] => [
      { camera: 'gate-out', minute: 7 * 60 + 2 * index, plate },
      { camera: 'gate-in', minute: 17 * 60 + 3 * index, plate },
    ]),
    ...Array.from({ length: 8 }, (_, index): Passage => ({
      camera: 'yard',
      minute: 9 * 60 + 4 * index,
      plate: parked,
    })),
    { camera: 'gate-in', minute: 10 * 60, plate: stranger },
    { camera: 'yard', minute: 10 * 60 + 3, plate: stranger },
    { camera: 'gate-out', minute: 10 * 60 + 6, plate: stranger },
    { camera: 'gate-in', minute: 14 * 60 + 30, plate: blocked },
  ] satisfies Passage[],
} as const;

const paints = ['#d5dade', '#2c3a55', '#3c6ea5', '#8a2430', '#2f5d50', '#6b6f76'] as const;

/** A picture of a car, as the cameras of the gate take it. The same plate always gives the same bytes. */
export function drawGatePicture(plate: string): Uint8Array {
  const serial = Number(plate.slice(-4));
  const car: Car = {
    view: 'front',
    paint: paints[serial % paints.length] ?? paints[0],
    x: 380 + (serial % 50),
    y: 668,
    scale: 0.78,
    plate,
    electric: false,
    confidence: 0.97,
  };
  return drawPicture({ light: 'day', tilted: false, cars: [car] }, 'jpg');
}
