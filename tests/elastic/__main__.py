"""`python -m tests.elastic run -- COMMAND…`: runs a command beside a real Elasticsearch, told by its environment."""

from __future__ import annotations

import os
import subprocess
import sys

from config import Settings
from search import elastic
from tests.elastic import server
from tests.elastic.cluster import Cluster


def environment(cluster: Cluster) -> dict[str, str]:
    """What zhoubao reads: addresses, authority, and an API key with the least that it needs."""
    with cluster.client() as client:
        role = elastic.role(Settings())
        role["indices"][0]["names"].append("zhoubao-*")  # each test is a desk of its own
        key = client.security.create_api_key(name="zhoubao", role_descriptors={"zhoubao": role})["encoded"]
    return {
        "ZHOUBAO_ES_URL": ",".join(cluster.urls),
        "ZHOUBAO_ES_CA": str(cluster.ca),
        "ZHOUBAO_ES_API_KEY": key,
    }


def main(arguments: list[str]) -> int:
    if arguments[:2] != ["run", "--"] or len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    if reason := server.missing():
        print(f"no Elasticsearch here: {reason}", file=sys.stderr)
        return 1
    try:
        cluster = Cluster()
    except server.Missing as error:
        print(f"no Elasticsearch here: {error}", file=sys.stderr)
        return 1
    try:
        return subprocess.run(arguments[2:], env=os.environ | environment(cluster)).returncode
    finally:
        cluster.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
