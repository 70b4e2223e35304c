"""Photographs and textures of installed Debian packages, used as the backgrounds of drawn scenes."""
import glob
from random import Random

import cv2
import numpy as np

FOLDERS = (
    '/usr/share/wallpapers',
    '/usr/share/backgrounds',
    '/usr/share/games/torcs',
    '/usr/share/games/supertuxkart/data',
)
"""Where set-up installs them; none of these pictures is shipped with the project."""

SMALLEST_SIDE_PX = 128
STORED_SIDE_PX = 640


class Photographs:
    """A pool of pictures without plates; every crop differs in place, scale and direction."""

    def __init__(self, limit, seed=7):
        paths = sorted(
            path
            for folder in FOLDERS
            for kind in ('jpg', 'jpeg', 'png', 'webp')
            for path in glob.glob(f'{folder}/**/*.{kind}', recursive=True)
        )
        Random(seed).shuffle(paths)
        self.pictures = []
        for path in paths:
            picture = cv2.imread(path, cv2.IMREAD_COLOR)
            if picture is None or min(picture.shape[:2]) < SMALLEST_SIDE_PX:
                continue
            scale = min(1.0, STORED_SIDE_PX / min(picture.shape[:2]))
            small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            self.pictures.append(cv2.cvtColor(small, cv2.COLOR_BGR2RGB))
            if len(self.pictures) >= limit:
                break

    def crop(self, random, width_px, height_px):
        """A random part of a random picture, `width_px` × `height_px`."""
        picture = random.choice(self.pictures)
        height, width = picture.shape[:2]
        part = random.uniform(0.3, 1.0)
        crop_width = int(min(width, height * width_px / height_px) * part)
        crop_height = max(8, min(height, int(crop_width * height_px / width_px * random.uniform(0.8, 1.25))))
        x = random.randrange(width - crop_width + 1)
        y = random.randrange(height - crop_height + 1)
        part = picture[y : y + crop_height, x : x + crop_width]
        crop = cv2.resize(part, (width_px, height_px), interpolation=cv2.INTER_LINEAR)
        return np.ascontiguousarray(crop[:, ::-1]) if random.random() < 0.5 else crop
