"""What is exported is what was trained."""
import unittest

import torch

from locator.network import Locator
from locator.train import start_from
from recogniser.network import CLASSES, STEPS, Recogniser, greedy_texts


class NetworksTest(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(1)

    def test_folding_the_input_scale_changes_no_answer(self):
        locator, pictures = Locator().eval(), torch.rand(1, 3, 64, 96) * 255
        with torch.no_grad():
            before = locator(pictures)
            locator.fold_input_scale()
            after = locator(pictures)
        for one, other in zip(before, after):
            torch.testing.assert_close(one, other, rtol=1e-3, atol=1e-3)

    def test_a_locator_starts_from_one_with_more_blocks(self):
        larger, smaller = Locator(depths=(1, 3, 3, 5)), Locator()
        start_from(smaller, larger.state_dict())
        own = smaller.state_dict()
        for name, value in larger.state_dict().items():
            if name in own:
                self.assertTrue(torch.equal(own[name], value))

    def test_the_recogniser_answers_at_every_step_and_repeats_count_once(self):
        strips = torch.zeros(2, 32, 176, 3, dtype=torch.uint8)
        with torch.no_grad():
            self.assertEqual(Recogniser().eval()(strips).shape, (2, STEPS, CLASSES))
        answers = torch.full((1, 6, CLASSES), -9.0)
        for step, index in enumerate((2, 2, 0, 2, 3, 3)):
            answers[0, step, index] = 0
        self.assertEqual(greedy_texts(answers), ['112'])


if __name__ == '__main__':
    unittest.main()
