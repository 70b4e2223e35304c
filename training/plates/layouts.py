"""Where each kind of plate bears its characters, in millimetres from the plate's top-left corner."""

from dataclasses import dataclass, field

from plates.alphabet import DIGITS


@dataclass
class Cell:
    """One character and the box that its ink fills."""

    character: str
    x: float
    y: float
    width: float
    height: float


@dataclass
class Layout:
    width: float
    height: float
    rows: int
    cells: list = field(default_factory=list)
    # Width of the blue band with the flag and KOR at the left; 0 where there is none.
    band: float = 0.0
    # Whether an electric car's signs are next to the characters.
    signs: bool = False


def _row(random, text, left, right, top, height, *, letter_width, letter_height, after_letter=0.0, gap=None):
    """
    Cells of one row that fill `left` to `right`. Sizes of letters are in sizes of digits, gaps in widths of
    digits; `after_letter` comes on top of the common gap.
    """
    gap = random.uniform(0.10, 0.34) if gap is None else gap
    digits = [character in DIGITS for character in text]
    widths = [1.0 if digit else letter_width for digit in digits]
    last_letter = max((index for index, digit in enumerate(digits) if not digit), default=-1)
    total = sum(widths) + gap * (len(text) - 1) + (after_letter if last_letter < len(text) - 1 else 0)
    unit = (right - left) / total
    drop = random.uniform(0.3, 0.7)
    cells, x = [], left
    for index, (character, width) in enumerate(zip(text, widths)):
        cell_height = height * (1.0 if digits[index] else letter_height)
        cells.append(Cell(character, x, top + (height - cell_height) * drop, width * unit, cell_height))
        x += (width + gap + (after_letter if index == last_letter else 0)) * unit
    return cells


def _long(random, places, left, right, after_letter, width=520, height=110):
    digit_height = height * random.uniform(0.60, 0.78)
    top = (height - digit_height) * random.uniform(0.40, 0.62)
    return _row(
        random,
        ''.join(places),
        left * width,
        right * width,
        top,
        digit_height,
        letter_width=random.uniform(0.82, 1.2),
        letter_height=random.uniform(0.70, 1.0),
        after_letter=after_letter,
    )


def long_two_digits(random, places):
    if random.random() < 0.06:
        # Owners put a band like the European Union's at the left.
        return film(random, places)
    inset = random.uniform(0.075, 0.13)
    cells = _long(random, places, inset, 1 - inset + random.uniform(-0.02, 0.02), random.uniform(0.25, 1.05))
    return Layout(520, 110, 1, cells)


def long_three_digits(random, places):
    inset = random.uniform(0.055, 0.11)
    cells = _long(random, places, inset, 1 - inset + random.uniform(-0.02, 0.02), random.uniform(0.0, 0.6))
    return Layout(520, 110, 1, cells)


def film(random, places):
    band = 520 * random.uniform(0.085, 0.115)
    left = band / 520 + random.uniform(0.015, 0.045)
    cells = _long(random, places, left, 1 - random.uniform(0.03, 0.075), random.uniform(0.1, 0.6))
    return Layout(520, 110, 1, cells, band=band)


def electric(random, places):
    left = random.uniform(0.075, 0.13)
    right = 1 - random.uniform(0.075, 0.13)
    after = random.uniform(0.2, 1.0) if len(places[0]) == 2 else random.uniform(0.0, 0.6)
    layout = Layout(520, 110, 1, _long(random, places, left, right, after))
    layout.signs = random.random() < 0.8
    return layout


def corporate(random, places):
    return film(random, places) if random.random() < 0.5 else long_three_digits(random, places)


def short(random, places):
    width, height = random.choice(((335, 155), (335, 155), (440, 200), (335, 170)))
    inset = random.uniform(0.045, 0.09)
    digit_height = height * random.uniform(0.46, 0.62)
    cells = _row(
        random,
        ''.join(places),
        inset * width,
        (1 - inset) * width,
        height * random.uniform(0.52, 0.60) - digit_height / 2,
        digit_height,
        letter_width=random.uniform(0.76, 1.05),
        letter_height=random.uniform(0.56, 0.88),
        after_letter=random.uniform(-0.05, 0.15),
        gap=random.uniform(0.08, 0.26),
    )
    return Layout(width, height, 1, cells)


def _upper_row(random, text, width, height, half_width=None, letter_height=None):
    """The centred upper row of a plate in two rows."""
    half = (random.uniform(0.19, 0.27) if half_width is None else half_width) * width
    centre = width * random.uniform(0.47, 0.53)
    return _row(
        random,
        text,
        centre - half,
        centre + half,
        height * random.uniform(0.07, 0.13),
        height * random.uniform(0.21, 0.29),
        letter_width=random.uniform(1.0, 1.45),
        letter_height=random.uniform(0.9, 1.1) if letter_height is None else letter_height,
        after_letter=random.uniform(0.0, 0.6),
    )


def _lower_row(random, text, width, height):
    """The lower row: a small letter, if any, and four wide digits."""
    inset = random.uniform(0.035, 0.085)
    top = height * random.uniform(0.41, 0.47)
    return _row(
        random,
        text,
        inset * width,
        (1 - inset) * width,
        top,
        height * random.uniform(0.90, 0.945) - top,
        letter_width=random.uniform(0.62, 0.95),
        letter_height=random.uniform(0.50, 0.80),
        after_letter=random.uniform(0.0, 0.15),
        gap=random.uniform(0.08, 0.3),
    )


def _two_rows(random, upper, lower, width=335, height=170, half_width=None):
    upper_cells = _upper_row(random, upper, width, height, half_width)
    return Layout(width, height, 2, upper_cells + _lower_row(random, lower, width, height))


def nationwide_green(random, places):
    head, letter, serial = places
    return _two_rows(random, head + letter, serial)


def regional(random, places):
    region, head, letter, serial = places
    return _two_rows(random, region + head, letter + serial)


def commercial_one_row(random, places):
    region, head, letter, serial = places
    width, height = 520, 110
    column = width * random.uniform(0.055, 0.085)
    left = width * random.uniform(0.025, 0.085)
    block = height * random.uniform(0.62, 0.80)
    top = (height - block) * random.uniform(0.4, 0.6)
    syllable = block * random.uniform(0.44, 0.49)
    cells = [
        Cell(region[0], left, top, column, syllable),
        Cell(region[1], left, top + block - syllable, column, syllable),
    ]
    start = (left + column) / width + random.uniform(0.005, 0.03)
    after = random.uniform(0.2, 0.9)
    return Layout(
        width,
        height,
        1,
        cells + _long(random, [head, letter, serial], start, 1 - random.uniform(0.05, 0.11), after),
    )


def diplomatic(random, places):
    word, first, second = places
    width, height = 520, 110
    if random.random() < 0.5:
        return Layout(
            width, height, 1, _long(random, places, random.uniform(0.06, 0.1), 0.93, random.uniform(0.1, 0.6))
        )
    layout = commercial_one_row(random, [word, first, '', second])
    return layout


def construction_old(random, places):
    word, head, letter, serial = places
    return _two_rows(
        random, word + head, letter + serial, half_width=0.05 * len(word + head) + random.uniform(0.02, 0.07)
    )


def construction_new(random, places):
    return long_three_digits(random, places) if random.random() < 0.7 else short(random, places)


def motorcycle_old(random, places):
    region, district, letter, serial = places
    upper = region + district
    return _two_rows(
        random,
        upper,
        letter + serial,
        210,
        115,
        half_width=min(0.42, 0.055 * len(upper) + random.uniform(0.06, 0.14)),
    )


def motorcycle_new(random, places):
    return _two_rows(random, ''.join(places[:3]), places[3], 210, 150, half_width=random.uniform(0.2, 0.32))


def temporary(random, places):
    return long_two_digits(random, places)


LAYOUTS = {
    'long': long_two_digits,
    'long-3': long_three_digits,
    'film-3': film,
    'short': short,
    'electric': electric,
    'corporate': corporate,
    'green': nationwide_green,
    'green-regional': regional,
    'yellow-two-rows': regional,
    'yellow-one-row': commercial_one_row,
    'military': long_two_digits,
    'diplomatic': diplomatic,
    'construction-old': construction_old,
    'construction-new': construction_new,
    'motorcycle-old': motorcycle_old,
    'motorcycle-new': motorcycle_new,
    'temporary': temporary,
}
