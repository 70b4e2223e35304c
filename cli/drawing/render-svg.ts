import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** The only font that `renderSvg` knows; it has Hangul, Latin letters and digits. */
export const fontFamily = 'Do Hyeon';

await initWasm(readFileSync(fileURLToPath(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'))));
const font = readFileSync(
  fileURLToPath(import.meta.resolve('@expo-google-fonts/do-hyeon/400Regular/DoHyeon_400Regular.ttf')),
);

/**
 * Renders an SVG to pixels; an embedded picture that cannot be decoded stays transparent, without an error.
 */
export function renderSvg(svg: string): ReturnType<InstanceType<typeof Resvg>['render']> {
  return new Resvg(svg, { font: { fontBuffers: [font], defaultFontFamily: fontFamily } }).render();
}
