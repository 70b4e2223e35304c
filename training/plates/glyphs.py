"""Masks of single characters, from the fonts of Debian packages and from drawn strokes."""

import glob

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from plates.strokes import StrokeFace

_ROOT = '/usr/share/fonts/'
_NANUM = 'truetype/nanum/Nanum'
_HANGUL_FONTS = [
    _NANUM + name
    for name in (
        'GothicBold GothicExtraBold GothicCodingBold BarunGothicBold BarunGothic BarunpenB '
        'SquareRoundB SquareRoundEB SquareB SquareEB'
    ).split()
] + [
    'truetype/baekmuk/dotum',
    'truetype/unfonts-core/UnDotumBold',
    'truetype/unfonts-core/UnGraphicBold',
    'truetype/unfonts-core/UnDinaruBold',
    'truetype/unfonts-core/UnDinaru',
    'truetype/woowa-bm/BMDOHYEON_ttf',
    'truetype/woowa-bm/BMDOHYEON_ttf',
    'truetype/woowa-bm/BMDOHYEON_ttf',
    'truetype/woowa-bm/BMHANNAPro',
    'truetype/woowa-bm/BMHANNA_11yrs_ttf',
    'truetype/woowa-bm/BMJUA_ttf',
    'opentype/noto/NotoSansCJK-Bold',
]
_DIGIT_FONTS = [
    'truetype/opendin/OSP-DIN',
    'truetype/opendin/OSP-DIN',
    'truetype/opendin/OSP-DIN',
    'truetype/roboto/unhinted/RobotoCondensed-Bold',
    'truetype/roboto/unhinted/RobotoCondensed-Medium',
    'truetype/roboto/unhinted/RobotoTTF/Roboto-Medium',
    'opentype/bebas-neue/BebasNeue-Bold',
    'opentype/bebas-neue/BebasNeue-Regular',
    'opentype/urw-base35/NimbusSansNarrow-Bold',
    'opentype/urw-base35/NimbusSans-Bold',
    'truetype/routed-gothic/routed-gothic-narrow',
    'truetype/woowa-bm/BMDOHYEON_ttf',
    'truetype/woowa-bm/BMDOHYEON_ttf',
    'truetype/dejavu/DejaVuSansCondensed-Bold',
]
# Never drawn in training; the validation set has no other.
_HELD_OUT_HANGUL_FONTS = [
    'truetype/nanum/NanumSquare_acEB',
    'truetype/nanum/NanumBarunGothic-YetHangul',
    'truetype/alee/Bandal',
    'truetype/unfonts-core/UnDotum',
]
_HELD_OUT_DIGIT_FONTS = [
    'truetype/liberation/LiberationSansNarrow-Bold',
    'truetype/roboto/unhinted/RobotoTTF/Roboto-Bold',
    'truetype/liberation/LiberationSans-Bold',
    'truetype/nanum/NanumSquare_acEB',
]
_EM_PX = 96


def _paths(names):
    found = [path for name in names for path in glob.glob(f'{_ROOT}{name}.[ot]t[fc]')]
    if len(found) < len(names):
        raise FileNotFoundError(f'{len(names) - len(found)} fonts are missing; run training/set-up')
    return found


def all_font_paths():
    """Every font that characters are drawn with, for training and validation."""
    fonts = _HANGUL_FONTS + _DIGIT_FONTS + _HELD_OUT_HANGUL_FONTS + _HELD_OUT_DIGIT_FONTS
    return sorted({*_paths(fonts), *LATIN_FONTS})


def face_index(path):
    """Face 1 of the Noto collections is the Korean one."""
    return 1 if path.endswith('.ttc') else 0


class Glyphs:
    """
    Characters as masks of 0 to 255, cut to their ink. A face is the path of a font or a StrokeFace.
    `held_out` chooses the faces of the validation set, none of which is drawn in training.
    """

    def __init__(self, held_out=False):
        self.hangul_fonts = _paths(_HELD_OUT_HANGUL_FONTS if held_out else _HANGUL_FONTS)
        self._digit_fonts = _paths(_HELD_OUT_DIGIT_FONTS if held_out else _DIGIT_FONTS)
        self._stroke_faces = [StrokeFace(seed) for seed in (range(1000, 1020) if held_out else range(80))]
        self._fonts = {}
        self._masks = {}

    def faces(self, random):
        """A face for hangul and one for digits."""
        hangul = random.choice(self._stroke_faces if random.random() < 0.65 else self.hangul_fonts)
        chance = random.random()
        if chance < 0.55:
            digits = (
                hangul
                if isinstance(hangul, StrokeFace) and chance < 0.35
                else random.choice(self._stroke_faces)
            )
        else:
            digits = random.choice(self._digit_fonts) if chance < 0.85 else hangul
        return hangul, digits

    def mask(self, face, character, aspect=1.0):
        """The character's mask; `aspect`, width by height, shapes stroked faces alone."""
        aspect = round(aspect * 8) / 8
        key = (face, character, aspect) if isinstance(face, StrokeFace) else (face, character)
        if key not in self._masks:
            self._masks[key] = self._draw(face, character, aspect)
        return self._masks[key]

    def _draw(self, face, character, aspect):
        if isinstance(face, StrokeFace):
            mask = face.mask(character, max(0.25, aspect))
            return (
                self._draw(self.hangul_fonts[face.seed % len(self.hangul_fonts)], character, aspect)
                if mask is None
                else mask
            )
        return _crop_to_ink(self._font_picture(face, character), face, character)

    def _font_picture(self, path, character):
        if path not in self._fonts:
            self._fonts[path] = _open_font(path)
        picture = Image.new('L', (2 * _EM_PX, 2 * _EM_PX), 0)
        ImageDraw.Draw(picture).text((_EM_PX // 3, _EM_PX // 3), character, 255, font=self._fonts[path])
        return np.array(picture)


def _open_font(path):
    try:
        return ImageFont.truetype(path, _EM_PX, index=face_index(path))
    except OSError:
        # A collection of which `on_gpu.pack` kept one face.
        return ImageFont.truetype(path, _EM_PX)


def _crop_to_ink(pixels, path, character):
    x, y, width, height = cv2.boundingRect((pixels > 60).astype(np.uint8))
    if width == 0:
        raise ValueError(f'{path} has no {character}')
    return pixels[y : y + height, x : x + width]


LATIN_FONTS = _paths(
    [
        'truetype/dejavu/DejaVuSans-Bold',
        'truetype/dejavu/DejaVuSansCondensed-Bold',
        'truetype/liberation/LiberationSans-Bold',
        'truetype/roboto/unhinted/RobotoCondensed-Bold',
        'opentype/urw-base35/NimbusSansNarrow-Bold',
        'truetype/opendin/OSP-DIN',
    ]
)
