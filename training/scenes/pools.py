"""Loads all that scenes are drawn from."""
import cv2

from plates.glyphs import Glyphs
from scenes.lettering import Lettering
from scenes.photographs import Photographs
from scenes.scene import SceneMaker


def scene_maker(seed, photographs=600, texts=1200, held_out=False):
    """A maker of scenes; `held_out` draws plates in the validation fonts."""
    cv2.setNumThreads(1)
    return SceneMaker(Photographs(photographs), Lettering(texts), Glyphs(held_out), seed)
