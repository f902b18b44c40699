"""Checks of data sources: that what is said of fields can be true, and where it is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from compiler.content.model import Source
from compiler.diagnostics import Severity, Span
from compiler.lint.index import Index, fields_of, near
from compiler.lint.registry import Finding, Subject, check

_ELASTIC = (
    "boolean byte constant_keyword date date_nanos double flattened float half_float integer ip keyword long"
    " match_only_text nested object scaled_float short text unsigned_long version wildcard"
)
TYPES: Mapping[str, frozenset[str]] = {
    "splunk": frozenset({"string", "number"}),
    "elastic": frozenset(_ELASTIC.split()),
}
"""Types that a field may have at a SIEM. Splunk has none of its own, so two words tell how a value compares; Elastic's
are the field data types of the Elasticsearch reference."""
_COMMIT = re.compile(r"@[0-9a-f]{40}\b")
_REPOSITORY = re.compile(r"\b[\w.-]+/[\w.-]+\s+\S+/\S+\.\w+")


def _place(source: Source, *keys: str | int) -> Span:
    return source.document.span(*keys) if source.document else source.span


@check("SRC010", Severity.ERROR, Subject.SOURCE)
def source_is_named_by_its_file(source: Source, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The name of the source is not that of its file.

    Scenarios and packages name a source by it.

    Bad:
        name: isi  # <--
    Good:
        name: iis
    """
    stem = PurePosixPath(source.span.path).stem
    if source.name != stem:
        yield Finding(source.span, f"the name is {source.name}, the file's {stem}")


@check("SRC011", Severity.ERROR, Subject.SOURCE)
def logsources_stand_once(source: Source, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A log source stands twice in a source, or ``select`` speaks of a category that the source does not have.

    Bad:
        select:
            process_creation: {EventID: 1}  # <--
    Good:
        select: {}
    """
    for number, logsource in enumerate(source.logsources):
        if logsource in source.logsources[:number]:
            yield Finding(_place(source, "logsources", number), f"{logsource} stands twice")
    categories = {logsource.category for logsource in source.logsources}
    for category in source.select:
        if category not in categories:
            yield Finding(_place(source, "select", category), f"{source.name} has no category {category!r}")


@check("SRC012", Severity.ERROR, Subject.SOURCE)
def types_are_known(source: Source, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A field has a type that its SIEM does not have.

    Conversion decides by the type how a value can be asked for.

    Bad:
        arrives:
            - target: splunk
              shape: ms-iis
              where: {macro: tocsin_iis, default: 'sourcetype=iis'}
              citation: 'Splunk Add-on for Microsoft IIS, Source types'
              fields:
                  c-ip: {name: c_ip, type: keyword}  # <--
    Good:
        arrives:
            - target: splunk
              shape: ms-iis
              where: {macro: tocsin_iis, default: 'sourcetype=iis'}
              citation: 'Splunk Add-on for Microsoft IIS, Source types'
              fields:
                  c-ip: {name: c_ip, type: string}
    """
    for number, arrival in enumerate(source.arrives):
        known = TYPES.get(arrival.target)
        fields = [(("fields", name), field) for name, field in arrival.fields.items()]
        for category, changed in arrival.overrides.items():
            fields += [(("overrides", category, name), field) for name, field in changed.items() if field]  # type: ignore[misc]
        for keys, field in fields:
            if known and field.type not in known:
                place = _place(source, "arrives", number, *keys)
                yield Finding(place, f"{arrival.target} has no type {field.type!r}", near(field.type, known))


@check("SRC013", Severity.ERROR, Subject.SOURCE)
def fields_are_mapped_or_not(source: Source, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A field is both mapped and unmapped, or an arrival stands twice.

    Bad:
        arrives:
            - target: splunk
              shape: ms-iis
              where: {macro: tocsin_iis, default: 'sourcetype=iis'}
              citation: 'Splunk Add-on for Microsoft IIS, Source types'
              fields:
                  c-ip: {name: c_ip, type: string}
              unmapped:
                  c-ip: the add-on leaves it out  # <--
    Good:
        arrives:
            - target: splunk
              shape: ms-iis
              where: {macro: tocsin_iis, default: 'sourcetype=iis'}
              citation: 'Splunk Add-on for Microsoft IIS, Source types'
              fields:
                  c-ip: {name: c_ip, type: string}
              unmapped:
                  cs-uri: the log has it in two fields
    """
    for number, arrival in enumerate(source.arrives):
        for name in sorted(set(arrival.fields) & set(arrival.unmapped)):
            yield Finding(_place(source, "arrives", number, "unmapped", name), f"{name} is mapped as well")
        if any((arrival.target, arrival.shape) == (other.target, other.shape) for other in source.arrives[:number]):
            yield Finding(arrival.span, f"the shape {arrival.shape} of {arrival.target} stands twice")


@check("SRC014", Severity.WARNING, Subject.SOURCE)
def citations_stay(source: Source, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A citation of a file in a repository names no commit.

    What it cites is another text tomorrow. Write ``owner/repository path@commit`` with the whole hash.

    Bad:
        arrives:
            - target: elastic  # <--
              shape: iis-access
              where: {index: ['logs-iis.access-*']}
              citation: 'elastic/integrations packages/iis/manifest.yml'
              fields:
                  c-ip: {name: source.ip, type: ip}
    Good:
        arrives:
            - target: elastic
              shape: iis-access
              where: {index: ['logs-iis.access-*']}
              citation: 'elastic/integrations packages/iis/manifest.yml@58f57868e740e2c296e5d95e4ca0d1dc31b430de'
              fields:
                  c-ip: {name: source.ip, type: ip}
    """
    for arrival in source.arrives:
        changed = [field for fields in arrival.overrides.values() for field in fields.values() if field]
        cited = [arrival.citation, *(field.citation for field in (*arrival.fields.values(), *changed))]
        for citation in dict.fromkeys(cited):
            if _REPOSITORY.search(citation[:500]) and not _COMMIT.search(citation):
                yield Finding(arrival.span, f"no commit is named: {citation}", "`owner/repository path@commit`")


@check("SRC015", Severity.ERROR, Subject.SOURCE)
def documented_is_mapped(source: Source, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """The documented event has a field to which nothing is mapped.

    It is compared with the raw event field by field, so it holds only what is mapped.

    Bad:
        arrives:
            - target: splunk
              shape: ms-iis
              where: {macro: tocsin_iis, default: 'sourcetype=iis'}
              citation: 'Splunk Add-on for Microsoft IIS, Source types'
              fields:
                  c-ip: {name: c_ip, type: string}
              documented:
                  c_ipp: 192.0.2.1  # <--
    Good:
        arrives:
            - target: splunk
              shape: ms-iis
              where: {macro: tocsin_iis, default: 'sourcetype=iis'}
              citation: 'Splunk Add-on for Microsoft IIS, Source types'
              fields:
                  c-ip: {name: c_ip, type: string}
              documented:
                  c_ip: 192.0.2.1
    """
    for number, arrival in enumerate(source.arrives):
        changed = [field for fields in arrival.overrides.values() for field in fields.values() if field]
        mapped = (*arrival.fields.values(), *changed)
        names = {field.name for field in mapped if not field.upto}
        names |= {f"{field.name}{count}" for field in mapped for count in range(1, field.upto + 1)}
        for name in arrival.documented:
            if name not in names:
                place = _place(source, "arrives", number, "documented", name)
                yield Finding(place, f"nothing is mapped to {name!r}", near(name, names))


@check("SRC016", Severity.WARNING, Subject.SOURCE)
def prerequisites_are_fields(source: Source, index: Index) -> Iterator[Finding]:  # noqa: ARG001
    """A prerequisite is said of a field that the source maps nowhere.

    Bad:
        prerequisites:
            cs-cokie: 'off by default'  # <--
    Good:
        prerequisites:
            c-ip: 'on by default'
    """
    known = {name for name in fields_of(source) if name not in source.prerequisites}
    known |= {name for arrival in source.arrives for name in (*arrival.fields, *arrival.unmapped)}
    for name in source.prerequisites:
        if name not in known:
            yield Finding(_place(source, "prerequisites", name), f"no arrival maps {name!r}", near(name, known))
