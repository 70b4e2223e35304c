"""Draws one clean plate: ground, characters, border, bolts, dirt; in colour or in infrared light."""

from dataclasses import dataclass

import cv2
import numpy as np

from plates.alphabet import DIGITS
from plates.layouts import LAYOUTS
from plates.texts import SHARES, plate_text

PIXELS_PER_MM = 1 / 1.7
_KINDS = list(SHARES)
_WEIGHTS = list(SHARES.values())


@dataclass
class Plate:
    """RGB picture, filled to its edges by the plate; `text` is empty on a plate without characters."""

    picture: np.ndarray
    text: str
    kind: str
    rows: int


def draw_plate(random, glyphs, kind=None, hardness=1.0):
    """
    A plate of random kind and text. `random` is a random.Random. At `hardness` 0 there is no dirt, no bolt and
    no faint colour.
    """
    kind = kind or random.choices(_KINDS, _WEIGHTS)[0]
    places = plate_text(random, kind)
    layout = LAYOUTS[kind](random, places)
    scale = PIXELS_PER_MM * (1.6 if layout.width < 300 else 1.0)
    size = round(layout.width * scale), round(layout.height * scale)
    ground, ink = _colours(random, kind, hardness)
    picture = np.empty((size[1], size[0], 3), np.float32)
    picture[:] = ground
    if layout.band:
        _draw_band(random, picture, round(layout.band * scale))
    mask = _character_mask(random, glyphs, layout, size, scale)
    if layout.signs:
        _draw_signs(random, mask, picture, ink)
    _compose(random, picture, mask, ink, hardness)
    _draw_border(random, picture, ink)
    if random.random() < 0.85 * hardness + 0.1:
        _draw_bolts(random, picture, layout, ground)
    if random.random() < 0.5 * hardness:
        _draw_dirt(random, picture)
    if random.random() < 0.2 * hardness:
        picture = _infrared(random, picture, mask, kind)
    return Plate(np.clip(picture, 0, 255).astype(np.uint8), ''.join(places), kind, layout.rows)


def _colours(random, kind, hardness):
    """Ground and ink, RGB."""

    def between(low, high):
        return np.array([random.uniform(a, b) for a, b in zip(low, high)], np.float32)

    dark = between((5, 5, 5), (60, 60, 70))
    light = between((200, 205, 200), (250, 250, 250))
    if kind in ('green', 'green-regional', 'motorcycle-old') and not (
        kind == 'motorcycle-old' and random.random() < 0.3
    ):
        return between((10, 65, 40), (60, 130, 95)), light
    if kind.startswith('yellow'):
        return between((190, 130, 0), (255, 220, 90)), dark
    if kind == 'electric':
        if random.random() < 0.5:
            return between((30, 80, 130), (95, 140, 195)), between((0, 0, 10), (30, 40, 60))
        return between((90, 150, 190), (170, 215, 245)), between((0, 0, 10), (40, 50, 70))
    if kind == 'corporate':
        return between((140, 200, 110), (200, 245, 180)), dark
    if kind == 'construction-old':
        return between((200, 85, 10), (250, 140, 60)), light
    if kind == 'construction-new':
        return between((220, 120, 20), (255, 170, 90)), dark
    if kind == 'diplomatic':
        return between((20, 40, 110), (60, 80, 170)), light
    grey = random.uniform(175, 252)
    ground = grey + between((-6, -6, -14), (6, 4, 8))
    return ground, dark + (random.uniform(0, 50) if random.random() < 0.15 * hardness else 0)


def _character_mask(random, glyphs, layout, size, scale):
    mask = np.zeros((size[1], size[0]), np.uint8)
    hangul_face, digit_face = glyphs.faces(random)
    fill = random.uniform(0.9, 1.04)
    bare_one = random.random() < 0.35
    one_width = random.uniform(0.18, 0.3) if bare_one else random.uniform(0.35, 0.6)
    for cell in layout.cells:
        is_digit = cell.character in DIGITS
        width = cell.width * fill
        glyph = glyphs.mask(digit_face if is_digit else hangul_face, cell.character, width / cell.height)
        if cell.character == '1':
            width = min(width, cell.height * 0.6) * one_width
            if bare_one:
                glyph = np.full((8, 4), 255, np.uint8)
        x = (cell.x + (cell.width - width) / 2 + random.uniform(-1.2, 1.2)) * scale
        y = (cell.y + random.uniform(-1.2, 1.2)) * scale
        paste(mask, glyph, x, y, width * scale, cell.height * scale)
    change = random.random()
    if change < 0.2:
        mask = cv2.dilate(mask, np.ones((2, 2), np.uint8))
    elif change < 0.35:
        mask = cv2.erode(mask, np.ones((2, 2), np.uint8))
    return mask


def paste(mask, glyph, x, y, width, height):
    """Lays a mask over another, scaled to a box in pixels."""
    x, y, width, height = round(x), round(y), max(2, round(width)), max(3, round(height))
    glyph = cv2.resize(glyph, (width, height), interpolation=cv2.INTER_AREA)
    left, top = max(0, x), max(0, y)
    right, bottom = min(mask.shape[1], x + width), min(mask.shape[0], y + height)
    if right > left and bottom > top:
        part = mask[top:bottom, left:right]
        np.maximum(part, glyph[top - y : bottom - y, left - x : right - x], out=part)


def _draw_band(random, picture, width):
    height = picture.shape[0]
    picture[:, :width] = (random.randint(0, 50), random.randint(40, 110), random.randint(120, 200))
    centre = int(width * 0.5), int(height * random.uniform(0.25, 0.36))
    radius = max(2, int(width * random.uniform(0.26, 0.36)))
    light = random.randint(170, 240)
    cv2.ellipse(picture, centre, (radius, radius), random.uniform(-40, 0), 0, 180, (60, 60, light), -1)
    cv2.ellipse(picture, centre, (radius, radius), random.uniform(-40, 0), 180, 360, (light, 80, 90), -1)
    cv2.putText(
        picture, 'KOR', (int(width * 0.12), int(height * 0.85)), 0, width / 72, (light, light, light), 1
    )


def _draw_signs(random, mask, picture, ink):
    """The electric car's signs: a flag's circle at the left, a plug at the right, both faint."""
    height, width = mask.shape
    faint = 0.5 * ink + 0.5 * picture[2, 2]
    colour = tuple(float(value) for value in faint)
    if random.random() < 0.7:
        centre = int(width * random.uniform(0.035, 0.05)), int(height * random.uniform(0.22, 0.35))
        cv2.circle(
            picture, centre, int(height * random.uniform(0.07, 0.12)), colour, random.choice((1, 2, -1))
        )
        cv2.putText(
            picture, 'EV', (int(width * 0.02), int(height * random.uniform(0.6, 0.85))), 0, 0.3, colour, 1
        )
    if random.random() < 0.7:
        x, y = width * random.uniform(0.93, 0.96), height * random.uniform(0.55, 0.75)
        reach = height * random.uniform(0.08, 0.15)
        points = [
            (x + reach * random.uniform(-0.6, 0.6), y + reach * step) for step in (-1.2, -0.4, 0.3, 1.2)
        ]
        cv2.polylines(picture, [np.array(points, np.int32)], False, colour, random.choice((1, 2)))


def _compose(random, picture, mask, ink, hardness):
    cover = (mask * (1 / 255.0)).astype(np.float32)
    if random.random() < 0.45:
        # Pressed characters catch the light on one edge and shade the other.
        shift = random.choice((1, 1, 2))
        edge = cover - np.roll(cover, random.choice((shift, -shift)), axis=random.choice((0, 1)))
        picture += (edge * random.uniform(15, 70 * (0.4 + 0.6 * hardness)))[..., None]
    cover = cover[..., None]
    picture *= 1 - cover
    picture += cover * ink


def _draw_border(random, picture, ink):
    if random.random() > 0.7:
        return
    height, width = picture.shape[:2]
    inset = random.randint(1, 4)
    colour = tuple(
        float(value) for value in (ink if random.random() < 0.7 else picture[height // 2, 1] * 0.6)
    )
    thickness = random.choice((1, 1, 2))
    if random.random() < 0.5:
        cv2.rectangle(picture, (inset, inset), (width - 1 - inset, height - 1 - inset), colour, thickness)
        return
    radius = random.randint(4, 9)
    left, top, right, bottom = inset, inset, width - 1 - inset, height - 1 - inset
    for x in (left, right):
        cv2.line(picture, (x, top + radius), (x, bottom - radius), colour, thickness)
    for y in (top, bottom):
        cv2.line(picture, (left + radius, y), (right - radius, y), colour, thickness)
    for x, y, angle in ((left, top, 180), (right, top, 270), (right, bottom, 0), (left, bottom, 90)):
        centre = (x + radius if x == left else x - radius, y + radius if y == top else y - radius)
        cv2.ellipse(picture, centre, (radius, radius), angle, 0, 90, colour, thickness)


def _draw_bolts(random, picture, layout, ground):
    height, width = picture.shape[:2]
    if layout.rows == 1 and layout.height < 130:
        inset = random.uniform(0.022, 0.085)
        places = [(inset, random.uniform(0.42, 0.58)), (1 - inset, random.uniform(0.42, 0.58))]
    elif layout.rows == 1:
        inset, y = random.uniform(0.18, 0.32), random.uniform(0.08, 0.17)
        places = [(inset, y), (1 - inset, y)]
    else:
        inset, y = random.uniform(0.10, 0.25), random.uniform(0.12, 0.28)
        places = [(inset, y), (1 - inset, y)]
        if random.random() < 0.2:
            places += [(inset, 0.92), (1 - inset, 0.92)]
    radius = (0.10 if layout.rows == 2 else 0.13) * height * random.uniform(0.35, 1.0)
    grey = random.uniform(15, 110) if random.random() < 0.5 else random.uniform(120, 245)
    colour = tuple(
        float(value)
        for value in (ground * random.uniform(0.75, 1.05) if random.random() < 0.25 else [grey] * 3)
    )
    rim = tuple(value * random.uniform(0.4, 0.8) for value in colour)
    for x, y in places:
        if random.random() < 0.08:
            continue
        centre = int(x * width), int(y * height)
        axes = max(1, int(radius)), max(1, int(radius * random.uniform(0.85, 1.1)))
        cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, -1)
        cv2.ellipse(picture, centre, axes, 0, 0, 360, rim, 1)
        sign = random.random()
        if sign < 0.3:
            cv2.line(picture, (centre[0] - axes[0], centre[1]), (centre[0] + axes[0], centre[1]), rim, 1)
        elif sign < 0.6:
            cv2.circle(
                picture,
                (centre[0] - 1, centre[1] - 1),
                max(1, axes[0] // 2),
                tuple(min(255, v + 60) for v in colour),
                -1,
            )


def _draw_dirt(random, picture):
    height, width = picture.shape[:2]
    for _ in range(random.choice((1, 1, 2, 4, 7))):
        tone = picture[random.randrange(height), random.randrange(width)] * random.uniform(0.4, 1.0)
        centre = random.randrange(width), random.randrange(height)
        axes = random.randint(1, 10), random.randint(1, 5)
        cv2.ellipse(picture, centre, axes, random.uniform(0, 180), 0, 360, tuple(float(v) for v in tone), -1)
    if random.random() < 0.3:
        patch = np.array([[random.uniform(0, 1) for _ in range(6)] for _ in range(3)], np.float32)
        picture *= (
            1
            - random.uniform(0.1, 0.4)
            * cv2.resize(patch, (width, height), interpolation=cv2.INTER_CUBIC)[..., None]
        )


def _infrared(random, picture, mask, kind):
    """Grey: either as the eye sees it, or with the ground and ink that infrared light gives."""
    height, width = picture.shape[:2]
    grey = picture @ np.array([0.299, 0.587, 0.114], np.float32)
    if random.random() < 0.6:
        ground = random.uniform(40, 250)
        contrast = random.uniform(45, 160)
        light_ink = (
            kind.startswith('green')
            or kind in ('motorcycle-old', 'construction-old', 'diplomatic')
            or random.random() < 0.05
        )
        ink = ground + contrast if light_ink else ground - contrast
        if not 0 <= ink <= 255:
            ground, ink = (20, 20 + contrast) if light_ink else (40 + contrast, 40)
        below, above = grey[mask > 128], grey[mask < 30]
        was_ink = float(below.mean()) if below.size else 40.0
        was_ground = float(above.mean()) if above.size else 200.0
        gain = (ground - ink) / (was_ground - was_ink if abs(was_ground - was_ink) > 10 else 10)
        grey = (grey - was_ground) * np.clip(gain, -2, 2) + ground
    return np.repeat(grey[..., None], 3, axis=2)
