"""Draws one training scene: a background, vehicles, plates with their true corners, and look-alikes."""
import math
from dataclasses import dataclass, field
from random import Random

import cv2
import numpy as np

from plates.draw import draw_plate
from scenes.capture import capture
from scenes.car_sprites import CarSprites, place_sprite
from scenes.cars import draw_badge, draw_car, draw_name, random_body, silhouette
from scenes.street import CLUTTER, any_colour, draw_caption, draw_road
from scenes.view import View, fill, paste, rectangle

WIDTH_PX, HEIGHT_PX = 320, 256
SMALLEST_PLATE_PX = 14
LARGEST_PLATE_PX = 265
LEAST_CONTRAST = 7.0
"""Standard deviation of a plate's grey values, 0..255, below which nobody would see the plate."""

METRES_PER_PLATE_PIXEL = {1: 0.0017, 2: 0.00106}
"""Plates in one row of 312 pixels are 0.53 m long; see `plates.draw`."""


@dataclass
class Scene:
    """`plates`: corners [4,2] and number of rows; `ignored`: outlines that are neither plate nor background."""

    picture: np.ndarray
    plates: list = field(default_factory=list)
    ignored: list = field(default_factory=list)


class SceneMaker:
    """Draws scenes from pools of photographs, texts and glyphs; equal seeds give equal scenes."""

    def __init__(self, photographs, lettering, glyphs, seed):
        self.photographs, self.lettering, self.glyphs = photographs, lettering, glyphs
        self.random = Random(seed)
        self.sprites = CarSprites(photographs, self.random)
        self.recent = []

    def plate(self):
        """A drawn plate; most are reused some scenes later, which saves drawing time."""
        random = self.random
        if len(self.recent) < 400 or random.random() < 0.3:
            plate = draw_plate(random, self.glyphs)
            if len(self.recent) >= 400:
                self.recent[random.randrange(400)] = plate
            else:
                self.recent.append(plate)
            return plate
        return random.choice(self.recent)

    def background(self):
        """A photograph or plain colour, perhaps with a road, and clutter."""
        random = self.random
        if random.random() < 0.9:
            picture = self.photographs.crop(random, WIDTH_PX, HEIGHT_PX)
        else:
            picture = np.empty((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
            picture[:] = any_colour(random, 20, 230)
        if random.random() < 0.4:
            draw_road(picture, random)
        for _ in range(random.choice((0, 1, 2, 3, 5))):
            random.choice(CLUTTER)(picture, self.lettering, random)
        return picture

    def scene(self):
        """The next scene."""
        random = self.random
        scene = Scene(self.background())
        count = random.choices((0, 1, 2, 3, 5), (24, 40, 20, 11, 5))[0]
        largest = LARGEST_PLATE_PX if count < 2 else 150 if count < 4 else 70
        widths = sorted(
            math.exp(random.uniform(math.log(SMALLEST_PLATE_PX), math.log(largest))) for _ in range(count)
        )
        bodies = [(width, True) for width in widths]
        if random.random() < (0.6 if count == 0 else 0.15):
            bodies.append((math.exp(random.uniform(math.log(20), math.log(200))), False))
        lamps = []
        for width, has_plate in sorted(bodies):
            lamps += self.add_vehicle(scene, width, has_plate)
        for _ in range(random.choice((0, 0, 0, 1, 2))):
            self.add_caption(scene)
        mask = np.zeros((HEIGHT_PX, WIDTH_PX), np.float32)
        for corners, _rows in scene.plates:
            cv2.fillPoly(mask, [corners.astype(np.int32)], 1.0)
        scene.picture = capture(scene.picture, mask, lamps, random)
        ignore_faint_plates(scene)
        return scene

    def add_caption(self, scene):
        """A time stamp or the like, unless it would lie over a plate."""
        before = scene.picture.copy()
        low, high = draw_caption(scene.picture, self.lettering, self.random)
        for corners in [plate[0] for plate in scene.plates]:
            if (corners.max(0) > low - 3).all() and (corners.min(0) < high + 3).all():
                scene.picture = before
                return

    def add_vehicle(self, scene, width_px, has_plate):
        """A vehicle or a bare plate; returns the pixels of lamps."""
        random = self.random
        plate = self.plate()
        height, width = plate.picture.shape[:2]
        metres = np.array([width, height]) * METRES_PER_PLATE_PIXEL[plate.rows if height / width > 0.3 else 1]
        reach = min(width_px / 2, WIDTH_PX * 0.42)
        centre = (
            random.uniform(reach, WIDTH_PX - reach),
            random.uniform(reach * 0.3, HEIGHT_PX - reach * 0.3),
        )
        if random.random() < 0.06:
            centre = (random.uniform(0, WIDTH_PX), random.uniform(0, HEIGHT_PX))
        kind = random.random()
        if kind < 0.42:
            view, lamps = self.add_modelled_car(scene, width_px, centre)
        else:
            view = View(random, width_px, metres[0], centre)
            lamps = self.add_drawn_car(scene, view) if kind < 0.87 else []
            if not lamps and has_plate:
                cover(scene, outline_mask(view.project(rectangle(0, 0, *metres * 1.3))))
        if has_plate:
            self.add_plate(scene, view, plate, metres)
        elif random.random() < 0.5:
            self.add_false_plate(scene, view, metres)
        return lamps

    def add_modelled_car(self, scene, width_px, centre):
        """A car of the pool of sprites; returns its view and the pixels of its lamps."""
        random = self.random
        sprite = self.sprites.choose(random, width_px)
        view, opacity = place_sprite(scene.picture, sprite, width_px, centre)
        cover(scene, opacity > 127)
        if random.random() < 0.3:
            draw_badge(scene.picture, view, 0, -random.uniform(0.12, 0.3), random)
        if random.random() < 0.3:
            draw_name(
                scene.picture,
                view,
                random.uniform(-0.5, 0.5),
                -random.uniform(0.1, 0.25),
                random.uniform(0.12, 0.4),
                self.lettering,
                random,
            )
        lamps = view.project([(-0.6, -0.15, 0.1), (0.6, -0.15, 0.1)])
        return view, list(lamps)

    def add_drawn_car(self, scene, view):
        """A car made of flat parts; returns the pixels of its lamps."""
        body = random_body(self.random)
        outline = silhouette(body, view)
        cover(scene, outline_mask(outline))
        lamps = draw_car(scene.picture, view, body, self.lettering, self.random)
        if self.random.random() < 0.6:
            self.add_reflections(scene.picture, outline)
        return lamps

    def add_reflections(self, picture, outline):
        """A photograph shines faintly on paint and glass."""
        low = np.maximum(outline.min(0).astype(int), 0)
        high = np.minimum(outline.max(0).astype(int), [WIDTH_PX, HEIGHT_PX])
        width, height = high - low
        if width < 12 or height < 12:
            return
        region = picture[low[1] : high[1], low[0] : high[0]]
        share = self.random.uniform(0.06, 0.35)
        reflected = self.photographs.crop(self.random, int(width), int(height))
        mixed = cv2.addWeighted(region, 1 - share, reflected, share, 0)
        cv2.copyTo(mixed, outline_mask(outline)[low[1] : high[1], low[0] : high[0]], region)

    def add_plate(self, scene, view, plate, metres):
        """Paints the plate and notes its corners, or ignores it where it is cut, tiny or without characters."""
        random = self.random
        corners = view.project(rectangle(0, 0, *metres))
        draw_frame(scene.picture, view, metres, random)
        mask = rounded_mask(plate.picture.shape, random)
        paste(scene.picture, plate.picture, corners, mask)
        if random.random() < 0.2:
            draw_dealer_frame(scene.picture, view, metres, random)
        size = np.linalg.norm(corners[1] - corners[0])
        slack = 0.03 * size
        inside = (corners > -slack).all() and (corners < np.array([WIDTH_PX, HEIGHT_PX]) + slack).all()
        flat = min(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
        if inside and size >= SMALLEST_PLATE_PX * 0.6 and flat >= 3.5 and len(plate.text):
            scene.plates.append((corners, plate.rows))
        else:
            scene.ignored.append(corners)

    def add_false_plate(self, scene, view, metres):
        """In a plate's place: an empty plate, or a dealer's or maker's name."""
        random = self.random
        level = random.uniform(20, 245)
        fill(scene.picture, view.project(rectangle(0, 0, *metres)), (level,) * 3)
        if random.random() < 0.6:
            mask = random.choice(self.lettering.names)
            height = min(metres[1] * 0.6, metres[0] * 0.8 * mask.shape[0] / mask.shape[1])
            quad = view.project(rectangle(0, 0, height * mask.shape[1] / mask.shape[0], height))
            colour = any_colour(random, 0, 90) if level > 120 else any_colour(random, 170, 255)
            paste(scene.picture, np.full((*mask.shape, 3), colour, np.uint8), quad, mask)


def outline_mask(outline):
    """Which pixels the convex hull of these points covers."""
    mask = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    cv2.fillPoly(mask, [cv2.convexHull(np.clip(outline, -4000, 4000).astype(np.int32))], 1)
    return mask


def cover(scene, hidden):
    """A new vehicle hides pixels: plates hidden in part are ignored from now on."""
    kept = []
    for corners, rows in scene.plates:
        area = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
        cv2.fillPoly(area, [corners.astype(np.int32)], 1)
        share = (area & hidden).sum() / max(1, area.sum())
        if share == 0:
            kept.append((corners, rows))
        elif share < 0.9:
            scene.ignored.append(corners)
    scene.plates = kept


def ignore_faint_plates(scene):
    """Plates that glare, darkness or blur have wiped out are ignored."""
    kept = []
    for corners, rows in scene.plates:
        left, top = np.maximum(corners.min(0).astype(int), 0)
        right, bottom = np.ceil(corners.max(0)).astype(int)
        part = cv2.cvtColor(scene.picture[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
        if cv2.blur(part, (2, 2)).std() < LEAST_CONTRAST:
            scene.ignored.append(corners)
        else:
            kept.append((corners, rows))
    scene.plates = kept


def rounded_mask(shape, random):
    """A plate's outline with its round corners."""
    height, width = shape[:2]
    radius = max(2, int(height * random.uniform(0.04, 0.12)))
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (radius, 0), (width - radius - 1, height - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - radius - 1), 255, -1)
    for x in (radius, width - radius - 1):
        for y in (radius, height - radius - 1):
            cv2.circle(mask, (x, y), radius, 255, -1)
    return mask


def draw_frame(picture, view, metres, random):
    """A holder, a shadow or a recess behind the plate, larger than the plate."""
    kind = random.random()
    if kind < 0.35:
        grow = metres + random.uniform(0.008, 0.05)
        shade = random.choice((15, 30, 60, 190))
        fill(picture, view.project(rectangle(0, random.uniform(0, 0.012), *grow)), (shade,) * 3)
    elif kind < 0.5:
        shift = random.uniform(0.004, 0.02)
        fill(picture, view.project(rectangle(random.uniform(-shift, shift), shift, *metres)), (20, 20, 22))
    elif kind < 0.65:
        grow = metres * [random.uniform(1.05, 1.5), random.uniform(1.2, 2.2)]
        fill(picture, view.project(rectangle(0, 0, *grow)), any_colour(random, 0, 90))


def draw_dealer_frame(picture, view, metres, random):
    """A frame that lies over the plate's edge."""
    colour = random.choice(((15, 15, 15), (40, 40, 42), (190, 192, 195), (90, 90, 95)))
    thick = random.uniform(0.006, 0.016)
    over = random.uniform(0.0, 0.007)
    width, height = metres
    for x, y, across, down in (
        (0, -height / 2 - thick / 2 + over, width + thick, thick),
        (0, height / 2 + thick / 2 - over, width + thick, thick * random.uniform(1, 2)),
        (-width / 2 - thick / 2 + over, 0, thick, height + thick),
        (width / 2 + thick / 2 - over, 0, thick, height + thick),
    ):
        fill(picture, view.project(rectangle(x, y, across, down)), colour)
