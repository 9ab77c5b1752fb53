"""Trials of the same settings as one, by torch.func."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.func import functional_call, grad, stack_module_state, vmap

from experiments.config.trial import Trial
from experiments.training.networks import build_model
from experiments.training.torch_data import order_generators, stack_datasets
from experiments.training.torch_trials import (
    TorchTraining,
    our_parameters,
    torch_optimizer,
)
from minifw import DataLoader, to_torch


class VmappedTrials(TorchTraining):
    """Trials of the same settings as one: torch.func's grad of a functional call, vmapped over stacked modules.

    torch.optim updates the stacked parameters. Raises ValueError for dropout, whose draws vmap takes from one stream, so
    that a trial's would depend on those beside it.
    """

    def __init__(self, lanes: Sequence[Trial]) -> None:
        super().__init__(lanes)
        if any(self.config.dropout):
            raise ValueError("vmapped trials would share one stream of dropout draws")
        self.data = stack_datasets(lanes, self.device)
        self.loader = DataLoader(self.data["train"], self.config.batch_size, self.config.shuffle, order_generators(lanes))
        modules = [to_torch(build_model(lane.config, lane.seed)).to(self.device) for lane in lanes]
        self.model = modules[0]
        stacked, _ = stack_module_state(modules)
        self.stacked = {name: value.detach() for name, value in stacked.items()}
        self.optimizer = torch_optimizer(self.config, list(self.stacked.values()))
        self.call = vmap(self._call_one)
        self.gradients = vmap(grad(self._loss_of_one, has_aux=True))

    def _call_one(self, parameters: dict[str, Tensor], x: Tensor) -> Tensor:
        return functional_call(self.model, parameters, (x,))

    def _loss_of_one(self, parameters: dict[str, Tensor], x: Tensor, labels: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        outputs = self._call_one(parameters, x)
        return self.loss(outputs, labels, y), outputs

    def step(self, x: Tensor, labels: Tensor, y: Tensor) -> Tensor:
        with torch.no_grad():
            gradients, outputs = self.gradients(self.stacked, x, labels, y)
            for name, value in self.stacked.items():
                value.grad = gradients[name]
            self.optimizer.step()
        return outputs

    def outputs(self, x: Tensor) -> Tensor:
        return self.call(self.stacked, x)

    def parameters(self) -> dict[str, Tensor]:
        return our_parameters(self.model, self.stacked)
