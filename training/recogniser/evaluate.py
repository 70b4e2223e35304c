"""
Measures a trained recogniser, on drawn plates with faces that training never saw or on labelled photographs:

    python3 -m recogniser.evaluate --checkpoint FOLDER/checkpoint.pt [--per-kind 60]
    python3 -m recogniser.evaluate --checkpoint FOLDER/checkpoint.pt --labels labels.tsv --pictures PICTURES

labels.tsv has the columns file, truth (`|` separates several plates), corners (eight numbers, of the first
plate), kind and difficulty. Each plate is cut by its true corners and rows, so that the recogniser alone is measured.
"""

import argparse
import collections
import csv
from pathlib import Path

import cv2
import numpy as np
import torch

from plates.cut import cut_strip
from plates.samples import StripSource
from plates.texts import SHARES
from recogniser.network import Recogniser, greedy_texts

VALIDATION_SEED = 411


def load(checkpoint):
    """The averaged network of a checkpoint, ready to read."""
    network = Recogniser()
    network.load_state_dict(torch.load(checkpoint, map_location='cpu')['average'])
    return network.eval()


@torch.no_grad()
def read(network, strips):
    """(text, logarithm of the chance of the likeliest path) of each strip."""
    reads = []
    for start in range(0, len(strips), 64):
        log_probabilities = network(torch.from_numpy(np.stack(strips[start : start + 64])))
        scores = log_probabilities.max(-1).values.sum(-1).tolist()
        reads += list(zip(greedy_texts(log_probabilities), scores))
    return reads


def drawn(network, per_kind, hardness=1.0):
    """Shares of drawn plates read exactly, by kind."""
    source = StripSource(VALIDATION_SEED, held_out=True)
    shares = {}
    for kind in SHARES:
        samples = [source.strip(hardness, kind) for _ in range(per_kind)]
        reads = read(network, [strip for strip, _, _ in samples])
        shares[kind] = np.mean([text == truth for (text, _), (_, truth, _) in zip(reads, samples)])
    return shares


def labelled(network, labels, pictures):
    """(difficulty, truth, read) of each labelled plate."""
    with open(labels, newline='') as file:
        rows = [row for row in csv.DictReader(file, delimiter='\t') if row['truth'] and row['corners']]
    results = []
    for row in rows:
        picture = cv2.imread(str(Path(pictures) / row['file']))[..., ::-1]
        corners = np.array([float(value) for value in row['corners'].split(',')]).reshape(4, 2)
        rows_of_plate = 2 if 'two rows' in row['kind'] else 1
        strip = cut_strip(np.ascontiguousarray(picture), corners, rows_of_plate)
        text = read(network, [strip])[0][0]
        results.append((row['difficulty'], row['truth'].split('|')[0].replace(' ', ''), text))
    return results


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--checkpoint', required=True)
    parser.add_argument('--per-kind', type=int, default=60)
    parser.add_argument('--labels')
    parser.add_argument('--pictures')
    parser.add_argument('--show', action='store_true', help='print each wrong read')
    options = parser.parse_args()
    torch.set_num_threads(1)
    network = load(options.checkpoint)
    if not options.labels:
        shares = drawn(network, options.per_kind)
        for kind, share in shares.items():
            print(f'{kind:18} {share:.3f}')
        print(f'{"mean":18} {np.mean(list(shares.values())):.3f}')
        return
    results = labelled(network, options.labels, options.pictures)
    right, total = collections.Counter(), collections.Counter()
    for difficulty, truth, text in results:
        total[difficulty] += 1
        right[difficulty] += text == truth
        if options.show and text != truth:
            print(difficulty, truth, text or '-')
    print(
        f'{sum(right.values())} of {sum(total.values())} plates read exactly;',
        {key: f'{right[key]}/{total[key]}' for key in total},
    )


if __name__ == '__main__':
    main()
