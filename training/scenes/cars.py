"""Vehicles drawn as boxes with a front or rear: the surroundings of plates, and many look-alikes of plates."""
from dataclasses import dataclass

import numpy as np

from scenes.view import fill, fill_graded, paste, rectangle, rounded


@dataclass
class Body:
    """Sizes in metres from the plate's centre (y down) and colours of one vehicle."""

    width: float
    bottom: float
    top: float
    profile: list
    glass_from: int
    paint: np.ndarray
    accent: np.ndarray
    is_rear: bool


PAINTS = (
    (240, 240, 238),
    (225, 225, 225),
    (190, 192, 195),
    (150, 152, 156),
    (95, 97, 100),
    (50, 52, 56),
    (20, 20, 22),
    (25, 40, 90),
    (130, 20, 25),
    (40, 80, 150),
    (205, 200, 180),
    (235, 190, 20),
    (30, 80, 60),
    (230, 110, 40),
)


def random_body(random):
    """A sedan, a van or sports utility, a lorry or a bus."""
    kind = random.choices(('sedan', 'van', 'lorry', 'bus'), (50, 28, 15, 7))[0]
    is_rear = random.random() < 0.5
    width = {'sedan': 1.8, 'van': 1.85, 'lorry': 1.8, 'bus': 2.4}[kind] * random.uniform(0.93, 1.07)
    bottom = random.uniform(0.1, 0.3) if not is_rear else random.uniform(0.15, 0.6)
    top = {
        'sedan': random.uniform(0.25, 0.5),
        'van': random.uniform(0.35, 0.7),
        'lorry': random.uniform(0.4, 0.7),
        'bus': random.uniform(0.6, 0.9),
    }[kind]
    if kind == 'sedan':
        hood = random.uniform(0.4, 1.2)
        profile = [
            (bottom, 0.12),
            (bottom - 0.1, 0.0),
            (-top * 0.7, 0.02),
            (-top, 0.15),
            (-top - 0.1, hood),
            (-top - 0.55, hood + 0.6),
            (-top - 0.6, hood + 2.2),
        ]
        glass = 4
    else:
        roof = top + random.uniform(0.5, 1.0) + (0.8 if kind == 'bus' else 0)
        profile = [
            (bottom, 0.08),
            (bottom - 0.1, 0.0),
            (-top * 0.8, 0.02),
            (-top, 0.06),
            (-roof, 0.3),
            (-roof - 0.1, random.uniform(2, 5)),
        ]
        glass = 3
    paint = np.array(random.choice(PAINTS), float) * random.uniform(0.7, 1.1)
    if random.random() < 0.12:
        paint = np.array([random.uniform(10, 240) for _ in range(3)])
    accent = paint if random.random() < 0.5 else np.full(3, random.uniform(15, 90))
    return Body(width, bottom, top, profile, glass, np.clip(paint, 8, 250), accent, is_rear)


def silhouette(body, view):
    """Pixel outlines of the vehicle's front and sides, to find what it covers."""
    half = body.width / 2
    front = [(-half, body.bottom, 0), (half, body.bottom, 0)]
    tops = [(half * 0.95, y, z) for y, z in body.profile[1:]]
    return view.project(front + tops + [(-x, y, z) for x, y, z in reversed(tops)])


def draw_car(picture, view, body, lettering, random):
    """Paints the vehicle without its plate. Returns the pixels of its lamps, for glare."""
    draw_shadow(picture, view, body)
    draw_sides(picture, view, body, random)
    draw_shell(picture, view, body, random)
    draw_bumper(picture, view, body, random)
    if body.is_rear:
        draw_rear(picture, view, body, lettering, random)
    else:
        draw_grille(picture, view, body, lettering, random)
    return draw_lamps(picture, view, body, random)


def draw_shadow(picture, view, body):
    """The dark ground under the vehicle."""
    half, ground = body.width / 2, body.bottom + 0.18
    points = [
        (-half * 1.05, ground, -0.15),
        (half * 1.05, ground, -0.15),
        (half, body.bottom - 0.2, 0.1),
        (-half, body.bottom - 0.2, 0.1),
    ]
    fill(picture, view.project(points), (18, 18, 20))


def draw_sides(picture, view, body, random):
    """The side that shows, its windows and its wheels."""
    side = 1 if view.yaw < 0 else -1
    if abs(view.yaw) < 0.08:
        return
    x = side * body.width / 2
    end = body.profile[-1][1] + random.uniform(0.5, 1.5)
    outline = [(x, y, z) for y, z in body.profile] + [
        (x, body.profile[-1][0] + 0.3, end),
        (x, body.bottom, end),
    ]
    fill(picture, view.project(outline), body.paint * random.uniform(0.55, 0.95))
    belt = body.profile[body.glass_from]
    roof = body.profile[body.glass_from + 1]
    window = [
        (x, belt[0], belt[1] + 0.2),
        (x, roof[0] + 0.06, roof[1] + 0.15),
        (x, roof[0] + 0.06, end - 0.5),
        (x, belt[0], end - 0.2),
    ]
    fill(picture, view.project(window), (random.uniform(15, 70),) * 3)
    for z in (0.75, end - 0.8):
        wheel = rounded(0, 0, 0.62, 0.62, 2.0)
        for size, colour in ((1.15, 15), (1.0, 30), (0.62, random.uniform(60, 180))):
            points = np.column_stack(
                [np.full(len(wheel), x), body.bottom - 0.1 + wheel[:, 1] * size, z + wheel[:, 0] * size]
            )
            fill(picture, view.project(points), (colour,) * 3)


def draw_shell(picture, view, body, random):
    """The strips from the bumper over bonnet or boot lid and glass to the roof."""
    half = body.width / 2
    light = random.uniform(0.9, 1.25)
    for index in reversed(range(len(body.profile) - 1)):
        (low, low_z), (high, high_z) = body.profile[index], body.profile[index + 1]
        wide_low, wide_high = half * taper(index, body), half * taper(index + 1, body)
        quad = [
            (-wide_high, high, high_z),
            (wide_high, high, high_z),
            (wide_low, low, low_z),
            (-wide_low, low, low_z),
        ]
        if index == body.glass_from:
            fill_graded(picture, view, quad, body.paint, body.paint, 1)
            inner = np.array(quad) * [0.9, 1, 1] + [0, (low - high) * 0.04, 0]
            shade = random.uniform(15, 60)
            fill_graded(picture, view, inner, [shade * 1.8] * 3, [shade] * 3, 4)
            continue
        level = light * (1.1 if high_z - low_z > 0.3 else random.uniform(0.75, 1.05))
        fill_graded(
            picture,
            view,
            quad,
            np.clip(body.paint * level, 0, 255),
            np.clip(body.paint * level * random.uniform(0.6, 0.95), 0, 255),
            8,
        )


def taper(index, body):
    """Width of the body at a point of its profile, as a share of its full width."""
    return 0.92 if index == 0 else 0.82 if index > body.glass_from else 1.0


def draw_bumper(picture, view, body, random):
    """Seams, strips and openings at the plate's height or below it."""
    half = body.width / 2
    for _ in range(random.randint(1, 4)):
        y = random.uniform(-body.top, body.bottom)
        tone = random.choice((body.accent, body.paint * 0.5, np.full(3, 200.0), body.paint * 1.1))
        wide = half * random.uniform(0.5, 0.98)
        bend = random.uniform(-0.03, 0.05)
        height = random.choice((0.008, 0.012, 0.05, 0.12))
        points = [
            (-wide, y),
            (-wide / 2, y + bend),
            (wide / 2, y + bend),
            (wide, y),
            (wide, y + height),
            (wide / 2, y + bend + height),
            (-wide / 2, y + bend + height),
            (-wide, y + height),
        ]
        fill(picture, view.project(points), np.clip(tone, 0, 255))
    if random.random() < 0.5:
        width, height = random.uniform(0.7, 1.4), random.uniform(0.08, 0.2)
        draw_slats(picture, view, 0, body.bottom * random.uniform(0.3, 0.9), width, height, random)
    if random.random() < 0.5:
        for side in (-1, 1):
            spot = rounded(
                side * half * 0.75,
                body.bottom * 0.4,
                random.uniform(0.1, 0.25),
                random.uniform(0.06, 0.14),
                3,
            )
            fill(picture, view.project(spot), (random.uniform(20, 60),) * 3)
            fill(
                picture,
                view.project(rounded(side * half * 0.75, body.bottom * 0.4, 0.08, 0.07, 2)),
                (200, 200, 190),
            )


def draw_slats(picture, view, x, y, width, height, random, roundness=5.0):
    """A dark opening with bars across, upright or as a mesh."""
    dark, bar = random.uniform(8, 45), random.uniform(30, 210)
    fill(picture, view.project(rounded(x, y, width, height, roundness)), (dark,) * 3)
    kind = random.choice(('across', 'upright', 'mesh', 'plain'))
    count = random.randint(2, 7)
    thickness = height / count * random.uniform(0.15, 0.5)
    if kind in ('across', 'mesh'):
        for row in range(count):
            line = rectangle(x, y - height / 2 + (row + 0.5) * height / count, width * 0.94, thickness)
            fill(picture, view.project(line), (bar,) * 3)
    if kind in ('upright', 'mesh'):
        columns = int(np.clip(count * width / height, 4, 18))
        for column in range(columns):
            line = rectangle(
                x - width / 2 + (column + 0.5) * width / columns, y, width / columns * 0.3, height * 0.88
            )
            fill(picture, view.project(line), (bar,) * 3)


def draw_grille(picture, view, body, lettering, random):
    """The grille above a front plate and the maker's badge."""
    height = body.top * random.uniform(0.25, 0.6)
    y = -body.top * random.uniform(0.5, 0.75)
    width = random.uniform(0.6, 1.25)
    draw_slats(picture, view, 0, y, width, height, random, random.choice((2.0, 4.0, 8.0)))
    draw_badge(picture, view, 0, random.choice((y, y - height / 2 - 0.05)), random)
    if random.random() < 0.2:
        draw_name(picture, view, 0, -body.top * 0.95, random.uniform(0.2, 0.8), lettering, random)


def draw_badge(picture, view, x, y, random):
    """A maker's oval emblem."""
    width, height = random.uniform(0.09, 0.2), random.uniform(0.06, 0.11)
    light = random.uniform(150, 240)
    fill(picture, view.project(rounded(x, y, width, height, 2.0)), (light,) * 3)
    fill(
        picture, view.project(rounded(x, y, width * 0.8, height * 0.75, 2.0)), (random.uniform(20, 200),) * 3
    )
    fill(picture, view.project(rectangle(x, y, width * 0.5, height * 0.15)), (light,) * 3)


def draw_name(picture, view, x, y, width, lettering, random):
    """A vehicle's name in chrome, dark or red letters."""
    mask = random.choice(lettering.names)
    height = min(0.09, width * mask.shape[0] / mask.shape[1])
    width = height * mask.shape[1] / mask.shape[0]
    colour = random.choice(((210, 210, 215), (40, 40, 45), (160, 30, 30), (120, 125, 130)))
    letters = np.full((*mask.shape, 3), colour, np.uint8)
    paste(picture, letters, view.project(rectangle(x, y, width, height)), mask)


def draw_rear(picture, view, body, lettering, random):
    """The recess or boot lid around a rear plate, handle, names and stickers."""
    if random.random() < 0.6:
        width, height = random.uniform(0.62, 1.0), random.uniform(0.17, 0.34)
        tone = (
            body.paint * random.uniform(0.4, 0.85)
            if random.random() < 0.7
            else np.full(3, random.uniform(10, 60))
        )
        outline = rounded(0, random.uniform(-0.05, 0.03), width, height, random.choice((4.0, 8.0)))
        fill(picture, view.project(outline), tone)
    if random.random() < 0.5:
        y = -random.uniform(0.1, 0.2)
        handle = rectangle(0, y, random.uniform(0.4, 1.1), random.uniform(0.02, 0.05))
        fill(
            picture,
            view.project(handle),
            random.choice(((205, 208, 212), (30, 30, 32), tuple(body.paint * 0.8))),
        )
    draw_badge(picture, view, 0, -random.uniform(0.18, max(0.2, body.top)), random)
    for side in (-1, 1):
        if random.random() < 0.6:
            draw_name(
                picture,
                view,
                side * body.width * random.uniform(0.2, 0.36),
                -random.uniform(0.1, body.top),
                random.uniform(0.12, 0.45),
                lettering,
                random,
            )
    if random.random() < 0.25:
        for side in (-1, 1):
            pipe = rounded(side * body.width * 0.33, body.bottom, random.uniform(0.08, 0.2), 0.07, 2.0)
            fill(picture, view.project(pipe), (random.uniform(120, 220),) * 3)
    if random.random() < 0.15:
        mask = random.choice(lettering.signs)
        width = random.uniform(0.5, body.width * 0.9)
        height = min(0.4, width * mask.shape[0] / mask.shape[1])
        colour = [random.uniform(0, 255) for _ in range(3)]
        quad = view.project(
            rectangle(0, -body.top - random.uniform(0.1, 0.4), width, height, body.profile[3][1])
        )
        paste(picture, np.full((*mask.shape, 3), colour, np.uint8), quad, mask)


def draw_lamps(picture, view, body, random):
    """Two head or tail lamps; returns their centres in pixels."""
    width, height = random.uniform(0.2, 0.5), random.uniform(0.1, 0.32)
    y = -body.top * random.uniform(0.45, 0.9)
    inset = body.width / 2 - width / 2 - 0.02
    roundness = random.choice((2.0, 3.0, 6.0))
    skew = random.uniform(-0.12, 0.12)
    colour = (
        (random.uniform(110, 200), random.uniform(5, 40), random.uniform(10, 40))
        if body.is_rear
        else (190, 195, 200)
    )
    centres = []
    for side in (-1, 1):
        shape = rounded(0, 0, width, height, roundness)
        shape[:, 1] += side * shape[:, 0] * skew * 2
        shape[:, :2] += [side * inset, y]
        fill(picture, view.project(shape), np.array(colour) * 0.6)
        middle = shape.mean(0)
        for size, gain in ((0.85, 1.0), (0.4, 1.25)):
            fill(
                picture,
                view.project((shape - middle) * size + middle),
                np.clip(np.array(colour) * gain, 0, 255),
            )
        centres.append(view.project([(side * inset, y, 0)])[0])
    return centres
