import { encode as encodeJpeg } from 'jpeg-js';
import { renderSvg } from '../../../cli/drawing/render-svg.ts';
import { drawCar, type CarView } from './draw-car.ts';
import { drawPlate, isForHire } from './draw-plate.ts';
import { drawRoad } from './draw-road.ts';
import { writeTruth, type PlateTruth } from '../endpoint/picture-truth.ts';

/** The content of a picture; its cars are in order from far to near. */
export type Scene = {
  light: 'day' | 'night';
  /** Whether the camera is tilted. */
  tilted: boolean;
  cars: readonly Car[];
};

/**
 * A car on the road. `x` and `y` are the middle of its lower edge, in pixels of the untilted picture; at
 * scale 1 it is 620 pixels wide.
 */
export type Car = {
  view: CarView;
  paint: string;
  x: number;
  y: number;
  scale: number;
  /** In the form that `isPlateText` checks. */
  plate: string;
  electric: boolean;
  /** The confidence that the local endpoint answers for its plate, 0 to 1. */
  confidence: number;
};

const width = 1280;
const height = 720;

/**
 * Draws a scene of 1280×720 pixels, with its truth in the file's comment. The same scene always gives the
 * same bytes.
 */
export function drawPicture(scene: Scene, fileType: 'jpg' | 'png'): Uint8Array {
  const camera = scene.tilted ? tilted : upright;
  const cars = scene.cars.map((car) => placeCar(car, scene.light, camera));
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<g transform="${svgMatrix(camera)}">${drawRoad(scene.light)}</g>${cars.map((car) => car.svg).join('')}</svg>`;
  const rendered = renderSvg(svg);
  const bytes =
    fileType === 'png' ? rendered.asPng() : encodeJpeg({ width, height, data: rendered.pixels }, 72).data;
  return writeTruth(bytes, { plates: cars.map((car) => car.truth) });
}

function placeCar(car: Car, light: Scene['light'], camera: Matrix): { svg: string; truth: PlateTruth } {
  const drawing = drawCar({
    view: car.view,
    paint: car.paint,
    lit: light === 'night',
    forHire: isForHire(car.plate),
  });
  const plate = drawPlate(car.plate, car.electric);
  const carMatrix = multiply(camera, [car.scale, 0, 0, car.scale, car.x, car.y]);
  const { x, y } = drawing.plateMiddle;
  const plateMatrix = multiply(carMatrix, [
    pixelsPerMillimetre,
    0,
    0,
    pixelsPerMillimetre,
    x - (plate.width / 2) * pixelsPerMillimetre,
    y - (plate.height / 2) * pixelsPerMillimetre,
  ]);
  const [x1, y1] = apply(plateMatrix, 0, 0);
  const [x2, y2] = apply(plateMatrix, plate.width, 0);
  const [x3, y3] = apply(plateMatrix, plate.width, plate.height);
  const [x4, y4] = apply(plateMatrix, 0, plate.height);
  return {
    svg:
      `<g transform="${svgMatrix(carMatrix)}">${drawing.svg}</g>` +
      `<g transform="${svgMatrix(plateMatrix)}">${plate.svg}</g>`,
    truth: { plate: car.plate, confidence: car.confidence, box: { x1, y1, x2, y2, x3, y3, x4, y4 } },
  };
}

/** The scale of a plate on a car of scale 1; larger than on a real car, to be readable in a small picture. */
const pixelsPerMillimetre = 0.56;

/** An affine map in the order of SVG: x' = ax + cy + e, y' = bx + dy + f. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const upright: Matrix = [1, 0, 0, 1, 0, 0];

/** Rotated by about 7° and sheared around the middle of the picture. */
const tilted: Matrix = multiply(
  [1, 0, 0, 1, width / 2, height / 2],
  [1.02, -0.13, 0.2, 1.02, -width / 2, -height / 2],
);

function multiply([a1, b1, c1, d1, e1, f1]: Matrix, [a2, b2, c2, d2, e2, f2]: Matrix): Matrix {
  return [
    a1 * a2 + c1 * b2,
    b1 * a2 + d1 * b2,
    a1 * c2 + c1 * d2,
    b1 * c2 + d1 * d2,
    a1 * e2 + c1 * f2 + e1,
    b1 * e2 + d1 * f2 + f1,
  ];
}

/** Rounded, because the endpoint answers whole pixels. */
function apply([a, b, c, d, e, f]: Matrix, x: number, y: number): [x: number, y: number] {
  return [Math.round(a * x + c * y + e), Math.round(b * x + d * y + f)];
}

function svgMatrix(matrix: Matrix): string {
  return `matrix(${matrix.map((value) => value.toFixed(4)).join(' ')})`;
}
