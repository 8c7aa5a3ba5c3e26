"""What each rule of validation holds to, in one sentence, for tools that show rules."""

from __future__ import annotations

from typing import Final

RULES: Final = {
    "readable": "A file is UTF-8 of at most 1 MiB and valid YAML or JSON, without tags or links.",
    "spec-shape": "A spec has the keys and values of its published schema.",
    "spec-name": "Name, document id and file name of a spec agree.",
    "spec-status": "A spec lies in the folder of its status.",
    "spec-kind": "The operation kind of a spec is registered.",
    "spec-confidence": "The total of a confidence is the weighted sum of its parts.",
    "spec-role": "The roles of a spec parse.",
    "spec-path": "The paths of a spec are relative and stay inside.",
    "spec-file": "The files that a spec names are there.",
    "spec-slot": "Ids and roles of slots are unique.",
    "spec-anchor": "A slot that edits says where, in a way that can be found.",
    "spec-truth": "The checks of a spec are known and can be asked.",
    "spec-variable": "What a path is made from is declared and required.",
    "spec-history": "The history of a spec lists its version.",
    "spec-page": "A pattern has a docs page.",
    "schema-shape": "A schema of variables is a closed JSON Schema 2020-12 for an object.",
    "schema-unused": "Every declared variable is used.",
    "template-language": "Templates use the whitelist of the template language only.",
    "template-variable": "Templates use declared variables only.",
    "template-newline": "Lines of a template end alike.",
    "example-accepted": "A positive example fits its schema.",
    "example-edit": "An entry goes between the lines that a positive example recorded.",
    "example-missing": "There are positive and negative examples.",
    "example-output": "A positive example renders to its recorded paths and digests.",
    "example-pattern": "An example belongs to its pattern.",
    "example-refused": "A negative example is refused.",
    "example-shape": "An example has the shape of its published schema.",
    "registry-cycle": "Patterns do not need each other in a circle.",
    "registry-duplicate": "Ids, names and identities are unique.",
    "registry-file": "Files that the registry names are there.",
    "registry-reference": "Patterns that the registry names are there.",
    "registry-route": "Routes lead to patterns.",
    "registry-shape": "A registry file has the shape of its published schema.",
    "registry-stale": "Derived registry files agree with the specs.",
    "registry-stray": "Every file belongs to a spec.",
    "instance-pattern": "An instance names a pattern that can be used.",
    "instance-shape": "An instance has the shape of its published schema.",
    "instance-variable": "The values of an instance fit their pattern.",
    "config-syntax": "The configuration is valid YAML.",
    "config-type": "Options have values of their type.",
    "config-unknown-key": "Options of the configuration are known.",
    "config-value": "Options have values within their limits.",
    "config-version": "The configuration has a version that this program knows.",
    "guard/version-not-raised": "A pattern that does something else has a higher version.",
    "guard/version-lowered": "Versions only rise.",
    "guard/history-entry": "The history of a spec lists a new version.",
    "guard/id-reused": "An id keeps its identity.",
    "guard/identity-reused": "An identity keeps its id.",
    "guard/still-routed": "A pattern that is gone is not routed.",
    "guard/two-routes": "One active pattern answers for an operation kind and role.",
    "guard/replay-differs": "A changed pattern renders what was committed, byte for byte.",
    "guard/not-replayed": "Every example is compared with the commit that it names.",
    "guard/not-compared": "A changed spec is compared with what it was.",
    "guard/ground-truth": "Checks of the ground truth hold for positive examples.",
    "guard/ground-truth-command": "Commands of the ground truth are well formed.",
}


def describe(rule: str) -> str:
    """The sentence; a rule that is not listed stands for itself."""
    return RULES.get(rule, rule)
