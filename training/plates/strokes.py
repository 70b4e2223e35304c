"""
Characters drawn with a pen of even width, as plates have them. No font has the digits and letters of
plates; these come nearer than any.

Shapes are in a unit box, x to the right and y down. A face bends them a little, so no two faces are alike.
"""

import math
import random as random_module

import cv2
import numpy as np

_HEIGHT_PX = 72
_FINE = 4
_INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'
_VOWELS = 'ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ'
_FINALS = ' ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ'


def _arc(centre_x, centre_y, radius_x, radius_y, start, end):
    """Points of an ellipse's arc; 0 degrees is to the right, 90 down."""
    angles = np.radians(np.linspace(start, end, 24))
    return [
        (centre_x + radius_x * math.cos(angle), centre_y + radius_y * math.sin(angle)) for angle in angles
    ]


def _digit(character, bend, aspect):
    """Strokes of a digit. `bend` is in -1..1, `aspect` width by height."""
    round_y = min(0.5, 0.5 * aspect * (1.05 + 0.25 * bend))
    waist = 0.46 + 0.02 * bend
    if character == '0':
        return [
            _arc(0.5, round_y, 0.5, round_y, 180, 360)
            + _arc(0.5, 1 - round_y, 0.5, round_y, 0, 180)
            + [(0, round_y)]
        ]
    if character == '1':
        flag = [(0.15, 0.2 + 0.05 * bend)] if bend > -0.2 else []
        return [flag + [(0.7, 0), (0.7, 1)]]
    if character == '2':
        return [_arc(0.5, round_y, 0.5, round_y, 190, 370) + [(0.92, 0.47), (0, 1), (1, 1)]]
    if character == '3':
        upper, lower = waist / 2, (1 - waist) / 2
        return [_arc(0.47, upper, 0.47, upper, 200, 450) + _arc(0.5, waist + lower, 0.5, lower, 270, 520)]
    if character == '4':
        return [[(0.62 + 0.05 * bend, 0), (0, 0.7), (1, 0.7)], [(0.74, 0.42 + 0.1 * bend), (0.74, 1)]]
    if character == '5':
        bowl = 0.30 + 0.02 * bend
        return [[(0.92, 0), (0.12, 0), (0.07, 0.47)] + _arc(0.5, 1 - bowl, 0.5, bowl, 215, 505)]
    if character in '69':
        bowl = 0.29 + 0.02 * bend
        stem = [(0.75 + 0.1 * bend, 0)] + ([(0.2, 0.36)] if bend < 0.3 else [(0.28, 0.08), (0.03, 0.36)])
        strokes = [stem + _arc(0.5, 1 - bowl, 0.5, bowl, 190, 550)]
        return strokes if character == '6' else [[(1 - x, 1 - y) for x, y in strokes[0]]]
    if character == '7':
        return [[(0, 0), (1, 0), (0.32 + 0.06 * bend, 1)]]
    upper, lower = waist / 2, (1 - waist) / 2
    return [_arc(0.5, upper, 0.44, upper, 0, 360), _arc(0.5, waist + lower, 0.5, lower, 0, 360)]


def _tick(bend):
    """The short stroke on top of ㅊ and ㅎ: upright on most plates, lying on some."""
    return [(0.3, 0), (0.7, 0)] if bend > 0.4 else [(0.5, 0), (0.5, 0.22)]


def _consonant(jamo, bend, wide):
    """Strokes of a consonant in a unit box; `wide` where the vowel lies below it."""
    if jamo == 'ㄱ':
        return [[(0, 0), (1, 0), (0.95, 1)] if wide else [(0, 0), (1, 0), (0.9, 0.4), (0.25 + 0.2 * bend, 1)]]
    if jamo == 'ㄴ':
        return [[(0, 0), (0, 1), (1, 1)]]
    if jamo == 'ㄷ':
        return [[(1, 0), (0, 0), (0, 1), (1, 1)]]
    if jamo == 'ㄹ':
        return [[(0, 0), (1, 0), (1, 0.5), (0, 0.5), (0, 1), (1, 1)]]
    if jamo == 'ㅁ':
        return [[(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]]
    if jamo == 'ㅂ':
        return [[(0, 0), (0, 1), (1, 1), (1, 0)], [(0, 0.48), (1, 0.48)]]
    if jamo == 'ㅅ':
        return [[(0.5, 0), (0.45, 0.35), (0, 1)], [(0.48, 0.3), (1, 1)]]
    if jamo == 'ㅇ':
        return [_arc(0.5, 0.5, 0.5, 0.5, 0, 360)]
    if jamo == 'ㅈ':
        return [[(0, 0), (1, 0)], [(0.5, 0), (0.45, 0.4), (0, 1)], [(0.48, 0.38), (1, 1)]]
    if jamo == 'ㅊ':
        return [_tick(bend)] + [
            [(x, 0.22 + 0.78 * y) for x, y in stroke] for stroke in _consonant('ㅈ', bend, wide)
        ]
    if jamo == 'ㅋ':
        return _consonant('ㄱ', bend, wide) + [[(0, 0.48), (0.9, 0.48)]]
    if jamo == 'ㅌ':
        return _consonant('ㄷ', bend, wide) + [[(0, 0.5), (0.95, 0.5)]]
    if jamo == 'ㅍ':
        return [[(0, 0), (1, 0)], [(0, 1), (1, 1)], [(0.3, 0), (0.3, 1)], [(0.7, 0), (0.7, 1)]]
    if jamo == 'ㅎ':
        # On plates the circle touches the line above it.
        bar = 0.22 + 0.03 * bend
        middle = (1 + bar + 0.06 * (1 + bend)) / 2
        return [_tick(bend), [(0, bar), (1, bar)], _arc(0.5, middle, 0.42 + 0.06 * bend, 1 - middle, 0, 360)]
    return None


def _vowel(jamo, bend, bottom):
    """(strokes, box of the consonant) in the unit box, down to `bottom`; None for what no face draws."""
    tick = (0.47 + 0.05 * bend) * bottom
    tall = {
        'ㅏ': ([[(0.78, 0), (0.78, bottom)], [(0.78, tick), (1, tick)]], 0.56),
        'ㅑ': (
            [
                [(0.78, 0), (0.78, bottom)],
                [(0.78, 0.33 * bottom), (1, 0.33 * bottom)],
                [(0.78, 0.62 * bottom), (1, 0.62 * bottom)],
            ],
            0.56,
        ),
        'ㅓ': ([[(1, 0), (1, bottom)], [(0.68, tick), (1, tick)]], 0.6),
        'ㅕ': (
            [
                [(1, 0), (1, bottom)],
                [(0.66, 0.33 * bottom), (1, 0.33 * bottom)],
                [(0.66, 0.6 * bottom), (1, 0.6 * bottom)],
            ],
            0.58,
        ),
        'ㅐ': ([[(0.7, 0), (0.7, bottom)], [(1, 0), (1, bottom)], [(0.7, tick), (1, tick)]], 0.5),
        'ㅔ': ([[(0.76, 0), (0.76, bottom)], [(1, 0), (1, bottom)], [(0.55, tick), (0.76, tick)]], 0.5),
        'ㅣ': ([[(1, 0), (1, bottom)]], 0.7),
    }
    if jamo in tall:
        strokes, right = tall[jamo]
        return strokes, (0.0, (0.08 - 0.05 * bend) * bottom, right, (0.9 + 0.07 * bend) * bottom)
    high, low = (0.56 + 0.04 * bend) * bottom, bottom
    flat = {
        'ㅗ': [[(0.5, high + 0.08 * bottom), (0.5, low)], [(0, low), (1, low)]],
        'ㅛ': [
            [(0.33, high + 0.08 * bottom), (0.33, low)],
            [(0.67, high + 0.08 * bottom), (0.67, low)],
            [(0, low), (1, low)],
        ],
        'ㅜ': [[(0, 0.66 * bottom), (1, 0.66 * bottom)], [(0.5, 0.66 * bottom), (0.5, low)]],
        'ㅠ': [
            [(0, 0.64 * bottom), (1, 0.64 * bottom)],
            [(0.33, 0.64 * bottom), (0.33, low)],
            [(0.67, 0.64 * bottom), (0.67, low)],
        ],
        'ㅡ': [[(0, low), (1, low)]],
    }
    if jamo not in flat:
        return None
    bottoms = {'ㅗ': high, 'ㅛ': high, 'ㅜ': 0.48 * bottom, 'ㅠ': 0.46 * bottom, 'ㅡ': 0.72 * bottom}
    return flat[jamo], (0.14, 0.0, 0.86, bottoms[jamo])


def _into(strokes, box):
    left, top, right, bottom = box
    return [[(left + x * (right - left), top + y * (bottom - top)) for x, y in stroke] for stroke in strokes]


def _syllable(character, bend):
    """Strokes of a syllable, or None where a part of it is not drawn here."""
    code = ord(character) - 0xAC00
    initial, vowel, final = _INITIALS[code // 588], _VOWELS[code % 588 // 28], _FINALS[code % 28]
    part = _vowel(vowel, bend, 1.0 if final == ' ' else 0.60)
    wide = vowel in 'ㅗㅛㅜㅠㅡ'
    above = _consonant(initial, bend, wide)
    below = [] if final == ' ' else _consonant(final, bend, True)
    if part is None or above is None or below is None:
        return None
    strokes, (left, top, right, bottom) = part
    # The short stroke on top of ㅊ and ㅎ reaches as high as the vowel.
    box = left, 0.0 if initial in 'ㅊㅎ' else top, right, bottom
    return strokes + _into(above, box) + _into(below, (0.1, 0.72, 0.95, 1.0))


def _fineness(character):
    """How much finer the pen is in syllables with many strokes."""
    code = ord(character) - 0xAC00
    initial, vowel, final = _INITIALS[code // 588], _VOWELS[code % 588 // 28], _FINALS[code % 28]
    fineness = 1.0 if final == ' ' else 0.6 if final == 'ㄹ' else 0.75
    if vowel in 'ㅗㅛㅜㅠㅡ' and initial in 'ㄹㅂㅌㅍㅎㅊㅋ':
        fineness *= 0.75
    return fineness if vowel not in 'ㅐㅔ' else fineness * 0.9


class StrokeFace:
    """One pen and one bend: width of the pen is a share of the character's height."""

    def __init__(self, seed):
        self.seed = seed
        random = random_module.Random(seed)
        self.digit_pen = random.uniform(0.105, 0.175)
        self.letter_pen = self.digit_pen * random.uniform(0.72, 1.05)
        self._bend = {}
        self._random = random
        self._base = random.uniform(-0.7, 0.7)

    def mask(self, character, aspect):
        """Mask of 0 to 255 of a character `aspect` times as wide as high; None where this face lacks it."""
        if character not in self._bend:
            self._bend[character] = max(-1.0, min(1.0, self._base + self._random.uniform(-0.3, 0.3)))
        bend = self._bend[character]
        is_digit = character in '0123456789'
        strokes = _digit(character, bend, aspect) if is_digit else _syllable(character, bend)
        if strokes is None:
            return None
        pen = (self.digit_pen if is_digit else self.letter_pen * _fineness(character)) * _HEIGHT_PX
        return self._ink(strokes, aspect, pen)

    def _ink(self, strokes, aspect, pen):
        height, width = _HEIGHT_PX * _FINE, max(12, round(aspect * _HEIGHT_PX)) * _FINE
        pen_px = max(3, round(pen * _FINE))
        canvas = np.zeros((height, width), np.uint8)
        half = pen_px / 2
        for stroke in strokes:
            points = [(half + x * (width - pen_px), half + y * (height - pen_px)) for x, y in stroke]
            cv2.polylines(canvas, [np.round(points).astype(np.int32)], False, 255, pen_px)
        return cv2.resize(canvas, (width // _FINE, height // _FINE), interpolation=cv2.INTER_AREA)
