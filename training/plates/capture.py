"""How a camera takes a plate: perspective, light, blur, noise, compression; and the strips of such pictures."""

import glob
import math

import cv2
import numpy as np

from plates.cut import cut_strip

_NOISE = np.random.default_rng(7).standard_normal((640, 1600, 3)).astype(np.float32)
# Photographs for what lies around a plate; all come with Debian packages.
SURROUNDINGS = (
    '/usr/share/games/torcs/cars/*/*.png',
    '/usr/share/games/torcs/tracks/*/*/*.png',
    '/usr/share/wallpapers/*/contents/images/*.[jp][pn]g',
    '/usr/share/backgrounds/*/*/*.[jp][pn]g',
)
# Strips with less deviation of their green values, 0 to 255, show nothing; they are taken once more.
_LEAST_CONTRAST, _TRIES = 7.0, 3
# Noise by the picture's own deviation; with more, nothing can be read.
_MOST_NOISE = 0.3
_PATCH_WIDTH, _PATCH_HEIGHT = 480, 240


def surroundings(random, count=160):
    """Patches of photographs, RGB, for what lies around a plate."""
    paths = sorted(path for pattern in SURROUNDINGS for path in glob.glob(pattern))
    patches = []
    for path in random.sample(paths, min(len(paths), count)):
        picture = cv2.imread(path)
        if picture is None or min(picture.shape[:2]) < 64:
            continue
        shrink = random.uniform(0.3, 1.0) * max(
            _PATCH_WIDTH / picture.shape[1], _PATCH_HEIGHT / picture.shape[0], 0.5
        )
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        picture = cv2.resize(
            picture, (max(_PATCH_WIDTH, picture.shape[1]), max(_PATCH_HEIGHT, picture.shape[0]))
        )
        x = random.randint(0, picture.shape[1] - _PATCH_WIDTH)
        y = random.randint(0, picture.shape[0] - _PATCH_HEIGHT)
        patches.append(np.ascontiguousarray(picture[y : y + _PATCH_HEIGHT, x : x + _PATCH_WIDTH, ::-1]))
    return patches


def mount(random, plate, patches, hardness):
    """The plate on a car: the picture and how far the plate's edges lie inside it, in pixels."""
    height, width = plate.shape[:2]
    margin_x, margin_y = int(width * 0.12), int(height * 0.35)
    full_width, full_height = width + 2 * margin_x, height + 2 * margin_y
    if random.random() < 0.5:
        patch = random.choice(patches)
        picture = cv2.resize(patch, (full_width, full_height), interpolation=cv2.INTER_LINEAR)
        if random.random() < 0.5:
            picture = cv2.convertScaleAbs(picture, alpha=random.uniform(0.15, 0.9))
    else:
        picture = np.empty((full_height, full_width, 3), np.uint8)
        grey = random.randint(5, 225)
        picture[:] = [min(255, max(0, grey + random.randint(-20, 20))) for _ in range(3)]
    left, top, right, bottom = margin_x, margin_y, margin_x + width, margin_y + height
    framed = random.random() < 0.5 * hardness
    frame = [random.choice((random.randint(5, 50), random.randint(5, 50), random.randint(120, 235)))] * 3
    if framed:
        out_x, out_y = random.randint(2, 12), random.randint(2, 14)
        below = out_y + random.choice((0, 0, random.randint(4, 20)))
        cv2.rectangle(picture, (left - out_x, top - out_y), (right + out_x, bottom + below), frame, -1)
        if below > out_y + 6:
            _write_brand(random, picture, bottom, below, frame)
    picture[top:bottom, left:right] = plate
    if framed and random.random() < 0.6:
        _cover_edges(random, picture, (left, top, right, bottom), frame)
    return picture, (margin_x, margin_y)


def _write_brand(random, picture, bottom, below, frame):
    text = random.choice(
        (
            'HYUNDAI',
            'KIA MOTORS',
            'BMW Korea',
            'CHEVROLET',
            'RENAULT SAMSUNG',
            'Mercedes-Benz',
            'www.auto.co.kr',
            'SSANGYONG',
            'GENESIS',
        )
    )
    colour = [255 - frame[0]] * 3
    x = int(picture.shape[1] * random.uniform(0.3, 0.5))
    cv2.putText(picture, text, (x, bottom + below - 2), random.choice((0, 2)), below / 34, colour, 1)


def _cover_edges(random, picture, box, frame):
    """A dealer's frame that reaches over the plate's edges."""
    left, top, right, bottom = box
    reach_y, reach_x = (bottom - top) * 0.10, (right - left) * 0.035
    up, down = round(random.uniform(0, reach_y)), round(random.uniform(0, reach_y))
    side = round(random.uniform(0, reach_x))
    cv2.rectangle(picture, (left, top), (right, top + up), frame, -1)
    cv2.rectangle(picture, (left, bottom - down), (right, bottom), frame, -1)
    cv2.rectangle(picture, (left, top), (left + side, bottom), frame, -1)
    cv2.rectangle(picture, (right - side, top), (right, bottom), frame, -1)


def shade(random, picture, hardness):
    """Light on the plate: slopes, shadow edges, headlights, colour, exposure."""
    height, width = picture.shape[:2]
    picture = picture.astype(np.float32)
    across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    if random.random() < 0.5:
        angle = random.uniform(0, 2 * math.pi)
        slope = across * math.cos(angle) + down * math.sin(angle)
        picture *= (1 + slope * random.uniform(0, 0.4))[..., None]
    if random.random() < 0.25 * hardness:
        edge = across + random.uniform(-1.5, 1.5) * down + random.uniform(-0.9, 0.9)
        soft = np.clip(edge * random.choice((4, 12, 40)) + 0.5, 0, 1)
        picture *= (1 - soft * random.uniform(0.2, 0.65))[..., None]
    if random.random() < 0.10 * hardness:
        reach = random.uniform(0.15, 0.8)
        glare = np.exp(
            -((across - random.uniform(-1, 1)) ** 2 + (down * 0.5 - random.uniform(-0.4, 0.4)) ** 2)
            / reach**2
        )
        picture += (glare * random.uniform(40, 220))[..., None]
    exposure = random.random()
    if exposure < 0.75:
        gain, lift = random.uniform(0.5, 1.2), random.uniform(-15, 40)
    elif exposure < 0.90:
        gain, lift = random.uniform(0.12, 0.5), random.uniform(-5, 25)
    else:
        gain, lift = random.uniform(1.1, 1.6), random.uniform(0, 60)
    gain, lift = 1 + (gain - 1) * hardness, lift * hardness
    tint = [gain * (1 + random.uniform(-0.15, 0.15) * hardness) for _ in range(3)]
    picture *= np.array(tint, np.float32)
    picture += lift
    if random.random() < 0.12 * hardness:
        # Haze or a weak film: less contrast.
        contrast = random.uniform(0.3, 0.8)
        picture = picture * contrast + random.uniform(0, 200) * (1 - contrast)
    return np.clip(picture, 0, 255, out=picture)


def blur(random, picture, height, hardness):
    """Out of focus, moving, or sharpened by the camera. `height` is the plate's, in pixels."""
    kind = random.random()
    if kind < 0.3:
        return cv2.GaussianBlur(
            picture, (0, 0), random.uniform(0.3, 0.35 + 0.03 * min(height, 30) * hardness)
        )
    if kind < 0.52:
        length = random.uniform(1.2, 1.2 + 0.13 * min(height, 40) * hardness)
        return cv2.filter2D(picture, -1, _motion_kernel(random, length))
    if kind < 0.65:
        soft = cv2.GaussianBlur(picture, (0, 0), 1.0)
        return np.clip(picture + (picture - soft) * random.uniform(0.3, 1.5), 0, 255)
    return picture


def _motion_kernel(random, length):
    size = int(math.ceil(length)) | 1
    size = max(3, size)
    kernel = np.zeros((size, size), np.float32)
    angle = random.gauss(0, 0.15) if random.random() < 0.75 else random.uniform(0, math.pi)
    middle = size // 2
    steps = 4 * size
    for step in range(steps):
        along = (step / (steps - 1) - 0.5) * (length - 1)
        kernel[round(middle + along * math.sin(angle)), round(middle + along * math.cos(angle))] += 1
    return kernel / kernel.sum()


def record(random, picture, hardness):
    """Sensor noise, scaling and compression; returns RGB uint8 of the same size."""
    height, width = picture.shape[:2]
    level = min(random.choice((0, 2, 4, 8, 14)) * hardness, _MOST_NOISE * float(picture[..., 1].std()))
    if level:
        y = random.randrange(max(1, _NOISE.shape[0] - height))
        x = random.randrange(max(1, _NOISE.shape[1] - width))
        noise = _NOISE[y : y + height, x : x + width]
        picture = picture + (noise[..., :1] if random.random() < 0.5 else noise) * level
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if random.random() < 0.8 * hardness:
        quality = random.randint(20, 60) if random.random() < 0.6 else random.randint(60, 95)
        # Encoded as if RGB were BGR would swap the colours' weights, so turn it round twice.
        encoded = cv2.imencode('.jpg', picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        picture = cv2.imdecode(encoded, cv2.IMREAD_COLOR)[..., ::-1]
    return np.ascontiguousarray(picture)


def _view(random, width, height, hardness):
    """Corners of the plate as the camera sees them, about 0, in units of the plate's own pixels."""
    corners = (
        np.array([[-width, -height], [width, -height], [width, height], [-width, height]], np.float64) / 2
    )
    angle = math.radians(random.gauss(0, 5)) * hardness
    squash = 1 + (random.uniform(0.62, 1.2) - 1) * hardness
    shear = random.gauss(0, 0.10) * hardness
    turn = np.array(
        [[squash * math.cos(angle), -math.sin(angle) + shear], [squash * math.sin(angle), math.cos(angle)]]
    )
    wobble = np.array([[random.gauss(0, 1), random.gauss(0, 1)] for _ in range(4)])
    return corners @ turn.T + wobble * height * 0.03 * hardness


def _height_px(random, proportion, rows, hardness):
    """Height of the plate in the picture. `proportion`: its height by its width; short plates are the highest."""
    span = random.choices(((10, 16), (13, 30), (24, 48), (40, 90)), (15, 40, 30, 15))[0]
    height = random.uniform(*span)
    height = height + (60 - height) * (1 - hardness)
    return height * (1.5 if rows == 2 else 1.35 if proportion > 0.3 else 1.0)


def _located(random, corners, height, hardness):
    """The corners as a locator gives them: shifted, scaled and each a little off."""
    if random.random() < 0.08 * hardness:
        low, high = corners.min(axis=0), corners.max(axis=0)
        corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    error = hardness * (2.0 if random.random() < 0.12 else 1.0) + 0.2
    centre = corners.mean(axis=0)
    scale = np.array([1 + random.gauss(0, 0.022) * error, 1 + random.gauss(0, 0.055) * error])
    shift = np.array([random.gauss(0, 0.04), random.gauss(0, 0.04)]) * height * error
    each = np.array([[random.gauss(0, 0.05), random.gauss(0, 0.035)] for _ in range(4)]) * height * error
    return (corners - centre) * scale + centre + shift + each


def take(random, plate, rows, patches, hardness):
    """A picture of the plate, its true corners in pixels, and its height in pixels."""
    mounted, (margin_x, margin_y) = mount(random, plate, patches, hardness)
    height, width = plate.shape[:2]
    height_px = _height_px(random, height / width, rows, hardness)
    scale = height_px / height
    if scale < 0.8:
        mounted = cv2.resize(mounted, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    before = np.array([mounted.shape[1] / (width + 2 * margin_x), mounted.shape[0] / (height + 2 * margin_y)])
    inner = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64) + (margin_x, margin_y)
    corners = _view(random, width, height, hardness) * scale
    reach = np.abs(corners).max(axis=0)
    room = reach * (1.3, 1.7) + 2
    corners = corners + room + np.array([random.random(), random.random()])
    size = int(2 * room[0]) + 1, int(2 * room[1]) + 1
    homography = cv2.getPerspectiveTransform((inner * before).astype(np.float32), corners.astype(np.float32))
    picture = cv2.warpPerspective(
        mounted, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    picture = shade(random, picture, hardness)
    picture = record(random, blur(random, picture, height_px / rows, hardness), hardness)
    if random.random() < 0.1 * hardness:
        # Enlarged by the camera or by the person who saved the picture.
        factor = random.uniform(1.2, 2.5)
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        corners, height_px = corners * factor, height_px * factor
    return picture, corners, height_px


def photographed_strip(random, plate, rows, patches, hardness, cut_rows=None):
    """
    The strip of a plate as photographed and located. `cut_rows` differs from `rows` where the locator counted
    wrong.
    """
    for _ in range(_TRIES):
        picture, corners, height_px = take(random, plate, rows, patches, hardness)
        strip = cut_strip(picture, _located(random, corners, height_px / rows, hardness), cut_rows or rows)
        if strip[..., 1].std() >= _LEAST_CONTRAST:
            break
    return strip
