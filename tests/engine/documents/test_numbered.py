"""The number of a letter is one number, however it is typed."""

from __future__ import annotations

import re

import pytest

from engine.documents import numbered

NAME = "滨党建提〔2026〕1号 关于惠民县2026年11月(总第3期)党的建设问题的提醒函.md"


@pytest.mark.parametrize(
    "typed",
    [
        "滨党建提〔2026〕1号", "滨党建提[2026]1号", "滨党建提［2026］1号", "滨党建提(2026)1号",
        "滨党建提（2026）1号", "滨党建提【2026】1号", "滨党建提〔2026〕1", "滨党建提 〔2026〕 1 号",
        "滨党建提　〔 2026 〕第1号", "〔2026〕1号", "滨党建提〔２０２６〕１号", "提[2026]",
        " 滨党建提[2026]1 ", "滨党建提[2026]1号关于惠民县", "滨党建提[2026]1 关于",
        NAME,
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_typed(typed: str) -> None:
    pattern = numbered.pattern(typed)
    assert pattern is not None
    assert re.search(pattern, NAME)


@pytest.mark.parametrize(
    "typed",
    ["提〔2026〕2号", "提〔2025〕1号", "党办〔2026〕1号", "提〔2026〕11号", "提[2026]1号 关于阳信县"],
)
def test_another_number_is_not_found(typed: str) -> None:
    pattern = numbered.pattern(typed)
    assert pattern is not None
    assert not re.search(pattern, NAME)


@pytest.mark.parametrize("name", ["提(２０２６) 1 扫描件.pdf", "提 [2026] １ 号.pdf", "提〔2026〕第1号.pdf"])
def test_a_file_that_a_person_named_otherwise_is_found_too(name: str) -> None:
    pattern = numbered.pattern("提〔2026〕1号")
    assert pattern is not None
    assert re.search(pattern, name)


@pytest.mark.parametrize("typed", ["滨党建提〔2026〕1", "滨党建提〔2026〕1号"])
def test_a_number_is_not_the_beginning_of_another(typed: str) -> None:
    pattern = numbered.pattern(typed)
    assert pattern is not None
    assert not re.search(pattern, "滨党建提〔2026〕12号 关于.md")


@pytest.mark.parametrize("typed", ["", "惠民县", "2026-11", "(第3期)", "会议 记录.pdf", "(["])
def test_what_is_no_number_is_left_as_it_is(typed: str) -> None:
    assert numbered.pattern(typed) is None
