"""
Writes a trained recogniser as ONNX, and its part of models.json:

    python3 -m recogniser.export --checkpoint FOLDER/checkpoint.pt --models ../functions/plate-reader/models \
        --version 2026-11-28.1

models.json keeps what other exports wrote in it.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch

from plates import cut
from plates.alphabet import ALPHABET
from recogniser.evaluate import load

FILE = 'recogniser.onnx'
OPSET = 13


def write_onnx(network, path):
    """The network with a dynamic number of strips."""
    torch.onnx.export(
        network,
        torch.zeros((1, cut.STRIP_HEIGHT, cut.STRIP_WIDTH, 3), dtype=torch.uint8),
        str(path),
        opset_version=OPSET,
        input_names=['strips'],
        output_names=['logProbabilities'],
        dynamic_axes={'strips': {0: 'count'}, 'logProbabilities': {0: 'count'}},
    )


def cut_constants():
    """What the reader needs to cut strips as training did."""
    names = ('left', 'top', 'width', 'height')
    return {
        'enlargeX': cut.ENLARGE_X,
        'enlargeY': cut.ENLARGE_Y,
        'upperColumns': cut.UPPER_COLUMNS,
        'upperBox': dict(zip(names, cut.UPPER_BOX)),
        'lowerBox': dict(zip(names, cut.LOWER_BOX)),
        'pixelsPerSample': cut.PIXELS_PER_SAMPLE,
        'mostSamples': cut.MOST_SAMPLES,
    }


def update_models(models, changes):
    """Merges `changes` into models.json."""
    path = Path(models) / 'models.json'
    content = json.loads(path.read_text()) if path.exists() else {}
    content.update(changes)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + '\n')


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--checkpoint', required=True)
    parser.add_argument('--models', required=True)
    parser.add_argument('--version', required=True)
    options = parser.parse_args()
    Path(options.models).mkdir(parents=True, exist_ok=True)
    path = Path(options.models) / FILE
    write_onnx(load(options.checkpoint), path)
    recogniser = {
        'file': FILE,
        'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
        'alphabet': list(ALPHABET),
        'stripWidth': cut.STRIP_WIDTH,
        'stripHeight': cut.STRIP_HEIGHT,
    }
    update_models(
        options.models, {'version': options.version, 'recogniser': recogniser, 'cut': cut_constants()}
    )


if __name__ == '__main__':
    main()
