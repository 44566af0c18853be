"""The benchmark of the suggested category counts what it says it counts."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

from zhiban.queue.learned_words import questions_by_topic

BENCH = str(Path(__file__).parents[2] / "scripts" / "bench_categories.py")


def told(rows: list[tuple[str, str]], folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of the benchmark over rows of question and category."""
    file = folder / "rows.jsonl"
    lines = [json.dumps({"question": text, "category": name}) for text, name in rows]
    file.write_text("\n".join([*lines, '{"question": "没有类别的一行"}', ""]), "utf-8")
    monkeypatch.setattr(sys, "argv", [BENCH, str(file), "--confused"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(BENCH, run_name="__main__")
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_shares_and_a_line_for_every_class_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Of four rows with a category three are placed first: 0.75, with a standard error of
    # sqrt(0.75 * 0.25 / 4) = 0.217. Labour: both found and none besides. Family: one of two found.
    rows = [
        ("老板拖欠三个月工资，去哪里申请劳动仲裁", "劳动纠纷"),
        ("没签劳动合同，被公司辞退有没有补偿", "劳动纠纷"),
        ("离婚以后孩子的抚养费怎么算", "婚姻家庭"),
        ("商标被别人抢先注册了", "婚姻家庭"),
    ]
    code = told(rows, tmp_path, monkeypatch)
    out = capsys.readouterr().out
    assert code == 1  # top-3 of 0.75 misses the aim
    assert "4 rows, 2 classes; the standard error of top-1 is 0.217" in out
    assert "top-1 0.750" in out
    assert "top-3 0.750" in out
    assert "劳动纠纷\t   2 rows  precision 1.00  recall 1.00  F1 1.00" in out
    assert "婚姻家庭\t   2 rows  precision 1.00  recall 0.50  F1 0.67" in out


def test_categories_that_a_file_does_not_know_count_as_the_one_that_holds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = told([("父亲留下的遗嘱和遗产怎么继承", "婚姻家庭")], tmp_path, monkeypatch)
    assert code == 0
    assert "top-1 1.000" in capsys.readouterr().out


def test_every_manner_left_out_is_one_that_questions_are_written_in() -> None:
    manners = runpy.run_path(BENCH)["MANNERS"]
    categories = {
        one: {category for category, topic, _ in questions_by_topic() if topic == one}
        for one in manners
    }
    assert all(len(found) >= 20 for found in categories.values())
