"""Training samples of the recogniser: strips with their texts, and strips without a plate."""

import random as random_module

import cv2

from plates.capture import photographed_strip, surroundings
from plates.cut import STRIP_HEIGHT, STRIP_WIDTH
from plates.draw import draw_plate
from plates.foreign import draw_foreign
from plates.glyphs import Glyphs

WRONG_ROWS_SHARE = 0.03
NEGATIVE_SHARE = 0.05
# Drawing a plate costs as much as photographing it. So half of the strips show a recent plate once more,
# in other light and from another place.
AGAIN_SHARE = 0.5
_KEPT_PLATES = 256


class StripSource:
    """Endless random strips; the same seed gives the same strips."""

    def __init__(self, seed, held_out=False):
        self._random = random_module.Random(seed)
        self._glyphs = Glyphs(held_out)
        self._patches = surroundings(self._random)
        self._kept = []

    def strip(self, hardness, kind=None):
        """
        (strip, text, kind). A share of `hardness` of the strips is hard; the rest is clean, large and straight.
        """
        random = self._random
        level = hardness if random.random() < hardness else 0.15 * hardness
        chance = random.random()
        if kind is None and chance < NEGATIVE_SHARE * hardness:
            return self._negative(level)
        plate = self._plate(level) if kind is None else draw_plate(random, self._glyphs, kind, level)
        if kind is None and chance > 1 - WRONG_ROWS_SHARE * hardness:
            strip = photographed_strip(
                random, plate.picture, plate.rows, self._patches, level, cut_rows=3 - plate.rows
            )
            return strip, '', 'wrong-rows'
        return (
            photographed_strip(random, plate.picture, plate.rows, self._patches, level),
            plate.text,
            plate.kind,
        )

    def _plate(self, level):
        random = self._random
        if len(self._kept) == _KEPT_PLATES and random.random() < AGAIN_SHARE:
            return random.choice(self._kept)
        plate = draw_plate(random, self._glyphs, None, level)
        if len(self._kept) < _KEPT_PLATES:
            self._kept.append(plate)
        else:
            self._kept[random.randrange(_KEPT_PLATES)] = plate
        return plate

    def _negative(self, level):
        random = self._random
        if random.random() < 0.5:
            return self.foreign(level)
        patch = random.choice(self._patches)
        width = random.randint(40, patch.shape[1])
        height = min(patch.shape[0], max(12, int(width / random.uniform(1.8, 5))))
        x, y = random.randint(0, patch.shape[1] - width), random.randint(0, patch.shape[0] - height)
        picture = patch[y : y + height, x : x + width]
        return cv2.resize(picture, (STRIP_WIDTH, STRIP_HEIGHT), interpolation=cv2.INTER_AREA), '', 'no-plate'

    def foreign(self, level):
        """(strip, text, kind) of a foreign plate, a telephone number, a sign or an empty plate."""
        random = self._random
        picture, text = draw_foreign(random, self._glyphs)
        rows = 1 if picture.shape[1] > 2.6 * picture.shape[0] else random.choice((1, 2))
        strip = photographed_strip(random, picture, rows, self._patches, level)
        return strip, text if rows == 1 else '', 'foreign'
