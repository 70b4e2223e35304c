"""Reads the car models of the Debian package torcs-data."""
import glob
from dataclasses import dataclass

import numpy as np
from PIL import Image

FOLDER = '/usr/share/games/torcs/cars'
MODELS = (
    'p406',
    '155-DTM',
    'acura-nsx-sz',
    'car1-stock1',
    'car1-stock2',
    'car1-trb1',
    'car1-trb3',
    'car2-trb1',
    'car3-trb1',
    'car4-trb1',
    'car5-trb1',
    'car6-trb1',
    'car7-trb1',
    'car8-trb1',
)
TRIANGLE_STRIP = 4


@dataclass
class Model:
    """Triangles [T,3] of vertices [V,3] in metres (x forward, y up, z to the side).

    `normals` are [V,3]; `places` [V,2] are the vertices' places in the texture, 0..1.
    """

    vertices: np.ndarray
    normals: np.ndarray
    places: np.ndarray
    triangles: np.ndarray
    texture: np.ndarray


def load_models():
    """All cars that the package has, largest bodies only: wheels and drivers are left out."""
    models = []
    for name in MODELS:
        paths = glob.glob(f'{FOLDER}/{name}/{name}.acc')
        textures = glob.glob(f'{FOLDER}/{name}/{name}.rgb')
        if paths and textures:
            models.append(read_model(paths[0], textures[0], f'{name}.rgb'))
    return models


def read_model(path, texture_path, texture_name):
    """Reads the parts of an AC3D file that carry the car's own texture."""
    vertices, normals, places, triangles = [], [], [], []
    lines = iter(open(path, encoding='latin-1').read().split('\n'))
    texture = ''
    first = 0
    for line in lines:
        words = line.split()
        if not words:
            continue
        if words[0] == 'OBJECT':
            texture = ''
        elif words[0] == 'texture' and words[-1] == 'base':
            texture = words[1].strip('"')
        elif words[0] == 'numvert':
            first = len(vertices)
            for _ in range(int(words[1])):
                numbers = [float(word) for word in next(lines).split()]
                vertices.append(numbers[:3])
                normals.append(numbers[3:6] if len(numbers) >= 6 else [0, 1, 0])
                places.append([0, 0])
        elif words[0] == 'SURF':
            strip = int(words[1], 16) & 15 == TRIANGLE_STRIP
        elif words[0] == 'refs':
            corners = []
            for _ in range(int(words[1])):
                numbers = next(lines).split()
                index = first + int(numbers[0])
                places[index] = [float(numbers[1]), float(numbers[2])]
                corners.append(index)
            if texture == texture_name:
                triangles += (
                    [corners[i : i + 3] for i in range(len(corners) - 2)]
                    if strip
                    else [[corners[0], corners[i], corners[i + 1]] for i in range(1, len(corners) - 1)]
                )
    picture = np.array(Image.open(texture_path).convert('RGB'))
    return Model(np.array(vertices), np.array(normals), np.array(places), np.array(triangles), picture)
