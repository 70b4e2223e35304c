/**
 * Draws an empty road as an SVG fragment. It extends far beyond 1280×720, so that a tilted camera does not
 * see its edge.
 */
export function drawRoad(light: 'day' | 'night'): string {
  return light === 'day'
    ? scenery({
        sky: ['#7fb8e6', '#e6f2f9'],
        hills: ['#a9c3b4', '#86a98d'],
        verge: '#8fab6b',
        pavement: '#c4c1b8',
        asphalt: ['#94989d', '#63676d'],
        edgeLine: '#f4f2ea',
        centreLine: '#f2c230',
        walls: ['#d8cdbd', '#bfc7cf', '#cbb9a6'],
        windows: ['#8797a5', '#7a8a98'],
        lamp: '#8b9097',
        lampGlow: 'none',
      })
    : scenery({
        sky: ['#080c1a', '#222c48'],
        hills: ['#151c30', '#101625'],
        verge: '#131a1a',
        pavement: '#2a2d35',
        asphalt: ['#31353e', '#191c22'],
        edgeLine: '#8f918c',
        centreLine: '#9b7f2c',
        walls: ['#1b2133', '#181e2d', '#20263a'],
        windows: ['#e8c672', '#2a3247'],
        lamp: '#3a404c',
        lampGlow: 'url(#streetlamp)',
      });
}

/** SVG colours; the first of a pair is the far or upper one. */
type Palette = {
  sky: [string, string];
  hills: [string, string];
  verge: string;
  pavement: string;
  asphalt: [string, string];
  edgeLine: string;
  centreLine: string;
  walls: [string, string, string];
  windows: [string, string];
  lamp: string;
  lampGlow: string;
};

const vanishingX = 640;
const horizonY = 290;
const nearY = 720;
const beyondY = 1100;

function scenery(palette: Palette): string {
  return (
    gradient('sky', palette.sky) +
    gradient('asphalt', palette.asphalt) +
    streetLampGlow +
    `<rect x="-600" y="-500" width="2480" height="${horizonY + 510}" fill="url(#sky)"/>` +
    `<path d="M-600 262 Q-200 190 120 232 T560 236 T960 214 T1400 226 T1900 200 V320 H-600 Z" fill="${palette.hills[0]}"/>` +
    `<path d="M-600 280 Q-260 250 60 262 T520 268 T1000 256 T1900 268 V320 H-600 Z" fill="${palette.hills[1]}"/>` +
    `<rect x="-600" y="${horizonY}" width="2480" height="900" fill="${palette.verge}"/>` +
    buildings(palette) +
    stripe(-620, 1900, palette.pavement) +
    stripe(-460, 1740, 'url(#asphalt)') +
    stripe(-396, -366, palette.edgeLine) +
    stripe(1646, 1676, palette.edgeLine) +
    stripe(622, 632, palette.centreLine) +
    stripe(648, 658, palette.centreLine) +
    [0.13, 0.26, 0.47, 0.8, 1.3]
      .map(
        (nearness) => laneDash(118, nearness, palette.edgeLine) + laneDash(1162, nearness, palette.edgeLine),
      )
      .join('') +
    [0.12, 0.25, 0.5]
      .map((nearness) => streetLamp(nearness, palette) + mirrored(streetLamp(nearness, palette)))
      .join('')
  );
}

/** A band along the road, from the places where its sides cross the lower edge of the picture. */
function stripe(nearLeft: number, nearRight: number, fill: string): string {
  return band(nearLeft, nearRight, 0, (beyondY - horizonY) / (nearY - horizonY), fill);
}

/** A dash of a lane line that begins at `nearness`: 0 at the horizon, 1 at the lower edge of the picture. */
function laneDash(nearX: number, nearness: number, fill: string): string {
  return band(nearX - 9, nearX + 9, nearness, nearness * 1.35, fill);
}

function band(nearLeft: number, nearRight: number, from: number, to: number, fill: string): string {
  const point = (nearX: number, nearness: number) =>
    `${(vanishingX + (nearX - vanishingX) * nearness).toFixed(1)} ${(horizonY + (nearY - horizonY) * nearness).toFixed(1)}`;
  return `<path d="M${point(nearLeft, from)} L${point(nearRight, from)} L${point(nearRight, to)} L${point(nearLeft, to)} Z" fill="${fill}"/>`;
}

function mirrored(svg: string): string {
  return `<g transform="matrix(-1 0 0 1 ${2 * vanishingX} 0)">${svg}</g>`;
}

function buildings({ walls, windows }: Palette): string {
  return (
    building(-330, 30, 300, walls[1], windows) +
    building(-20, 130, 190, walls[0], windows) +
    building(200, 196, 130, walls[2], windows) +
    building(336, 244, 110, walls[1], windows) +
    building(850, 236, 120, walls[0], windows) +
    building(984, 176, 150, walls[1], windows) +
    building(1152, 104, 210, walls[2], windows) +
    building(1390, 20, 300, walls[0], windows)
  );
}

function building(left: number, top: number, width: number, wall: string, windows: [string, string]): string {
  const height = horizonY + 14 - top;
  const columns = Math.floor((width - 14) / 26);
  const rows = Math.floor((height - 24) / 30);
  const panes = Array.from({ length: columns * rows }, (_, index) => {
    const x = left + 14 + (index % columns) * 26;
    const y = top + 14 + Math.floor(index / columns) * 30;
    // A fixed irregular pattern of lit and dark windows.
    const lit = (index * 7 + left) % 5 < 2;
    return `<rect x="${x}" y="${y}" width="14" height="17" fill="${windows[lit ? 0 : 1]}"/>`;
  });
  return (
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${wall}"/>` +
    `<rect x="${left}" y="${top}" width="${width}" height="6" fill="#000" opacity="0.18"/>` +
    panes.join('')
  );
}

/** On the left pavement. */
function streetLamp(nearness: number, { lamp, lampGlow }: Palette): string {
  const x = vanishingX - 1180 * nearness;
  const footY = horizonY + (nearY - horizonY) * nearness;
  const size = 0.15 + nearness;
  const headY = footY - 420 * size;
  const headX = x + 95 * size;
  return (
    `<path d="M${x} ${footY.toFixed(1)} V${(headY + 20 * size).toFixed(1)} Q${x} ${headY.toFixed(1)} ${headX.toFixed(1)} ${headY.toFixed(1)}" fill="none" stroke="${lamp}" stroke-width="${(9 * size).toFixed(1)}"/>` +
    `<circle cx="${headX.toFixed(1)}" cy="${(headY + 6 * size).toFixed(1)}" r="${(170 * size).toFixed(1)}" fill="${lampGlow}"/>`
  );
}

function gradient(id: string, [from, to]: [string, string]): string {
  return `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`;
}

const streetLampGlow =
  '<radialGradient id="streetlamp"><stop offset="0" stop-color="#fff1cc" stop-opacity="0.95"/>' +
  '<stop offset="0.08" stop-color="#ffdf9a" stop-opacity="0.55"/><stop offset="0.4" stop-color="#ffdf9a" stop-opacity="0.14"/>' +
  '<stop offset="1" stop-color="#ffdf9a" stop-opacity="0"/></radialGradient>';
