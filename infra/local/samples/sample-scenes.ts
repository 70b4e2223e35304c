import { drawPicture, type Scene } from './draw-picture.ts';

/** The scenes of the samples, by the name that `npm run draw -- --scene` accepts. */
export const sampleScenes = {
  day: {
    light: 'day',
    tilted: false,
    cars: [
      {
        view: 'front',
        paint: '#d5dade',
        x: 400,
        y: 668,
        scale: 0.78,
        plate: '123가4567',
        electric: false,
        confidence: 0.98,
      },
    ],
  },
  night: {
    light: 'night',
    tilted: false,
    cars: [
      {
        view: 'front',
        paint: '#2c3a55',
        x: 400,
        y: 660,
        scale: 0.78,
        plate: '12가3456',
        electric: false,
        confidence: 0.91,
      },
    ],
  },
  'tilted-rental': {
    light: 'day',
    tilted: true,
    cars: [
      {
        view: 'front',
        paint: '#3c6ea5',
        x: 420,
        y: 610,
        scale: 0.74,
        plate: '12허3456',
        electric: false,
        confidence: 0.87,
      },
    ],
  },
  'two-cars': {
    light: 'day',
    tilted: false,
    cars: [
      {
        view: 'rear',
        paint: '#8a2430',
        x: 812,
        y: 520,
        scale: 0.5,
        plate: '68고2357',
        electric: false,
        confidence: 0.82,
      },
      {
        view: 'front',
        paint: '#2f5d50',
        x: 370,
        y: 686,
        scale: 0.8,
        plate: '245러6789',
        electric: false,
        confidence: 0.96,
      },
    ],
  },
  taxi: {
    light: 'day',
    tilted: false,
    cars: [
      {
        view: 'rear',
        paint: '#e8862e',
        x: 880,
        y: 664,
        scale: 0.78,
        plate: '서울12바5215',
        electric: false,
        confidence: 0.94,
      },
    ],
  },
  electric: {
    light: 'day',
    tilted: false,
    cars: [
      {
        view: 'rear',
        paint: '#eef1f3',
        x: 890,
        y: 672,
        scale: 0.78,
        plate: '361소9024',
        electric: true,
        confidence: 0.97,
      },
    ],
  },
  'empty-road': { light: 'day', tilted: false, cars: [] },
} as const satisfies Record<string, Scene>;

/** Makes the bytes of every sample by file name, including the files that are not pictures. */
export function makeSamples(): Record<string, Uint8Array> {
  const day = drawPicture(sampleScenes.day, 'jpg');
  return {
    'day.jpg': day,
    'night.jpg': drawPicture(sampleScenes.night, 'jpg'),
    'tilted-rental.jpg': drawPicture(sampleScenes['tilted-rental'], 'jpg'),
    'two-cars.jpg': drawPicture(sampleScenes['two-cars'], 'jpg'),
    'taxi.png': drawPicture(sampleScenes.taxi, 'png'),
    'electric.png': drawPicture(sampleScenes.electric, 'png'),
    'empty-road.png': drawPicture(sampleScenes['empty-road'], 'png'),
    'gif-named.jpg': gifOfOnePixel,
    'truncated.jpg': cutInsideHeader(day),
    'empty.jpg': new Uint8Array(),
  };
}

const gifOfOnePixel = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');

/** Cuts a JPEG in the middle of its first quantisation table, before the frame header with its dimensions. */
function cutInsideHeader(jpeg: Uint8Array): Uint8Array {
  const tables = Buffer.from(jpeg).indexOf('ffdb', 'hex');
  return jpeg.subarray(0, tables + 40);
}
