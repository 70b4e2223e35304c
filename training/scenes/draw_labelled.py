"""Draws labelled pictures of 1280×720, with typefaces that training never saw, to fit or measure the whole reader on:

    python3 -m scenes.draw_labelled --folder FOLDER [--pictures 800]

Writes JPEG files and FOLDER/labels.tsv with the columns file, truth (`|` separates several plates) and kind. In a
fifth of the pictures vehicles have foreign plates or signs, in a fifth none: their truth is empty.
"""
import argparse
from pathlib import Path
from random import Random

import cv2

from plates.draw import Plate
from plates.foreign import draw_foreign
from plates.glyphs import Glyphs
from scenes.lettering import Lettering
from scenes.photographs import Photographs
from scenes.scene import HEIGHT_PX, WIDTH_PX, SceneMaker

SEED = 20261129
PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX = 1280, 720
KINDS = {'plates': 3, 'foreign': 1, 'none': 1}


class LabelledScenes(SceneMaker):
    """Scenes that remember the text of each plate, also of those that are partly hidden."""

    def __init__(self, kind, photographs, lettering, glyphs, seed):
        super().__init__(photographs, lettering, glyphs, seed)
        self.kind, self.texts = kind, []

    def plate(self):
        if self.kind == 'plates':
            return super().plate()
        picture, _digits = draw_foreign(self.random, self.glyphs)
        return Plate(picture, text='foreign', kind='foreign', rows=1)

    def add_plate(self, scene, view, plate, metres):
        if self.kind == 'none':
            self.add_false_plate(scene, view, metres)
            return
        super().add_plate(scene, view, plate, metres)
        if self.kind == 'plates':
            self.texts.append(plate.text)


def picture_around(scene, photographs, random):
    """The scene at a random place of a photograph, enlarged up to twice."""
    picture = photographs.crop(random, PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX)
    scale = random.uniform(1, 2)
    width, height = int(WIDTH_PX * scale), int(HEIGHT_PX * scale)
    x, y = random.randint(0, PICTURE_WIDTH_PX - width), random.randint(0, PICTURE_HEIGHT_PX - height)
    picture[y : y + height, x : x + width] = cv2.resize(
        scene.picture, (width, height), interpolation=cv2.INTER_CUBIC
    )
    return picture


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--folder', type=Path, required=True)
    parser.add_argument('--pictures', type=int, default=800)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    random = Random(SEED)
    pools = Photographs(200), Lettering(600), Glyphs(held_out=True)
    makers = {kind: LabelledScenes(kind, *pools, SEED) for kind in KINDS}
    options.folder.mkdir(parents=True, exist_ok=True)
    lines = ['file\ttruth\tkind']
    for number in range(options.pictures):
        maker = makers[random.choices(list(KINDS), list(KINDS.values()))[0]]
        maker.texts = []
        picture = picture_around(maker.scene(), pools[0], random)
        name = f'{number:05}.jpg'
        quality = [cv2.IMWRITE_JPEG_QUALITY, random.randint(50, 95)]
        cv2.imwrite(str(options.folder / name), picture[..., ::-1], quality)
        lines.append(f'{name}\t{"|".join(maker.texts)}\t{maker.kind}')
    (options.folder / 'labels.tsv').write_text('\n'.join(lines) + '\n')


if __name__ == '__main__':
    main()
