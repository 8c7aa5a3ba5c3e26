"""What convention makes a family, and how groups of files are judged by it."""

from __future__ import annotations

from pattern_ci.mining.backtest.families import by_role, conventions, families, score

NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "theta", "iota"]


def kinds(paths: list[str]) -> dict[str, list[str]]:
    """Names of the families with what is in each."""
    found: dict[str, list[str]] = {}
    for path, name in sorted(conventions(paths).items()):
        found.setdefault(name, []).append(path)
    return found


def test_one_name_in_sibling_folders() -> None:
    """Eight make a family, seven do not; another name beside it is no part of it."""
    eight = [f"providers/{name}/__init__.py" for name in NAMES]

    assert kinds([*eight, "providers/alpha/words.py"]) == {"providers/*/__init__.py": sorted(eight)}
    assert kinds(eight[:7]) == {}


def test_one_path_below_sibling_folders() -> None:
    """Whatever the files beside it are called next door; what is of a kind already stays."""
    charts = [f"charts/{name}/templates/service.yaml" for name in NAMES]
    words = [f"words/{name}/{code}/list.txt" for name in NAMES for code in NAMES]

    assert kinds([*charts, "charts/alpha/templates/odd.yaml"]) == {
        "charts/*/templates/service.yaml": sorted(charts)
    }
    assert set(kinds(words)) == {f"words/{name}/*/list.txt" for name in NAMES}
    assert kinds(charts[:7]) == {}


def test_files_with_a_counterpart_elsewhere() -> None:
    """A helper without one is no member; a word before or behind the name is allowed."""
    plugins = [f"plugins/{name}.py" for name in NAMES]
    tests = [f"tests/test_{name}.py" for name in NAMES]

    assert kinds([*plugins, *tests, "plugins/helper.py"]) == {
        "plugins/*.py": sorted(plugins),
        "tests/*.py": sorted(tests),
    }


def test_counterparts_have_to_be_at_one_place() -> None:
    """Half of them here and half of them there is no convention."""
    plugins = [f"plugins/{name}.py" for name in NAMES]
    spread = [f"docs{number % 2}/{name}.md" for number, name in enumerate(NAMES)]

    assert kinds([*plugins, *spread]) == {}


def test_too_many_helpers_make_no_family() -> None:
    """Three quarters have to have a counterpart."""
    plugins = [f"plugins/{name}.py" for name in NAMES]
    docs = [f"docs/{name}.md" for name in NAMES]
    helpers = [f"plugins/helper{number}.py" for number in range(4)]

    assert "plugins/*.py" in kinds([*plugins, *docs, *helpers[:2]])
    assert "plugins/*.py" not in kinds([*plugins, *docs, *helpers])


def test_pairs_are_right_or_wrong() -> None:
    """A pair with a file of no kind is wrong; two such files say nothing."""
    truth = {"a": "one", "b": "one", "c": "one", "d": "two", "e": "two"}
    found = score(truth, [["a", "b", "x"], ["d", "e"], ["x", "y"]])

    assert (found.right, found.joined, found.truth) == (2, 4, 4)
    assert (found.precision, found.recall) == (0.5, 0.5)
    assert score(truth, [["a", "b", "c"], ["d", "e"]]).rand == 1.0
    assert score(truth, [["a", "d"], ["b", "e"]]).rand < 0
    assert score(truth, []).precision == 0.0


def test_a_file_belongs_to_its_largest_role() -> None:
    """Its folder has four such files, its name is in eight: these are its family."""
    live = {f"parts/{name}/info.md": "0" * 40 for name in NAMES}
    live |= {f"parts/alpha/{name}.md": "0" * 40 for name in ["one", "two", "three"]}

    groups = by_role(live, min_members=4)

    assert sorted(f"parts/{name}/info.md" for name in NAMES) in [sorted(one) for one in groups]
    found = families(live, min_members=4)
    assert (found.files, found.kinds, found.members) == (11, 1, 8)
    assert (found.roles.precision, found.roles.recall) == (1.0, 1.0)
    assert found.folders.recall == 0.0
