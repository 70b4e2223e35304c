/** A plate as an SVG fragment of this size in millimetres, with its top-left corner at the origin. */
type PlateDrawing = { width: number; height: number; svg: string };

const plateForm = /^([가-힣]{2})?(\d{2,3})([가-힣])(\d{4})$/;

/**
 * Says whether the text has the form of an ordinary plate, such as `123가4567` or, with a region, `서울12바5215`.
 */
export function isPlateText(text: string): boolean {
  return plateForm.test(text);
}

/** Says whether the letter of the plate is one of taxis, buses and lorries for hire. */
export function isForHire(text: string): boolean {
  return /[바사아자배]\d{4}$/.test(text);
}

/** Draws a plate; one with a region has two lines. The text must satisfy `isPlateText`. */
export function drawPlate(text: string, electric: boolean): PlateDrawing {
  const background = isForHire(text) ? '#f7c91c' : electric ? '#9fd3f2' : '#fbfbf7';
  const [, region, head = '', letter = '', serial = ''] = plateForm.exec(text) ?? [];
  return region === undefined
    ? {
        width: 520,
        height: 110,
        svg:
          sheet(520, 110, background) +
          line(head + letter + serial, { left: 26, right: 494, baseline: 88, size: 92 }),
      }
    : {
        width: 335,
        height: 170,
        svg:
          sheet(335, 170, background) +
          line(region + head, { left: 84, right: 251, baseline: 58, size: 56 }) +
          line(letter, { left: 16, right: 72, baseline: 142, size: 66 }) +
          line(serial, { left: 76, right: 321, baseline: 157, size: 92, stretch: 1.28 }),
      };
}

function sheet(width: number, height: number, background: string): string {
  return (
    `<rect width="${width}" height="${height}" rx="10" fill="#1d2024"/>` +
    `<rect x="3" y="3" width="${width - 6}" height="${height - 6}" rx="8" fill="${background}"/>` +
    `<rect x="9" y="9" width="${width - 18}" height="${height - 18}" rx="5" fill="none" stroke="#1d2024" stroke-width="2"/>`
  );
}

/**
 * Centres each character in a slot, so that the line is full with any font; `stretch` makes it taller, not
 * wider.
 */
function line(
  text: string,
  at: { left: number; right: number; baseline: number; size: number; stretch?: number },
): string {
  const { stretch = 1 } = at;
  const weights = Array.from(text, (character) => (/\d/.test(character) ? 1 : 1.65));
  const unit = (at.right - at.left) / weights.reduce((sum, weight) => sum + weight, 0);
  let x = at.left;
  const glyphs = Array.from(text, (character, index) => {
    const width = (weights[index] ?? 1) * unit;
    x += width;
    return `<tspan x="${(x - width / 2).toFixed(1)}" y="${(at.baseline / stretch).toFixed(1)}">${character}</tspan>`;
  });
  return `<text transform="scale(1 ${stretch})" font-family="Do Hyeon" font-size="${at.size}" text-anchor="middle" fill="#15171a">${glyphs.join('')}</text>`;
}
