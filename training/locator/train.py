"""Trains the locator on scenes that other processes draw meanwhile.

Run in `training/`: python3 -m locator.train --checkpoint FILE.
"""
import argparse
import math
import multiprocessing
import os
import queue
import threading
import time
from random import Random

os.environ.setdefault('OMP_WAIT_POLICY', 'passive')

import numpy as np
import torch

from locator.losses import CORNER_WEIGHT, REFINE_WEIGHT, ROWS_WEIGHT, losses
from locator.network import Locator
from locator.targets import encode
from scenes.pools import scene_maker

KEPT_SCENES = 2500
"""Scenes drawn last, from which batches are chosen; each is used until newer ones push it out."""

SCENES_BEFORE_START = 300
SAVE_EVERY_S = 60
HIGHEST_DIFFICULTY = 2.0
"""Limit of a scene's heat loss as its weight in the choice: hard scenes come again, hopeless ones not too often."""


def draw_scenes(results, seed, parent):
    """Runs in its own process: draws scenes until the process `parent` has ended."""
    results.cancel_join_thread()
    maker = scene_maker(seed)
    waiting = []
    while os.getppid() == parent:
        if not waiting:
            scene = maker.scene()
            waiting.append((scene.picture, *encode(scene)))
        try:
            results.put(waiting[0], timeout=5)
            waiting.clear()
        except queue.Full:
            continue


class Scenes:
    """The scenes drawn last; `batch` never waits for the drawing once it has started."""

    def __init__(self, drawers, seed):
        self.results = multiprocessing.Queue(64)
        self.kept, self.difficulty = [], []
        self.drawn, self.random = 0, Random(seed)
        for number in range(drawers):
            multiprocessing.Process(
                target=draw_scenes, args=(self.results, seed * 1000 + number, os.getpid()), daemon=True
            ).start()
        threading.Thread(target=self.receive, daemon=True).start()
        while self.drawn < SCENES_BEFORE_START:
            time.sleep(1)

    def receive(self):
        """Runs in its own thread: keeps every scene that arrives."""
        while True:
            self.keep(self.results.get())

    def keep(self, scene):
        """Puts the scene in the place of the oldest one."""
        place = self.drawn % KEPT_SCENES
        if place == len(self.kept):
            self.kept.append(scene)
            self.difficulty.append(HIGHEST_DIFFICULTY)
        else:
            self.kept[place], self.difficulty[place] = scene, HIGHEST_DIFFICULTY
        self.drawn += 1

    def choose(self, size):
        """Places of the scenes of the next batch: hard and new ones more often than easy ones."""
        weights = list(self.difficulty)
        return self.random.choices(range(len(weights)), weights, k=size)

    def batch(self, places, device):
        """Pictures [N,3,H,W] and the targets of the scenes at these places, as float tensors."""
        columns = [
            torch.from_numpy(np.stack(column)).to(device) for column in zip(*(self.kept[p] for p in places))
        ]
        pictures = columns[0].permute(0, 3, 1, 2).float()
        targets = [column.float() for column in columns[1:]]
        return pictures, [target if target.dim() == 4 else target[:, None] for target in targets]

    def learn_difficulty(self, places, losses_by_scene):
        """Hard scenes will be chosen more often."""
        for place, loss in zip(places, losses_by_scene):
            self.difficulty[place] = min(HIGHEST_DIFFICULTY, 0.3 + loss)


def learning_rate(share, highest):
    """Warm-up over the first 2 % of the run, then a cosine towards a hundredth of the highest rate."""
    if share < 0.02:
        return highest * max(share / 0.02, 0.02)
    return highest * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, (share - 0.02) / 0.98))))


class Average:
    """A slowly moving average of the weights, which is what is exported."""

    def __init__(self, locator, decay=0.998):
        self.decay = decay
        self.values = {name: value.detach().clone() for name, value in locator.state_dict().items()}

    def update(self, locator, step):
        """Moves the average a little towards the weights; faster during the first steps."""
        decay = min(self.decay, (1 + step) / (20 + step))
        for name, value in locator.state_dict().items():
            if value.dtype.is_floating_point:
                self.values[name].lerp_(value.detach(), 1 - decay)
            else:
                self.values[name].copy_(value)


def train(options):
    """Goes on from the checkpoint, if there is one, for `options.minutes`."""
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    locator = Locator().to(device).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(locator.parameters(), options.rate, weight_decay=0.02)
    average, step = Average(locator), 0
    if os.path.exists(options.checkpoint):
        saved = torch.load(options.checkpoint, map_location=device)
        locator.load_state_dict(saved['locator'])
        optimiser.load_state_dict(saved['optimiser'])
        average.values, step = saved['average'], saved['step']
    elif options.start:
        start_from(locator, torch.load(options.start, map_location=device)['average'])
        average = Average(locator)
    scenes = Scenes(options.drawers, options.seed + step)
    start = saved_at = time.time()
    history = []
    locator.train()
    while (share := (time.time() - start) / (options.minutes * 60)) < 1:
        for group in optimiser.param_groups:
            group['lr'] = learning_rate(share, options.rate)
        places = scenes.choose(options.batch)
        pictures, targets = scenes.batch(places, device)
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        with torch.autocast(device, torch.bfloat16, enabled=options.bfloat16):
            outputs = locator(pictures)
        by_scene, heat, corner, rows, refined = losses([grid.float() for grid in outputs], targets)
        optimiser.zero_grad(set_to_none=True)
        (heat + CORNER_WEIGHT * corner + ROWS_WEIGHT * rows + REFINE_WEIGHT * refined).backward()
        torch.nn.utils.clip_grad_norm_(locator.parameters(), 10.0)
        optimiser.step()
        step += 1
        average.update(locator, step)
        scenes.learn_difficulty(places, by_scene.tolist())
        history.append((heat.item(), corner.item(), rows.item(), refined.item()))
        if step % 50 == 0:
            means = np.mean(history[-50:], 0)
            named = zip(('heat', 'corners', 'rows', 'refined'), means)
            progress = ', '.join(f'{name} {mean:.3f}' for name, mean in named)
            print(f'step {step}: {progress}; {scenes.drawn} scenes, {time.time() - start:.0f} s', flush=True)
        if time.time() - saved_at > SAVE_EVERY_S:
            save(options.checkpoint, locator, optimiser, average, step)
            saved_at = time.time()
    save(options.checkpoint, locator, optimiser, average, step)


def start_from(locator, weights):
    """Takes over what a trained locator knows, also where it has more blocks than this one."""
    own = locator.state_dict()
    locator.load_state_dict({**own, **{name: value for name, value in weights.items() if name in own}})


def save(path, locator, optimiser, average, step):
    """Replaces the checkpoint at once, so that an interrupted run can always be resumed."""
    state = {
        'locator': locator.state_dict(),
        'optimiser': optimiser.state_dict(),
        'average': average.values,
        'step': step,
    }
    torch.save(state, path + '.new')
    os.replace(path + '.new', path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        '--checkpoint', required=True, help='file to resume from, if it exists, and to save to'
    )
    parser.add_argument('--start', help='checkpoint of a trained locator, for a first start with its weights')
    parser.add_argument(
        '--minutes', type=float, default=60, help='length of this run; the learning rate falls over it'
    )
    parser.add_argument('--rate', type=float, default=2e-3, help='highest learning rate')
    parser.add_argument('--batch', type=int, default=16, help='scenes per step')
    parser.add_argument('--threads', type=int, default=1, help='threads of the network')
    parser.add_argument('--drawers', type=int, default=1, help='processes that draw scenes')
    parser.add_argument('--bfloat16', action='store_true', help='faster on processors that multiply bfloat16')
    parser.add_argument('--seed', type=int, default=1)
    train(parser.parse_args())


if __name__ == '__main__':
    main()
