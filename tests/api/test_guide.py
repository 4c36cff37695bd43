"""What the guides for programs show runs as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.driver import City

ROOT = Path(__file__).parents[2]


#: What differs between the languages.
WORDS = {
    "roster sync": "值班表同步", "roster-2026-11": "zhiban-2026-11", "On duty": "值班", "All is well.": "一切正常。",
    "Changed by a program.": "由程序修改。", "from the repository": "来自代码库",
    ' -H "Accept-Language: en"': "",
}  # fmt: skip

GUIDES = ROOT / "docs" / "guide"


def blocks(guide: str) -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", (GUIDES / guide).read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="There is no curl here, with which the guides ask.")
def test_the_examples_of_the_guide_run(city: City, served: str, tmp_path: Path) -> None:
    environment = {
        **os.environ, "ADDRESS": served, "BIHUAN_DATA": str(city.engine.settings.data), "TMPDIR": str(tmp_path),
        "DATABASE_URL": city.engine.settings.database_url,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    script = "".join(blocks("programs.zh-CN.md"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True,
        timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"state":"ended"' in done.stdout
    assert '"sound":true' in done.stdout
    assert done.stdout.endswith('{"definition":"example","number":2,"state":"in-force"}')


def test_both_guides_show_the_same_commands() -> None:
    chinese, english = (re.sub("#.*", "", "".join(blocks(one))) for one in ("programs.zh-CN.md", "programs.md"))
    for word, translated in WORDS.items():
        assert word in english
        english = english.replace(word, translated)
    assert english == chinese
