import sharp from 'sharp';
import { drawPicture, type Car, type Scene } from '../../infra/local/samples/draw-picture.ts';
import { readTruth } from '../../infra/local/endpoint/picture-truth.ts';
import { createRandom, type Random } from '../simulation/random.ts';
import type { EvaluatedPicture } from './evaluated-picture.ts';

// prettier-ignore
const letters = [
  '가', '나', '다', '라', '마', '거', '너', '더', '러', '머', '버', '서', '어', '저', '고', '노', '도', '로',
  '모', '보', '소', '오', '조', '구', '누', '두', '루', '무', '부', '수', '우', '주',
] as const;
const regions = [
  '서울',
  '부산',
  '대구',
  '인천',
  '광주',
  '대전',
  '경기',
  '강원',
  '충북',
  '전남',
  '경북',
  '제주',
] as const;
const paints = [
  '#d5dade',
  '#2c3a55',
  '#3c6ea5',
  '#8a2430',
  '#2f5d50',
  '#e8862e',
  '#eef1f3',
  '#22262b',
] as const;
const kinds = ['two-digit head', 'three-digit head', 'rental', 'commercial, two rows', 'electric'] as const;

/**
 * Draws pictures of cars with random plates, light, distance, tilt, blur and compression; the same seed gives
 * the same pictures.
 */
export async function* drawnSet(count: number, seed: number): AsyncGenerator<EvaluatedPicture> {
  const random = createRandom(seed);
  for (let index = 0; index < count; index += 1) yield await drawOne(random, index);
}

async function drawOne(random: Random, index: number): Promise<EvaluatedPicture> {
  const isEmpty = random.chance(0.1);
  const { kind, plate, electric } = drawnPlate(random);
  const scale = 0.3 + 0.6 * random.fraction();
  const car: Car = {
    view: random.pick(['front', 'rear']),
    paint: random.pick(paints),
    x: random.between(330, 950),
    y: 430 + Math.floor(scale * 290),
    scale,
    plate,
    electric,
    confidence: 1,
  };
  const scene: Scene = {
    light: random.pick(['day', 'day', 'night']),
    tilted: random.chance(0.3),
    cars: isEmpty ? [] : [car],
  };
  const drawn = drawPicture(scene, 'png');
  const blurred = random.chance(0.4) ? sharp(drawn).blur(0.4 + 0.8 * random.fraction()) : sharp(drawn);
  const bytes = await blurred.jpeg({ quality: random.between(30, 90) }).toBuffer();
  const name = `drawn-${String(index).padStart(4, '0')}.jpg`;
  if (isEmpty) return { name, bytes, kind: 'no plate', plates: [] };
  const truth = readTruth(drawn);
  const box = truth.kind === 'truth' ? truth.plates[0]?.box : undefined;
  return { name, bytes, kind, plates: [plate], ...(box === undefined ? {} : { box }) };
}

function drawnPlate(random: Random): {
  readonly kind: string;
  readonly plate: string;
  readonly electric: boolean;
} {
  const digits = (count: number) =>
    Array.from({ length: count }, () => String(random.between(0, 9))).join('');
  const serial = String(random.between(1, 9999)).padStart(4, '0');
  const kind = random.pick(kinds);
  switch (kind) {
    case 'two-digit head':
      return { kind, plate: `${digits(2)}${random.pick(letters)}${serial}`, electric: false };
    case 'three-digit head':
      return {
        kind,
        plate: `${random.between(1, 6)}${digits(2)}${random.pick(letters)}${serial}`,
        electric: false,
      };
    case 'rental':
      return { kind, plate: `${digits(2)}${random.pick(['하', '허', '호'])}${serial}`, electric: false };
    case 'commercial, two rows':
      return {
        kind,
        plate: `${random.pick(regions)}${digits(2)}${random.pick(['바', '사', '아', '자'])}${serial}`,
        electric: false,
      };
    case 'electric':
      return {
        kind,
        plate: `${random.between(1, 6)}${digits(2)}${random.pick(letters)}${serial}`,
        electric: true,
      };
  }
}
