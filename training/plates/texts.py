"""Random plate texts of each kind."""

from plates.alphabet import (
    COMMERCIAL_LETTERS,
    DIGITS,
    DIPLOMATIC_WORDS,
    DISTRICTS,
    LETTERS,
    LOOK_ALIKE_LETTERS,
    MILITARY_LETTERS,
    MOTORCYCLE_LETTERS,
    PARCEL_LETTERS,
    PRIVATE_LETTERS,
    REGIONS,
    RENTAL_LETTERS,
)

# Share of each kind among drawn plates.
SHARES = {
    'long': 14,
    'long-3': 12,
    'film-3': 9,
    'short': 10,
    'electric': 8,
    'corporate': 2,
    'green': 6,
    'green-regional': 9,
    'yellow-two-rows': 12,
    'yellow-one-row': 12,
    'military': 2,
    'diplomatic': 4,
    'construction-old': 4,
    'construction-new': 2,
    'motorcycle-old': 6,
    'motorcycle-new': 2,
    'temporary': 1.5,
}
_PRIVATE = PRIVATE_LETTERS + RENTAL_LETTERS * 2
_PRIVATE += ''.join(letter for letter in LOOK_ALIKE_LETTERS if letter in _PRIVATE)
_COMMERCIAL = COMMERCIAL_LETTERS + PARCEL_LETTERS * 2


# The regions with most vehicles are drawn more often.
_REGIONS = REGIONS + ['서울'] * 3 + ['경기'] * 3 + ['인천', '부산', '대구', '경남']


def digits(random, count):
    """A serial or head; now and then with one digit several times, as CTC must learn to count them."""
    if random.random() < 0.12:
        pair = random.choice(DIGITS) * 2 + random.choice(DIGITS)
        return ''.join(random.choice(pair) for _ in range(count))
    return ''.join(random.choice(DIGITS) for _ in range(count))


def _three_digit_head(random):
    return random.choice(DIGITS[1:]) + digits(random, 2)


def _district(random):
    return random.choice(DISTRICTS)


def plate_text(random, kind):
    """The plate's places, in reading order: a list of strings that the layouts put in rows."""
    serial = digits(random, 4)
    private = random.choice(_PRIVATE)
    if kind in ('long', 'short', 'green'):
        # Private cars have 바 too where the region is left out.
        letter = private if random.random() < 0.95 else random.choice(_COMMERCIAL)
        return [digits(random, 2), letter, serial]
    if kind in ('long-3', 'film-3'):
        return [_three_digit_head(random), private, serial]
    if kind in ('electric', 'corporate'):
        head = digits(random, 2) if random.random() < 0.4 else _three_digit_head(random)
        return [head, private, serial]
    if kind == 'green-regional':
        head = digits(random, 1 if random.random() < 0.2 else 2)
        return [random.choice(_REGIONS), head, random.choice(_PRIVATE + COMMERCIAL_LETTERS), serial]
    if kind in ('yellow-two-rows', 'yellow-one-row'):
        return [random.choice(_REGIONS), digits(random, 2), random.choice(_COMMERCIAL), serial]
    if kind == 'military':
        return [digits(random, 2), random.choice(MILITARY_LETTERS), serial]
    if kind == 'diplomatic':
        return [random.choice(DIPLOMATIC_WORDS), digits(random, 3), digits(random, 3)]
    if kind == 'construction-old':
        word = random.choice(('', '', '영')) + random.choice(REGIONS)
        return [word, random.choice('012') + digits(random, 1), random.choice(LETTERS), serial]
    if kind == 'construction-new':
        return [
            '0' + digits(random, 2),
            private if random.random() < 0.7 else random.choice(_COMMERCIAL),
            serial,
        ]
    if kind == 'motorcycle-old':
        return [random.choice(_REGIONS), _district(random), random.choice(MOTORCYCLE_LETTERS), serial]
    if kind == 'motorcycle-new':
        return [random.choice(DIGITS[1:]), private, random.choice(DIGITS[1:]), serial]
    if kind == 'temporary':
        return [random.choice(['', random.choice(REGIONS)]), '임', digits(random, random.choice((4, 6)))]
    raise ValueError(kind)
