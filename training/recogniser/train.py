"""
Trains the recogniser on drawn strips:

    python3 -m recogniser.train --folder FOLDER --minutes 90

Writes FOLDER/checkpoint.pt every minute and continues from there when run again. Uses a CUDA device where
there is one.
"""

import argparse
import math
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from plates.alphabet import CLASS_OF
from plates.samples import StripSource
from recogniser.network import STEPS, Recogniser, greedy_texts

# Small batches until the network reads: until then more steps help more than more strips.
STRIPS_PER_DRAW = 32
SMALL_BATCH_STEPS = 2500
SEED = 20261128
PEAK_LEARNING_RATE = 2e-3
WARM_UP_STEPS = 300
# Clean plates alone at first; then more and more hard ones.
CLEAN_STEPS, RAMP_STEPS = 500, 1800
# The running average takes the network's weights in every few steps.
AVERAGE_DECAY, AVERAGE_EVERY = 0.992, 8
SAVE_EVERY_S = 60


def _draw_batches(queue, seed, hardness):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    cv2.setNumThreads(1)
    source = StripSource(seed)
    while True:
        samples = [source.strip(hardness.value) for _ in range(STRIPS_PER_DRAW)]
        queue.put((np.stack([sample[0] for sample in samples]), [sample[1] for sample in samples]))


def _hardness(step):
    return min(1.0, max(0.0, (step - CLEAN_STEPS) / RAMP_STEPS))


def _learning_rate(steps, share):
    """After the first `steps` of this run and a `share` of its time: a warm-up, then a cosine."""
    warm = min(1.0, (steps + 1) / WARM_UP_STEPS)
    return PEAK_LEARNING_RATE * warm * (0.005 + 0.995 * 0.5 * (1 + math.cos(math.pi * min(1.0, share))))


class Training:
    """Network, its running average, optimiser and step, as one checkpoint."""

    def __init__(self, folder, device, bfloat16):
        self.path = Path(folder) / 'checkpoint.pt'
        self.device = device
        self.bfloat16 = bfloat16
        self.network = Recogniser().to(device)
        self.average = Recogniser().to(device)
        self.average.load_state_dict(self.network.state_dict())
        self.optimiser = torch.optim.AdamW(self.network.parameters(), PEAK_LEARNING_RATE, weight_decay=0.02)
        self.step = 0
        self.starts = 0
        if self.path.exists():
            saved = torch.load(self.path, map_location=device)
            self.network.load_state_dict(saved['network'])
            self.average.load_state_dict(saved['average'])
            self.optimiser.load_state_dict(saved['optimiser'])
            self.step, self.starts = saved['step'], saved['starts'] + 1

    def save(self):
        saved = {
            'network': self.network.state_dict(),
            'average': self.average.state_dict(),
            'optimiser': self.optimiser.state_dict(),
            'step': self.step,
            'starts': self.starts,
        }
        torch.save(saved, self.path.with_suffix('.new'))
        os.replace(self.path.with_suffix('.new'), self.path)

    def learn(self, strips, texts, learning_rate):
        """One step of the optimiser; returns loss and the share of texts read exactly."""
        for group in self.optimiser.param_groups:
            group['lr'] = learning_rate
        self.network.train()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
            log_probabilities = self.network(torch.from_numpy(strips).to(self.device))
        targets = torch.tensor([CLASS_OF[character] for text in texts for character in text]).to(self.device)
        lengths = torch.tensor([len(text) for text in texts])
        loss = nn.functional.ctc_loss(
            log_probabilities.transpose(0, 1),
            targets,
            torch.full((len(texts),), STEPS),
            lengths,
            zero_infinity=True,
        )
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        self.step += 1
        if self.step % AVERAGE_EVERY == 0:
            self._update_average()
        reads = greedy_texts(log_probabilities.detach())
        return loss.item(), sum(read == text for read, text in zip(reads, texts)) / len(texts)

    @torch.no_grad()
    def _update_average(self):
        decay = min(AVERAGE_DECAY, self.step / (10 * AVERAGE_EVERY + self.step))
        for mine, theirs in zip(self.average.state_dict().values(), self.network.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.mul_(decay).add_(theirs, alpha=1 - decay)
            else:
                mine.copy_(theirs)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--folder', required=True)
    parser.add_argument(
        '--minutes', type=float, default=90, help='length of this run; the learning rate falls over it'
    )
    parser.add_argument('--batch', type=int, default=64, help=f'strips per step, a multiple of {STRIPS_PER_DRAW}')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--drawers', type=int, default=1)
    parser.add_argument(
        '--bfloat16', action='store_true', help='halves the time of a step on some processors'
    )
    options = parser.parse_args()
    # Ends the drawing processes too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    Path(options.folder).mkdir(parents=True, exist_ok=True)
    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    training = Training(options.folder, device, options.bfloat16)
    hardness = multiprocessing.Value('d', _hardness(training.step))
    queue = multiprocessing.Queue(4 * options.drawers + 2 * options.batch // STRIPS_PER_DRAW)
    for drawer in range(options.drawers):
        seed = SEED + 1000 * training.starts + drawer
        multiprocessing.Process(target=_draw_batches, args=(queue, seed, hardness), daemon=True).start()
    _train(training, queue, hardness, options)


def _train(training, queue, hardness, options):
    progress = Progress()
    began = saved = time.monotonic()
    first_step = training.step
    while (share := (time.monotonic() - began) / (60 * options.minutes)) < 1:
        asked = time.monotonic()
        count = options.batch // STRIPS_PER_DRAW if training.step >= SMALL_BATCH_STEPS else 1
        draws = [queue.get() for _ in range(count)]
        strips = np.concatenate([strips for strips, _ in draws])
        texts = [text for _, texts in draws for text in texts]
        waited_s = time.monotonic() - asked
        hardness.value = _hardness(training.step)
        loss, exact = training.learn(strips, texts, _learning_rate(training.step - first_step, share))
        progress.add(training.step, loss, exact, hardness.value, waited_s)
        if time.monotonic() - saved > SAVE_EVERY_S:
            training.save()
            saved = time.monotonic()
    training.save()


class Progress:
    """Prints a line every hundred steps."""

    def __init__(self):
        self._lines, self._began = [], time.monotonic()

    def add(self, step, *values):
        self._lines.append(values)
        if len(self._lines) < 100:
            return
        loss, exact, hardness, waited_s = np.mean(self._lines, 0)
        spent_s = (time.monotonic() - self._began) / 100
        print(
            f'{step} loss {loss:.3f} exact {exact:.3f} hardness {hardness:.2f} '
            f'{spent_s:.3f} s a step, {waited_s:.3f} waiting',
            flush=True,
        )
        self._lines, self._began = [], time.monotonic()


if __name__ == '__main__':
    main()
