"""What a camera does to a scene: light, glare, infrared, blur, few pixels, noise, overlays and JPEG."""
import math

import cv2
import numpy as np

NOISE = np.repeat(np.random.default_rng(5).standard_normal((512, 768, 1)).astype(np.float32), 3, 2)


def ramp(random, height, width):
    """Values from about -1 to 1 across the picture in a random direction."""
    angle = random.uniform(0, 2 * math.pi)
    return np.linspace(-1, 1, width, dtype=np.float32)[None] * math.cos(angle) + np.linspace(
        -1, 1, height, dtype=np.float32
    )[:, None] * math.sin(angle)


def add_light(picture, plates, lamps, random):
    """Daylight, dusk or an infrared lamp. `picture` is uint8 RGB, `plates` a mask 0..1. Returns float32."""
    height, width = picture.shape[:2]
    gain = np.ones((height, width), np.float32)
    if random.random() < 0.35:
        gain += ramp(random, height, width) * random.uniform(0.05, 0.35)
    if random.random() < 0.2:
        gain *= shadow(random, height, width)
    kind = random.random()
    if kind < 0.22:
        result = infrared(picture, gain, plates, random)
    elif kind < 0.32:
        gain *= random.uniform(0.12, 0.45) * (1 + random.uniform(0, 1.5) * plates)
        result = tint(picture, gain, random, 0.2)
    else:
        gain *= random.uniform(0.55, 1.25)
        result = cv2.add(tint(picture, gain, random, 0.12), random.uniform(-15, 30))
    if kind < 0.4 or random.random() < 0.05:
        for x, y in lamps:
            if random.random() < 0.6:
                add_glare(result, x, y, random)
    return result


def tint(picture, gain, random, strength):
    """The picture times its gain, each colour a little stronger or weaker."""
    gains = [gain * random.uniform(1 - strength, 1 + strength) for _ in range(3)]
    return cv2.multiply(picture, cv2.merge(gains), dtype=cv2.CV_32F)


def shadow(random, height, width):
    """A hard shadow's edge across the picture."""
    place = random.uniform(-0.7, 0.7)
    edge = (ramp(random, height, width) - place) * random.uniform(20, 150)
    return 1 - np.clip(edge, 0, 1) * random.uniform(0.25, 0.7)


def infrared(picture, gain, plates, random):
    """Grey, often dark around plates that return the lamp's light, sometimes burnt out."""
    weights = np.array([[random.uniform(0.15, 0.5) for _ in range(3)]], np.float32)
    grey = cv2.transform(picture.astype(np.float32), weights / weights.sum()) * gain
    kind = random.random()
    if kind < 0.45:
        dark = random.uniform(0.05, 0.5)
        grey *= dark * (1 + random.uniform(0, min(4.0, 0.9 / dark - 1)) * plates)
    elif kind < 0.75:
        grey = (grey - random.uniform(20, 90)) * random.uniform(1.2, 2.4) + random.uniform(0, 60)
    else:
        grey *= random.uniform(0.6, 1.2)
    return cv2.merge([grey, grey, grey])


def add_glare(picture, x, y, random):
    """A bright spot with a soft edge around (x, y), in place."""
    height, width = picture.shape[:2]
    radius = math.exp(random.uniform(math.log(3), math.log(40)))
    reach = int(radius * 3.5)
    left, top = max(0, int(x) - reach), max(0, int(y) - reach)
    right, bottom = min(width, int(x) + reach + 1), min(height, int(y) + reach + 1)
    if right <= left or bottom <= top:
        return
    across = (np.arange(left, right, dtype=np.float32) - x) / radius
    down = (np.arange(top, bottom, dtype=np.float32) - y) / radius
    light = np.exp(-0.5 * (across[None] ** 2 + down[:, None] ** 2)) * random.uniform(150, 500)
    picture[top:bottom, left:right] += light[..., None]


def blur(picture, random):
    """Out of focus or moved."""
    kind = random.random()
    if kind < 0.25:
        return cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 1.3))
    if kind < 0.42:
        length = random.randint(2, 7)
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        if random.random() < 0.25:
            kernel = kernel.T.copy()
        return cv2.filter2D(picture, -1, kernel)
    return picture


def coarsen(picture, random):
    """Loses pixels as a cheap camera or an enlarged picture does."""
    if random.random() > 0.2:
        return picture
    height, width = picture.shape[:2]
    factor = random.uniform(0.4, 0.85)
    small = cv2.resize(picture, (int(width * factor), int(height * factor)), interpolation=cv2.INTER_AREA)
    return cv2.resize(
        small, (width, height), interpolation=random.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC))
    )


def capture(picture, plates, lamps, random):
    """The scene as a camera stores it: uint8 RGB in, uint8 RGB out."""
    result = coarsen(blur(add_light(picture, plates, lamps, random), random), random)
    strength = random.choice((0, 0, 0, 2, 3, 5, 10))
    if strength:
        height, width = result.shape[:2]
        y, x = random.randrange(NOISE.shape[0] - height), random.randrange(NOISE.shape[1] - width)
        result = cv2.scaleAdd(NOISE[y : y + height, x : x + width], strength, result)
    result = cv2.add(result, 0, dtype=cv2.CV_8U)
    if random.random() < 0.3:
        gamma = random.uniform(0.6, 1.5)
        result = cv2.LUT(result, (255 * (np.arange(256) / 255) ** gamma).astype(np.uint8))
    if random.random() < 0.65:
        coded = cv2.imencode('.jpg', result, [cv2.IMWRITE_JPEG_QUALITY, random.randint(18, 85)])[1]
        result = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return result
