"""What is not a South Korean plate but looks like one: foreign plates, phone numbers, signs, empty plates."""

import numpy as np

from plates.alphabet import DIGITS
from plates.draw import paste
from plates.glyphs import LATIN_FONTS

_LATIN = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
SIGNS = '주차금지 출입문 일방통행 어린이보호구역 소방차전용 세차장 부동산 약국 공사중 주유소 정류장 서행 견인지역 무료주차 배달전문'.split()
_COLOURS = (
    ((235, 235, 235), (20, 20, 20)),
    ((235, 200, 60), (20, 20, 20)),
    ((30, 60, 150), (240, 240, 240)),
    ((20, 110, 70), (240, 240, 240)),
    ((200, 40, 40), (245, 245, 245)),
    ((40, 40, 45), (230, 230, 230)),
)


def _foreign_text(random):
    """Latin plates of Europe, America and China, or a phone number."""
    pattern = random.choice(
        (
            'LLDDDD',
            'LLL DDD',
            'DDDLLL',
            'LL DD LLL',
            'L DDDDD',
            'LDDDDD',
            'DLLLDDD',
            'DDD DDDD DDDD',
            'DD DDDD',
            'LL DDDD',
        )
    )
    return ''.join(
        {'L': random.choice(_LATIN), 'D': random.choice(DIGITS)}.get(place, place) for place in pattern
    )


def draw_foreign(random, glyphs):
    """
    An RGB picture and what the recogniser should say of it: the digits alone, as no South Korean plate has
    Latin letters.
    """
    width, height = 306, random.choice((64, 64, 80, 95, 150))
    ground, ink = random.choice(_COLOURS)
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = [value + random.uniform(-20, 20) for value in ground]
    chance = random.random()
    if chance < 0.15:
        return np.clip(picture, 0, 255).astype(np.uint8), ''
    if chance < 0.35:
        text, font, said = random.choice(SIGNS), random.choice(glyphs.hangul_fonts), ''
    else:
        text, font = _foreign_text(random), random.choice(LATIN_FONTS)
        said = ''.join(character for character in text if character in DIGITS)
    mask = np.zeros((height, width), np.uint8)
    left, right = width * random.uniform(0.03, 0.15), width * random.uniform(0.88, 0.97)
    pitch = (right - left) / len(text)
    top, tall = height * random.uniform(0.12, 0.3), height * random.uniform(0.5, 0.65)
    for index, character in enumerate(text):
        if character != ' ':
            slim = 0.35 if character in '1I' else random.uniform(0.8, 0.9)
            paste(
                mask,
                glyphs.mask(font, character),
                left + (index + (1 - slim) / 2) * pitch,
                top,
                slim * pitch,
                tall,
            )
    cover = (mask / 255.0).astype(np.float32)[..., None]
    picture = picture * (1 - cover) + cover * np.array(ink, np.float32)
    return np.clip(picture, 0, 255).astype(np.uint8), said
