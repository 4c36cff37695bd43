"""Random processes of whole blocks: sequences, choices, splits, loops, sub-processes, instances, boundary events."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

from tests.bpmn import models

#: Conditions over what the answers write.
CONDITIONS = ("k = 0", "k > 1", "k < 3", "again")

#: Where a block begins and ends, for the flows around it.
Ends = tuple[str, str]


class Drawing:
    """A container while it is drawn: its elements and flows, and the numbers for names."""

    def __init__(self, chance: random.Random, names: list[int] | None = None) -> None:
        self.chance, self.elements, self.flows = chance, list[str](), list[str]()
        self._names = names if names is not None else [0]

    def inside(self) -> Drawing:
        """A container inside this one."""
        return Drawing(self.chance, self._names)

    def name(self, letter: str) -> str:
        self._names[0] += 1
        return f"{letter}{self._names[0]}"

    def add(self, element: str) -> None:
        self.elements.append(element)

    def connect(self, source: str, target: str, condition: str = "") -> None:
        self.flows.append(f"{source} > {target}" + (f" [{condition}]" if condition else ""))

    def joined(self) -> str:
        return "; ".join(self.flows)


def process(seed: int, depth: int = 3) -> bytes:
    """A process; the same *seed* gives the same one."""
    drawing = Drawing(random.Random(seed))
    _whole(drawing, depth)
    return models.process(*drawing.elements, flows=drawing.joined())


def _whole(drawing: Drawing, depth: int) -> None:
    """A start, a block and an end."""
    start, end = drawing.name("start"), drawing.name("end")
    drawing.add(models.start(start))
    first, last = _sequence(drawing, depth)
    drawing.add(models.end(end))
    drawing.connect(start, first)
    drawing.connect(last, end)


def _block(drawing: Drawing, depth: int) -> Ends:
    if depth <= 0 or drawing.chance.random() < 0.3:
        return _leaf(drawing)
    return drawing.chance.choice(BLOCKS)(drawing, depth - 1)


def _leaf(drawing: Drawing) -> Ends:
    name = drawing.name("a")
    makes: tuple[Callable[[], str], ...] = (
        lambda: models.user(name), lambda: models.user(name), lambda: models.service(name),
        lambda: models.call(name, extra=models.gives(**{f"r{name}": "=result.k"})),
        lambda: models.script(name, "k + 1", f"v{name}"), lambda: models.element("task", name),
        lambda: models.timer(name, duration="PT1H"),
        lambda: models.user(name, extra=models.takes(x="=k") + models.gives(**{f"o{name}": "=x + 1", "k": "=k"})),
    )  # fmt: skip
    drawing.add(drawing.chance.choice(makes)())
    return name, name


def _sequence(drawing: Drawing, depth: int) -> Ends:
    blocks = [_block(drawing, depth) for _ in range(drawing.chance.randint(1, 3))]
    for one, other in itertools.pairwise(blocks):
        drawing.connect(one[1], other[0])
    return blocks[0][0], blocks[-1][1]


def _choice(drawing: Drawing, depth: int) -> Ends:
    split, merge = drawing.name("x"), drawing.name("m")
    ways = [_block(drawing, depth) for _ in range(drawing.chance.randint(2, 3))]
    drawing.add(models.exclusive(split, default=f"{split}_{ways[0][0]}"))
    drawing.add(models.exclusive(merge))
    for number, (first, last) in enumerate(ways):
        drawing.connect(split, first, drawing.chance.choice(CONDITIONS) if number else "")
        drawing.connect(last, merge)
    return split, merge


def _together(drawing: Drawing, depth: int) -> Ends:
    split, join = drawing.name("f"), drawing.name("j")
    drawing.add(models.parallel(split))
    drawing.add(models.parallel(join))
    for _ in range(drawing.chance.randint(2, 3)):
        first, last = _block(drawing, depth)
        drawing.connect(split, first)
        drawing.connect(last, join)
    return split, join


def _some(drawing: Drawing, depth: int) -> Ends:
    split, join = drawing.name("i"), drawing.name("o")
    ways = [_block(drawing, depth) for _ in range(drawing.chance.randint(2, 3))]
    drawing.add(models.inclusive(split, default=f"{split}_{ways[0][0]}"))
    drawing.add(models.inclusive(join))
    for number, (first, last) in enumerate(ways):
        drawing.connect(split, first, drawing.chance.choice(CONDITIONS) if number else "")
        drawing.connect(last, join)
    return split, join


def _loop(drawing: Drawing, depth: int) -> Ends:
    back, choice, wait = drawing.name("m"), drawing.name("x"), drawing.name("u")
    first, last = _block(drawing, depth)
    drawing.add(models.exclusive(back))
    drawing.add(models.user(wait))
    out = drawing.name("t")
    drawing.add(models.element("task", out))
    drawing.add(models.exclusive(choice, default=f"{choice}_{out}"))
    drawing.connect(back, first)
    drawing.connect(last, wait)
    drawing.connect(wait, choice)
    drawing.connect(choice, back, "again")
    drawing.connect(choice, out)
    return back, out


def _inside(drawing: Drawing, depth: int, *inner: str, ending: str = "") -> str:
    """Draws a sub-process; *ending* is another end event, taken by a condition."""
    name, inside = drawing.name("s"), drawing.inside()
    if ending:
        start, end, split, wait = (inside.name(letter) for letter in ("start", "end", "x", "u"))
        first, last = _block(inside, depth)
        other = inside.name("e")
        inside.add(models.start(start))
        inside.add(models.user(wait))
        inside.add(models.exclusive(split, default=f"{split}_{end}"))
        inside.add(models.end(end))
        inside.add(models.error_end(other) if ending == "error" else models.terminate(other))
        beside, after = inside.name("b"), inside.name("end")
        inside.add(models.user(beside))
        inside.add(models.end(after))
        for one, two, condition in (
            (start, first, ""), (last, wait, ""), (wait, split, ""), (split, end, ""), (split, other, "k > 1"),
            (start, beside, ""), (beside, after, ""),
        ):  # fmt: skip
            inside.connect(one, two, condition)
    else:
        _whole(inside, depth)
    drawing.add(models.sub(name, *inner, *inside.elements, flows=inside.joined()))
    return name


def _subprocess(drawing: Drawing, depth: int) -> Ends:
    name = _inside(drawing, depth, ending=drawing.chance.choice(("", "", "terminate")))
    return name, name


def _instances(drawing: Drawing, depth: int) -> Ends:
    chance = drawing.chance
    loop = models.each(
        chance.choice(("=[1, 2, 3]", "=[null, 2]", "=[]")), output=f"out{drawing.name('g')}", gathers="=loopCounter",
        until=chance.choice(("", "", "nrOfCompletedInstances >= 2")), in_turn=chance.random() < 0.5,
    )  # fmt: skip
    kind = chance.randrange(4)
    if kind == 0:
        name = _inside(drawing, depth, loop)
        return name, name
    name = drawing.name("w")
    drawing.add((models.user, models.service, models.call)[kind - 1](name, loop))
    return name, name


def _bounded(drawing: Drawing, depth: int) -> Ends:
    """An activity with a boundary event whose way comes back, or ends."""
    chance = drawing.chance
    kind = chance.choice(("error", "timer", "beside"))
    if kind == "error":
        host = _inside(drawing, depth, ending="error")
    elif chance.random() < 0.5:
        host = _inside(drawing, depth)
    else:
        host = drawing.name("u")
        drawing.add(models.user(host))
    event, (first, last) = drawing.name("b"), _block(drawing, depth)
    if kind == "error":
        drawing.add(models.on_error(event, host, chance.choice(("E1", None))))
    else:
        drawing.add(models.on_timer(event, host, duration="PT1H", interrupting=kind == "timer"))
    drawing.connect(event, first)
    if kind == "beside" or chance.random() < 0.3:
        end = drawing.name("end")
        drawing.add(models.end(end))
        drawing.connect(last, end)
        return host, host
    merge = drawing.name("m")
    drawing.add(models.exclusive(merge))
    drawing.connect(host, merge)
    drawing.connect(last, merge)
    return host, merge


BLOCKS: tuple[Callable[[Drawing, int], Ends], ...] = (
    _sequence, _choice, _together, _together, _some, _loop, _subprocess, _instances, _bounded,
)  # fmt: skip
