"""A pinhole camera that looks at one vehicle, and painting of flat parts through it."""
import math

import cv2
import numpy as np

SUBPIXEL_BITS = 4


class View:
    """Projects points in metres from the plate's centre: x right, y down, z away from the camera."""

    def __init__(self, random, plate_width_px, plate_width_m, centre_px):
        frontal = random.random() < 0.55
        yaw = math.radians(random.gauss(0, 12) if frontal else random.uniform(-58, 58))
        pitch = math.radians(random.gauss(6, 6) if random.random() < 0.75 else random.uniform(0, 38))
        roll = math.radians(
            np.clip(random.gauss(0, 4) if random.random() < 0.8 else random.gauss(0, 11), -22, 22)
        )
        self.turn = (rotation_z(roll) @ rotation_x(pitch) @ rotation_y(yaw)).T
        self.yaw = yaw
        self.distance_m = math.exp(random.uniform(math.log(1.2), math.log(25)))
        self.focal_px = plate_width_px * self.distance_m / plate_width_m
        squash = random.uniform(0.7, 1.0) if random.random() < 0.4 else 1.0
        self.scale = np.array([squash, 1.0] if random.random() < 0.6 else [1.0, squash])
        self.centre_px = np.asarray(centre_px, float)

    def project(self, points):
        """Pixels [N,2] of points [N,3] or [N,2] (then on the plate's plane)."""
        points = np.asarray(points, float)
        if points.shape[1] == 2:
            points = np.concatenate([points, np.zeros((len(points), 1))], 1)
        turned = points @ self.turn
        depth = np.maximum(turned[:, 2] + self.distance_m, 0.25)
        return turned[:, :2] / depth[:, None] * self.focal_px * self.scale + self.centre_px


def rotation_x(angle):
    """Nods: turns about the axis to the right."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def rotation_y(angle):
    """Turns about the axis that points down."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rotation_z(angle):
    """Rolls about the axis of sight."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def fill(picture, pixels, colour):
    """Fills a polygon given in pixels, with smooth edges."""
    fixed = np.maximum(np.minimum(pixels, 4000), -4000) * (1 << SUBPIXEL_BITS)
    cv2.fillPoly(
        picture, [fixed.astype(np.int32)], tuple(float(c) for c in colour), cv2.LINE_AA, SUBPIXEL_BITS
    )


def fill_graded(picture, view, quad, top, bottom, bands=6):
    """Fills a quadrilateral (metres, clockwise from its top-left) with colours from top to bottom."""
    quad, top, bottom = np.asarray(quad, float), np.asarray(top, float), np.asarray(bottom, float)
    share = np.linspace(0, 1, bands + 1)[:, None]
    left = quad[0] + (quad[3] - quad[0]) * share
    right = quad[1] + (quad[2] - quad[1]) * share
    pixels = view.project(np.concatenate([left, right]))
    left, right = pixels[: bands + 1], pixels[bands + 1 :]
    for band in range(bands):
        corners = np.stack([left[band], right[band], right[band + 1], left[band + 1]])
        fill(picture, corners, top + (bottom - top) * (band + 0.5) / bands)


def rectangle(x, y, width, height, z=0.0):
    """Corners [4,3] in metres of an upright rectangle around (x, y)."""
    return np.array(
        [
            [x - width / 2, y - height / 2, z],
            [x + width / 2, y - height / 2, z],
            [x + width / 2, y + height / 2, z],
            [x - width / 2, y + height / 2, z],
        ]
    )


def rounded(x, y, width, height, roundness=4.0, z=0.0, count=20):
    """Outline [count,3] in metres of a shape between ellipse (2) and rectangle (large `roundness`)."""
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    c, s = np.cos(angle), np.sin(angle)
    return np.column_stack(
        [
            x + width / 2 * np.sign(c) * np.abs(c) ** (2 / roundness),
            y + height / 2 * np.sign(s) * np.abs(s) ** (2 / roundness),
            np.full(count, z),
        ]
    )


def paste(picture, image, quad_px, mask=None):
    """Warps `image` onto four corners in pixels; `mask` (uint8) makes parts of it transparent."""
    height, width = image.shape[:2]
    low = np.floor(quad_px.min(0)).astype(int) - 1
    high = np.ceil(quad_px.max(0)).astype(int) + 2
    low, high = np.maximum(low, 0), np.minimum(high, [picture.shape[1], picture.shape[0]])
    if (high - low < 2).any():
        return
    edges = np.linalg.norm(np.roll(quad_px, -1, 0) - quad_px, axis=1)
    target = np.maximum([max(edges[0], edges[2]), max(edges[1], edges[3])], 3)
    shrink = np.minimum(1, target * 1.2 / [width, height])
    if shrink.min() < 0.85:
        size = tuple(int(v) for v in np.maximum(np.round(shrink * [width, height]), 2))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        mask = None if mask is None else cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
        height, width = image.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    homography = cv2.getPerspectiveTransform(source, (quad_px - low - 0.5).astype(np.float32))
    size = tuple(int(v) for v in high - low)
    colours = cv2.warpPerspective(
        image, homography, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    full = np.zeros((size[1], size[0]), np.uint8)
    fill(full, quad_px - low - 0.5, (255,))
    if mask is not None:
        full = cv2.multiply(
            full, cv2.warpPerspective(mask, homography, size, flags=cv2.INTER_LINEAR), scale=1 / 255
        )
    alpha = cv2.merge([full, full, full])
    region = picture[low[1] : high[1], low[0] : high[0]]
    behind = cv2.multiply(region, 255 - alpha, scale=1 / 255)
    cv2.add(behind, cv2.multiply(colours, alpha, scale=1 / 255), dst=region)
