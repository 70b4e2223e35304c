"""
Measures locator and recogniser together on a folder of labelled pictures. The reader itself does more, such as
a choice by forms:

    python3 -m recogniser.measure_pictures --locator LOCATOR.pt --recogniser FOLDER/checkpoint.pt \
        --labels labels.tsv --pictures PICTURES

labels.tsv has the columns file, truth and difficulty. `|` separates the plates of a picture; the truth is
empty where there is none.
"""

import argparse
import collections
import csv
from pathlib import Path

import cv2
import numpy as np
import torch

from locator.evaluate import load as load_locator
from recogniser.calibrate import reads_of
from recogniser.evaluate import load as load_recogniser

LONGEST_SIDE_PX = 1920


def picture_of(path):
    """RGB; very large pictures are made smaller, which changes no look of the locator."""
    picture = cv2.imread(str(path))[..., ::-1]
    scale = min(1.0, LONGEST_SIDE_PX / max(picture.shape[:2]))
    return np.ascontiguousarray(
        cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ('--locator', '--recogniser', '--labels', '--pictures'):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    locate_in, recogniser = load_locator(options.locator), load_recogniser(options.recogniser)
    right, total, without_plate = collections.Counter(), collections.Counter(), []
    with open(options.labels, newline='') as file:
        rows = list(csv.DictReader(file, delimiter='\t'))
    for row in rows:
        reads = [
            text
            for _, text, _ in reads_of(
                picture_of(Path(options.pictures) / row['file']), locate_in, recogniser
            )
        ]
        if not row['truth']:
            without_plate.append(len(reads))
            continue
        total[row['difficulty']] += 1
        right[row['difficulty']] += any(truth.replace(' ', '') in reads for truth in row['truth'].split('|'))
    print(
        f'{sum(right.values())} of {sum(total.values())} pictures with a plate read exactly',
        {k: f'{right[k]}/{total[k]}' for k in total},
    )
    print('reads in pictures without a truth:', without_plate)


if __name__ == '__main__':
    main()
