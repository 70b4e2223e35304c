/** Which end of the car faces the camera. */
export type CarView = 'front' | 'rear';

/**
 * A car as an SVG fragment, 620 wide and about 500 high, with the middle of its lower edge at the origin, and
 * the middle of its plate.
 */
type CarDrawing = { svg: string; plateMiddle: { x: number; y: number } };

/** Draws one end of a car; a car for hire has a sign on its roof. */
export function drawCar(options: {
  view: CarView;
  paint: string;
  lit: boolean;
  forHire: boolean;
}): CarDrawing {
  const { view, paint, lit, forHire } = options;
  const silhouette = lampGlows + shadowAndTyres + (forHire ? roofSign(lit) : '') + shell(paint);
  switch (view) {
    case 'front':
      return { svg: silhouette + front(lit), plateMiddle: { x: 0, y: -122 } };
    case 'rear':
      return { svg: silhouette + rear(lit), plateMiddle: { x: 0, y: -178 } };
  }
}

/** Draws a shape of the right side of the car on both sides. */
function bothSides(svg: string): string {
  return `${svg}<g transform="scale(-1 1)">${svg}</g>`;
}

const shadowAndTyres =
  '<ellipse cx="0" cy="-4" rx="345" ry="30" fill="#000" opacity="0.38"/>' +
  bothSides('<rect x="196" y="-112" width="84" height="112" rx="16" fill="#17181a"/>');

function roofSign(lit: boolean): string {
  return (
    `<rect x="-52" y="-506" width="104" height="36" rx="9" fill="${lit ? '#ffe88a' : '#f3f1e6'}" stroke="#333" stroke-width="3"/>` +
    '<text font-family="Do Hyeon" font-size="27" text-anchor="middle" x="0" y="-479" fill="#222">택시</text>'
  );
}

function shell(paint: string): string {
  return (
    // Cabin, mirrors and body, then the light on them: a bright shoulder line and a dark sill.
    `<path d="M-232 -280 Q-196 -438 -150 -456 Q0 -476 150 -456 Q196 -438 232 -280 Z" fill="${paint}"/>` +
    '<path d="M-232 -280 Q-196 -438 -150 -456 Q0 -476 150 -456 Q196 -438 232 -280 Z" fill="#000" opacity="0.14"/>' +
    bothSides(
      `<path d="M222 -318 Q262 -352 286 -338 Q300 -322 286 -300 L236 -292 Z" fill="${paint}"/>` +
        '<path d="M222 -318 Q262 -352 286 -338 Q300 -322 286 -300 L236 -292 Z" fill="#000" opacity="0.2"/>',
    ) +
    `<path d="M-300 -70 Q-318 -190 -292 -246 Q-270 -286 -214 -296 Q0 -316 214 -296 Q270 -286 292 -246 Q318 -190 300 -70 Q292 -44 262 -42 L-262 -42 Q-292 -44 -300 -70 Z" fill="${paint}"/>` +
    '<path d="M-288 -250 Q0 -292 288 -250 Q270 -286 214 -296 Q0 -316 -214 -296 Q-270 -286 -288 -250 Z" fill="#fff" opacity="0.16"/>' +
    '<path d="M-304 -96 Q0 -74 304 -96 L300 -70 Q292 -44 262 -42 L-262 -42 Q-292 -44 -300 -70 Z" fill="#000" opacity="0.5"/>'
  );
}

function front(lit: boolean): string {
  return (
    // Windscreen with its reflection and wipers.
    '<path d="M-204 -300 Q-174 -420 -140 -436 Q0 -450 140 -436 Q174 -420 204 -300 Q0 -318 -204 -300 Z" fill="#1f2c38"/>' +
    '<path d="M-60 -444 L20 -445 L-60 -311 L-150 -305 Z" fill="#fff" opacity="0.1"/>' +
    '<path d="M-150 -304 L-30 -322 M40 -310 L160 -326" stroke="#0c1116" stroke-width="5" stroke-linecap="round"/>' +
    // Grille and lower intake.
    '<path d="M-150 -232 L150 -232 L128 -164 L-128 -164 Z" fill="#15181c"/>' +
    '<path d="M-146 -215 H146 M-140 -198 H140 M-134 -181 H134" stroke="#4a525b" stroke-width="4"/>' +
    '<circle cx="0" cy="-236" r="15" fill="#cdd3d9" stroke="#6d757d" stroke-width="3"/>' +
    '<rect x="-170" y="-84" width="340" height="26" rx="10" fill="#15181c"/>' +
    bothSides(
      `<path d="M172 -234 Q240 -240 288 -226 Q296 -196 280 -178 Q220 -176 168 -196 Z" fill="#10151a"/>` +
        `<circle cx="248" cy="-206" r="20" fill="${lit ? '#fffbe6' : '#c9d8e4'}"/>` +
        `<circle cx="204" cy="-210" r="14" fill="${lit ? '#fff6cf' : '#aebfcc'}"/>` +
        '<path d="M210 -110 L282 -124 L276 -92 L216 -88 Z" fill="#15181c"/>' +
        (lit ? '<circle cx="244" cy="-206" r="120" fill="url(#headlamp)"/>' : ''),
    )
  );
}

function rear(lit: boolean): string {
  return (
    // Rear window, with the heating's lines.
    '<path d="M-190 -312 Q-166 -412 -136 -430 Q0 -444 136 -430 Q166 -412 190 -312 Q0 -330 -190 -312 Z" fill="#1a242e"/>' +
    '<path d="M-168 -346 Q0 -360 168 -346 M-160 -370 Q0 -384 160 -370 M-150 -394 Q0 -408 150 -394" fill="none" stroke="#4b5661" stroke-width="2" opacity="0.6"/>' +
    // Boot lid, recess of the plate, bumper.
    '<path d="M-228 -286 L-206 -128 Q0 -116 206 -128 L228 -286" fill="none" stroke="#000" stroke-width="3" opacity="0.35"/>' +
    '<path d="M-150 -226 L150 -226 L140 -132 L-140 -132 Z" fill="#000" opacity="0.28"/>' +
    '<rect x="-70" y="-246" width="140" height="14" rx="6" fill="#d5dade" opacity="0.85"/>' +
    '<rect x="-250" y="-82" width="500" height="26" rx="10" fill="#15181c"/>' +
    bothSides(
      `<path d="M158 -246 Q240 -262 292 -240 Q304 -206 294 -184 Q230 -188 168 -196 Z" fill="${lit ? '#ff2a1f' : '#a3161a'}"/>` +
        `<path d="M176 -228 Q236 -240 284 -226 L284 -216 Q236 -228 178 -216 Z" fill="${lit ? '#ffb3a3' : '#d9484a'}"/>` +
        '<rect x="236" y="-206" width="46" height="14" rx="5" fill="#f0d9a8"/>' +
        '<rect x="176" y="-62" width="58" height="16" rx="7" fill="#8c949b"/>' +
        (lit ? '<circle cx="232" cy="-216" r="105" fill="url(#taillamp)"/>' : ''),
    )
  );
}

const lampGlows = glow('headlamp', '#fff6cf', 0.85) + glow('taillamp', '#ff3020', 0.6);

function glow(id: string, colour: string, opacity: number): string {
  return (
    `<radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity="${opacity}"/>` +
    `<stop offset="0.35" stop-color="${colour}" stop-opacity="${opacity * 0.3}"/>` +
    `<stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`
  );
}
