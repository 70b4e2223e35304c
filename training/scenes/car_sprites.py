"""Pictures of modelled cars, drawn ahead because drawing one takes as long as several scenes."""
import math

import cv2
import numpy as np

from scenes.car_models import load_models
from scenes.cars import PAINTS
from scenes.view import View, rounded

WIDTH_PX, HEIGHT_PX = 560, 440
MOST_SPRITES = 250
FIRST_SPRITES = 12
SHARE_OF_NEW = 0.02
PLATE_WIDTH_M = 0.52


class CarSprite:
    """A car without its plate: colours, opacity, and the view through which more can be painted onto it."""

    def __init__(self, picture, opacity, view, plate_width_px):
        self.picture, self.opacity, self.view, self.plate_width_px = picture, opacity, view, plate_width_px


class PlacedView:
    """The view of a sprite after it has been scaled and moved into a scene."""

    def __init__(self, view, scale, shift):
        self.view, self.scale, self.shift = view, scale, np.asarray(shift, float)
        self.yaw = view.yaw

    def project(self, points):
        """Pixels of the scene; see `View.project`."""
        return self.view.project(points) * self.scale + self.shift


class CarSprites:
    """A pool that starts small and is renewed while scenes are drawn."""

    def __init__(self, photographs, random):
        self.models, self.photographs = load_models(), photographs
        self.sprites = [self.draw(random) for _ in range(FIRST_SPRITES)]

    def choose(self, random, plate_width_px):
        """A sprite drawn for a plate of about this width."""
        if random.random() < SHARE_OF_NEW or (len(self.sprites) < MOST_SPRITES and random.random() < 0.1):
            if len(self.sprites) >= MOST_SPRITES:
                self.sprites.pop(random.randrange(MOST_SPRITES))
            self.sprites.append(self.draw(random))
        choice = [random.choice(self.sprites) for _ in range(4)]
        return min(choice, key=lambda sprite: abs(math.log(sprite.plate_width_px / plate_width_px)))

    def draw(self, random):
        """A new sprite of a random model, paint and view."""
        model = random.choice(self.models)
        is_rear = random.random() < 0.5
        plate_width = math.exp(random.uniform(math.log(25), math.log(200)))
        centre = (WIDTH_PX / 2, HEIGHT_PX * random.uniform(0.55, 0.7))
        view = View(random, plate_width, PLATE_WIDTH_M, centre)
        view.distance_m = max(view.distance_m, 2.5)
        view.focal_px = plate_width * view.distance_m / PLATE_WIDTH_M
        points, normals = turn_to_camera(model, is_rear, random)
        texture = painted(model.texture, random)
        reflected = self.photographs.crop(random, 128, 128)
        picture, opacity = render(model, points, normals, texture, reflected, view, random)
        return CarSprite(picture, opacity, view, plate_width)


def place_sprite(picture, sprite, plate_width_px, centre_px):
    """Paints the sprite with its plate's place at `centre_px`; returns its view and its opacity in the scene."""
    scale = plate_width_px / sprite.plate_width_px
    shift = np.asarray(centre_px) - sprite.view.centre_px * scale
    colours, opacity, rest = sprite.picture, sprite.opacity, scale
    if scale < 0.8:
        colours = cv2.resize(colours, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        opacity = cv2.resize(opacity, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        rest = 1.0
    matrix = np.array([[rest, 0, shift[0]], [0, rest, shift[1]]])
    size = picture.shape[1], picture.shape[0]
    colours = cv2.warpAffine(colours, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    opacity = cv2.warpAffine(opacity, matrix, size)
    share = cv2.merge([opacity] * 3)
    behind = cv2.multiply(picture, 255 - share, scale=1 / 255)
    cv2.add(behind, cv2.multiply(colours, share, scale=1 / 255), dst=picture)
    return PlacedView(sprite.view, scale, shift), opacity


def turn_to_camera(model, is_rear, random):
    """Vertices and normals with the plate's centre as origin, x right, y down, z away from the camera."""
    forward = 1 if is_rear else -1
    axes = np.array([[0, 0, forward], [0, -1, 0], [forward, 0, 0]], float)
    points, normals = model.vertices @ axes, model.normals @ axes
    height = random.uniform(0.45, 0.85) if is_rear else random.uniform(0.3, 0.55)
    near = (np.abs(points[:, 0]) < 0.4) & (np.abs(points[:, 1] + height) < 0.12)
    depth = points[near, 2].min() if near.any() else points[:, 2].min()
    return points - [0, -height, depth - 0.02], normals


def painted(texture, random):
    """The model's livery, mostly turned into one of the common paints."""
    if random.random() < 0.2:
        return texture.astype(np.float32)
    grey = cv2.cvtColor(texture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    grey = np.clip(grey * random.uniform(0.9, 1.6), 0.05, 1)
    paint = np.array(random.choice(PAINTS), np.float32)
    keep = random.uniform(0, 0.5) if random.random() < 0.4 else 0
    return grey[..., None] * paint * (1 - keep) + texture * keep


def render(model, points, normals, texture, reflected, view, random):
    """Colours and opacity of the car: paints which triangle each pixel shows, then shades all pixels."""
    pixels = view.project(points)
    turned = points @ view.turn
    turned_normals = normals @ view.turn
    triangles = model.triangles[turned_normals[model.triangles].mean(1)[:, 2] < 0.25]
    depth = turned[triangles][:, :, 2]
    triangles = triangles[depth.min(1) > 0.3 - view.distance_m]
    triangles = triangles[np.argsort(-turned[triangles][:, :, 2].mean(1))]
    shown = np.full((HEIGHT_PX, WIDTH_PX), -1, np.int32)
    draw_wheels(shown, points, view)
    corners = np.round(np.clip(pixels, -3000, 3000) * 16).astype(np.int32)[triangles]
    for number, corner in enumerate(corners):
        cv2.fillConvexPoly(shown, corner, number, cv2.LINE_8, 4)
    rows, columns = np.nonzero(shown >= 0)
    chosen = triangles[shown[rows, columns]]
    weights = barycentric(pixels[chosen], columns, rows)
    place = (model.places[chosen] * weights[..., None]).sum(1)
    normal = (turned_normals[chosen] * weights[..., None]).sum(1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-6
    picture = np.full((HEIGHT_PX, WIDTH_PX, 3), random.uniform(10, 45), np.float32)
    picture[rows, columns] = shade(texture, reflected, place, normal, random)
    opacity = np.where(shown == -1, 0, 255).astype(np.uint8)
    return np.clip(picture, 0, 255).astype(np.uint8), cv2.blur(
        cv2.erode(opacity, np.ones((2, 2), np.uint8)), (2, 2)
    )


def draw_wheels(shown, points, view):
    """Dark discs where the models leave room for wheels; marked −2, which is opaque but no triangle."""
    side, length = np.abs(points[:, 0]).max() * 0.93, points[:, 2].max()
    ground = points[:, 1].max()
    for x in (-side, side):
        for z in (0.19 * length, 0.8 * length):
            disc = rounded(0, 0, 0.62, 0.62, 2.0)
            wheel = np.column_stack([np.full(len(disc), x), ground - 0.25 + disc[:, 1], z + disc[:, 0]])
            cv2.fillPoly(shown, [np.clip(view.project(wheel), -3000, 3000).astype(np.int32)], -2)


def barycentric(corners, columns, rows):
    """Weights [N,3] of the three corners [N,3,2] at the pixels."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    point = np.column_stack([columns + 0.0, rows + 0.0])
    first, second, third = b - a, c - a, point - a
    area = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    area = np.where(np.abs(area) < 1e-6, 1e-6, area)
    of_b = (third[:, 0] * second[:, 1] - third[:, 1] * second[:, 0]) / area
    of_c = (first[:, 0] * third[:, 1] - first[:, 1] * third[:, 0]) / area
    weights = np.clip(np.column_stack([1 - of_b - of_c, of_b, of_c]), 0, 1)
    return weights / (weights.sum(1, keepdims=True) + 1e-9)


def shade(texture, reflected, place, normal, random):
    """Colours [N,3]: the paint in the light of a lamp or the sky, with a photograph mirrored in it."""
    height, width = texture.shape[:2]
    x = (place[:, 0] % 1 * (width - 1)).astype(int)
    y = ((1 - place[:, 1] % 1) * (height - 1)).astype(int)
    light = np.array([random.uniform(-0.8, 0.8), random.uniform(-1, -0.2), random.uniform(-1, -0.3)])
    diffuse = np.clip(normal @ (light / np.linalg.norm(light)), 0, 1)
    colours = texture[y, x] * (random.uniform(0.3, 0.6) + random.uniform(0.4, 0.9) * diffuse)[:, None]
    mirror_x = np.clip((normal[:, 0] * 0.5 + 0.5) * 127, 0, 127).astype(int)
    mirror_y = np.clip((normal[:, 1] * 0.5 + 0.5) * 127, 0, 127).astype(int)
    return colours + reflected[mirror_y, mirror_x] * random.uniform(0.03, 0.3)
