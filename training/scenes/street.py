"""Things of streets that are no plates: signs, boards, walls, railings, road marks, captions."""
import math

import cv2
import numpy as np

from scenes.view import fill, paste


def any_colour(random, low=0, high=255):
    """A colour with each part between `low` and `high`."""
    return tuple(random.uniform(low, high) for _ in range(3))


def loose_quad(random, size, width, height, tilt=12):
    """Corners in pixels of a turned and sheared rectangle somewhere in the picture."""
    x, y = random.uniform(0, size[0]), random.uniform(0, size[1])
    angle = math.radians(random.gauss(0, tilt))
    c, s = math.cos(angle), math.sin(angle)
    turn = np.array([[c, -s], [s + random.gauss(0, 0.12), c]])
    corners = np.array([[-width, -height], [width, -height], [width, height], [-width, height]]) / 2
    corners *= 1 + np.array([[random.gauss(0, 0.04) for _ in range(2)] for _ in range(4)])
    return corners @ turn.T + [x, y]


def draw_sign(picture, lettering, random):
    """A board with a text, often of a plate's proportions and colours: a look-alike."""
    size = picture.shape[1], picture.shape[0]
    mask = random.choice(lettering.signs)
    height = math.exp(random.uniform(math.log(6), math.log(70)))
    quad = loose_quad(random, size, height * mask.shape[1] / mask.shape[0], height)
    colours = [any_colour(random), any_colour(random)]
    if random.random() < 0.4:
        colours = random.choice(
            [
                [(235, 235, 230), (25, 25, 30)],
                [(240, 200, 20), (20, 20, 20)],
                [(20, 90, 60), (240, 240, 240)],
                [(30, 60, 150), (245, 245, 245)],
                [(15, 15, 15), (220, 220, 210)],
                [(200, 30, 30), (250, 250, 250)],
            ]
        )
    if random.random() < 0.75:
        margin = np.array([random.uniform(1.05, 1.5), random.uniform(1.2, 2.0)])
        board = (quad - quad.mean(0)) * margin + quad.mean(0)
        fill(picture, board, colours[0])
        if random.random() < 0.4:
            cv2.polylines(
                picture, [board.astype(np.int32)], True, colours[1], random.choice((1, 2)), cv2.LINE_AA
            )
    paste(picture, np.full((*mask.shape, 3), colours[1], np.uint8), quad, mask)


def draw_blank_board(picture, _lettering, random):
    """A light rectangle of a plate's proportions without characters, or with a few bars."""
    size = picture.shape[1], picture.shape[0]
    width = math.exp(random.uniform(math.log(16), math.log(200)))
    quad = loose_quad(random, size, width, width * random.choice((0.21, 0.46, random.uniform(0.15, 0.8))))
    level = random.uniform(120, 250)
    fill(picture, (quad - quad.mean(0)) * 1.06 + quad.mean(0), any_colour(random, 0, 120))
    fill(picture, quad, any_colour(random) if random.random() < 0.3 else (level,) * 3)
    for _ in range(random.choice((0, 0, 1, 2))):
        at = random.random()
        start, end = quad[0] + (quad[1] - quad[0]) * at, quad[3] + (quad[2] - quad[3]) * at
        cv2.line(
            picture,
            start.astype(int).tolist(),
            end.astype(int).tolist(),
            any_colour(random, 0, 150),
            1,
            cv2.LINE_AA,
        )


def draw_bars(picture, _lettering, random):
    """Railings, vents, blinds, crossings: parallel bars in a field."""
    size = picture.shape[1], picture.shape[0]
    width, height = random.uniform(15, 220), random.uniform(8, 110)
    quad = loose_quad(random, size, width, height, 8)
    if random.random() < 0.6:
        fill(picture, quad, any_colour(random, 0, 140))
    colour = any_colour(random, 0, 255) if random.random() < 0.5 else (random.uniform(10, 240),) * 3
    count = random.randint(3, 14)
    upright = random.random() < 0.6
    left, right = (
        (quad[3] - quad[0], quad[1] - quad[0]) if not upright else (quad[1] - quad[0], quad[3] - quad[0])
    )
    share = random.uniform(0.2, 0.6)
    for bar in range(count):
        start, end = bar / count, (bar + share) / count
        fill(
            picture,
            np.array(
                [
                    quad[0] + left * start,
                    quad[0] + left * start + right,
                    quad[0] + left * end + right,
                    quad[0] + left * end,
                ]
            ),
            colour,
        )


def draw_bricks(picture, _lettering, random):
    """A wall or paving of rows that are offset by half a stone."""
    size = picture.shape[1], picture.shape[0]
    width, height = random.uniform(60, 300), random.uniform(40, 160)
    quad = loose_quad(random, size, width, height, 5)
    stone, joint = any_colour(random, 60, 220), any_colour(random, 20, 200)
    fill(picture, quad, stone)
    rows, columns = random.randint(3, 10), random.randint(3, 12)
    thickness = random.choice((1, 1, 2))
    for row in range(rows + 1):
        start, end = quad[0] + (quad[3] - quad[0]) * row / rows, quad[1] + (quad[2] - quad[1]) * row / rows
        cv2.line(picture, start.astype(int).tolist(), end.astype(int).tolist(), joint, thickness)
        if row == rows:
            break
        next_start = quad[0] + (quad[3] - quad[0]) * (row + 1) / rows
        next_end = quad[1] + (quad[2] - quad[1]) * (row + 1) / rows
        for column in range(columns):
            at = (column + 0.5 * (row % 2)) / columns
            top, bottom = start + (end - start) * at, next_start + (next_end - next_start) * at
            cv2.line(picture, top.astype(int).tolist(), bottom.astype(int).tolist(), joint, thickness)


def draw_round_sign(picture, lettering, random):
    """A round road sign with a number or a word."""
    x, y = random.randrange(picture.shape[1]), random.randrange(picture.shape[0])
    radius = random.randint(6, 40)
    rim = random.choice(((200, 25, 30), (30, 60, 160), (20, 20, 20)))
    cv2.circle(picture, (x, y), radius, rim, -1, cv2.LINE_AA)
    cv2.circle(
        picture, (x, y), int(radius * 0.78), random.choice(((245, 245, 245), (30, 60, 160))), -1, cv2.LINE_AA
    )
    mask = random.choice(lettering.signs)
    height = radius * 0.5
    half = np.array([min(radius * 0.7, height * mask.shape[1] / mask.shape[0] / 2), height / 2])
    quad = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half + [x, y]
    paste(picture, np.full((*mask.shape, 3), (20, 20, 20), np.uint8), quad, mask)


def draw_road(picture, random):
    """Asphalt in the lower part, with lane lines."""
    height, width = picture.shape[:2]
    horizon = random.uniform(0.1, 0.7) * height
    grey = random.uniform(50, 170)
    road = np.array(
        [
            [random.uniform(-1.5, 0.5) * width, height],
            [random.uniform(0, 0.6) * width, horizon],
            [random.uniform(0.4, 1) * width, horizon],
            [random.uniform(0.5, 2.5) * width, height],
        ]
    )
    fill(picture, road, (grey, grey, grey + random.uniform(-8, 8)))
    for _ in range(random.randint(0, 4)):
        end = np.array([random.uniform(-0.5, 1.5) * width, height])
        start = np.array([random.uniform(0.3, 0.7) * width, horizon])
        broad = np.array([random.uniform(2, 14), 0])
        fill(
            picture,
            np.array([start, start + broad * 0.15, end + broad, end]),
            random.choice(((235, 235, 235), (225, 180, 40))),
        )


def draw_caption(picture, lettering, random):
    """A time stamp or other caption that the camera burns into the picture; returns its bounds."""
    height, width = picture.shape[:2]
    mask = random.choice(lettering.stamps)
    text_height = math.exp(random.uniform(math.log(5), math.log(26)))
    text_width = text_height * mask.shape[1] / mask.shape[0]
    x = random.uniform(2, max(3, width - text_width))
    y = random.choice(
        (
            random.uniform(2, height * 0.1),
            random.uniform(height * 0.85, height - text_height),
            random.uniform(0, height),
        )
    )
    low, high = np.array([x, y]), np.array([x + text_width, y + text_height])
    quad = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    if random.random() < 0.3:
        fill(
            picture,
            (quad - quad.mean(0)) * [1.05, 1.3] + quad.mean(0),
            random.choice(((0, 0, 0), (20, 20, 90), (240, 240, 240))),
        )
    colour = random.choice(
        ((255, 255, 255), (250, 230, 40), (230, 30, 30), (255, 150, 20), (20, 20, 20), (60, 250, 90))
    )
    paste(picture, np.full((*mask.shape, 3), colour, np.uint8), quad, mask)
    return low, high


CLUTTER = (
    draw_sign,
    draw_sign,
    draw_sign,
    draw_blank_board,
    draw_bars,
    draw_bars,
    draw_bricks,
    draw_round_sign,
)
"""What may be drawn behind vehicles; signs more often than the rest."""
