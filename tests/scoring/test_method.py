"""The examples of docs/method.md are what the code says."""

import doctest
from pathlib import Path

METHOD = Path(__file__).parents[2] / "docs" / "method.md"


def test_every_example_of_the_method_comes_out() -> None:
    text = METHOD.read_text(encoding="utf-8").replace("```", "")
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    examples = parser.get_doctest(text, {}, "method.md", str(METHOD), 0)
    assert len(examples.examples) > 15
    failures: list[str] = []
    runner.run(examples, out=failures.append)
    assert "".join(failures) == ""
