"""Measures the locator on drawn scenes of a fixed seed, or on a folder of labelled photographs.

Run in `training/`: python3 -m locator.evaluate CHECKPOINT [--labels labels.tsv --pictures FOLDER].
"""
import argparse
import csv
import os
from collections import defaultdict

os.environ.setdefault('OMP_WAIT_POLICY', 'passive')

import cv2
import numpy as np
import torch

from locator.looks import bounds, locate, overlap
from locator.network import Locator
from scenes.pools import scene_maker

SEED = 20261128
SCENE_SIDES_PX = (320, 160)
"""A scene is looked at twice, as a photograph is at 1280 and 640."""

READABLE_PX = 40
"""Narrower plates can hardly be read; thresholds are compared on the others."""

WIDTHS_PX = (14, 24, 40, 70, 120, 200, 400)
"""Limits of the groups of plate widths."""


def load(checkpoint):
    """A checkpoint's averaged weights: a function from a padded RGB picture to its four grids."""
    locator = Locator()
    locator.load_state_dict(torch.load(checkpoint, map_location='cpu')['average'])
    locator.eval()

    def run(picture):
        with torch.no_grad():
            grids = locator(torch.from_numpy(picture).permute(2, 0, 1)[None].float())
        scores, corners, rows, refinements = (grid[0] for grid in grids)
        return (
            torch.sigmoid(scores).numpy(),
            corners.numpy(),
            torch.sigmoid(rows).numpy(),
            refinements.numpy(),
        )

    return run


def corner_error(found, wanted):
    """Largest distance of a corner from its place, as a share of the plate's height."""
    height = (np.linalg.norm(wanted[3] - wanted[0]) + np.linalg.norm(wanted[2] - wanted[1])) / 2
    return float(np.linalg.norm(found - wanted, axis=1).max() / height)


def width_group(corners):
    """Index of the group of WIDTHS_PX that the plate's upper edge falls into."""
    width = np.linalg.norm(corners[1] - corners[0])
    return int(np.searchsorted(WIDTHS_PX, width)) - 1


def measure_scenes(run, count, least_score):
    """Prints recall, corner error and rows by plate width, and false finds in scenes without plates."""
    maker = scene_maker(SEED, photographs=150, held_out=True)
    groups = defaultdict(list)
    false_scores, located_scores, empty_scenes = [], [], 0
    for _ in range(count):
        scene = maker.scene()
        found = locate(scene.picture, run, least_score, SCENE_SIDES_PX)
        if not scene.plates and not scene.ignored:
            empty_scenes += 1
            false_scores += [plate.score for plate in found]
        for corners, rows in scene.plates:
            best = max(found, key=lambda item: overlap(bounds(item.corners), bounds(corners)), default=None)
            shared = overlap(bounds(best.corners), bounds(corners)) if best else 0
            if np.linalg.norm(corners[1] - corners[0]) >= READABLE_PX:
                located_scores.append(best.score if shared >= 0.5 else 0.0)
            groups[width_group(corners)].append(
                (
                    shared >= 0.5,
                    shared >= 0.75,
                    corner_error(best.corners, corners) if shared >= 0.5 else np.nan,
                    shared >= 0.5 and best.rows == rows,
                )
            )
    print_groups(groups)
    print_scores(np.array(located_scores), np.array(false_scores), empty_scenes)


def print_groups(groups):
    """A line for each group of plate widths."""
    print('width px | plates | IoU 0.5 | IoU 0.75 | corner error: median, 90 % | rows right')
    for group in sorted(groups):
        values = np.array(groups[group], float)
        located = max(1, values[:, 0].sum())
        errors = values[~np.isnan(values[:, 2]), 2]
        middle, high = np.percentile(errors, (50, 90)) if len(errors) else (np.nan, np.nan)
        limits = (
            f'{WIDTHS_PX[group]:>4}–{WIDTHS_PX[group + 1]:<4}' if group >= 0 else f'   <{WIDTHS_PX[0]:<4}'
        )
        print(
            f'{limits}| {len(values)} | {values[:, 0].mean():.3f} | {values[:, 1].mean():.3f} | '
            f'{middle:.3f}, {high:.3f} | {values[:, 3].sum() / located:.3f}'
        )


def print_scores(located, false, empty_scenes):
    """What several thresholds of the score would find and mistake."""
    print(f'score | plates of {READABLE_PX} px or more located | false finds per scene without plates')
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        rate = (false >= threshold).sum() / max(1, empty_scenes)
        print(f'{threshold} | {(located >= threshold).mean():.3f} | {rate:.3f} ({empty_scenes} scenes)')


def measure_photographs(run, labels, folder, least_score):
    """Prints which labelled plates are located; `labels` has the columns file, corners and difficulty."""
    errors, located, total, finds_without_plate, pictures_without_plate = [], 0, 0, 0, 0
    for row in csv.DictReader(open(labels, encoding='utf-8'), delimiter='\t'):
        picture = cv2.imread(os.path.join(folder, row['file']))
        if picture is None:
            print('cannot read', row['file'])
            continue
        found = locate(picture[..., ::-1], run, least_score)
        if not row['corners']:
            pictures_without_plate += 1
            finds_without_plate += bool(found)
            continue
        if row['difficulty'] == 'unreadable':
            continue
        wanted = np.array([float(value) for value in row['corners'].split(',')]).reshape(4, 2)
        total += 1
        best = max(found, key=lambda plate: overlap(bounds(plate.corners), bounds(wanted)), default=None)
        if best is None or overlap(bounds(best.corners), bounds(wanted)) < 0.5:
            print(
                f"{row['file']}: not located; {len(found)} finds, best score {found[0].score if found else 0:.2f}"
            )
            continue
        located += 1
        errors.append(corner_error(best.corners, wanted))
    print(
        f'located {located} of {total} (score ≥ {least_score}); corner error median {np.median(errors):.3f}, '
        f'90 % {np.percentile(errors, 90):.3f} of the plate height'
    )
    if pictures_without_plate:
        print(f'finds in {finds_without_plate} of {pictures_without_plate} pictures without a plate')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('checkpoint')
    parser.add_argument('--scenes', type=int, default=600)
    parser.add_argument('--least-score', type=float, default=0.3)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument(
        '--labels', help='table of labelled photographs; without it, drawn scenes are measured'
    )
    parser.add_argument('--pictures', help='folder of the photographs')
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    run = load(options.checkpoint)
    if options.labels:
        measure_photographs(run, options.labels, options.pictures, options.least_score)
    else:
        measure_scenes(run, options.scenes, options.least_score)


if __name__ == '__main__':
    main()
