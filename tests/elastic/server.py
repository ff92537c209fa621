"""Fetches the server once and adds the test plugin to it.

The zip is Elastic's own test distribution on Maven Central (8.x, 9.0.0 to 9.2.4): the server, security and
the core queries. `home()` gives the unpacked folder, `missing()` says why there can be none here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

VERSION = os.environ.get("ES_VERSION", "9.2.4")
# A user who is not root must be able to read it: see cluster.py.
CACHE = Path(os.environ.get("ZHOUBAO_ES_CACHE", "/var/tmp/zhoubao-es"))

_PLUGIN = Path(__file__).with_name("plugin")
_COORDINATES = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_MAVEN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
_OLDEST, _NEWEST = (17, 24) if VERSION.startswith("8.") else (21, 99)


class Missing(Exception):
    """Something that the machine must have is not there."""


def missing() -> str | None:
    """Why no server can be started here; None when one can."""
    try:
        java_home()
    except Missing as error:
        return str(error)
    if not _home().exists() and shutil.which("mvn") is None:
        return "no mvn (Maven) to fetch Elasticsearch with"
    return None


def java_home() -> Path:
    """The oldest JDK installed that this version of the server runs on."""
    found: list[tuple[int, Path]] = []
    named = [os.environ[name] for name in ("ES_JAVA_HOME", "JAVA_HOME") if name in os.environ]
    for home in [*map(Path, named), *Path("/usr/lib/jvm").glob("*")]:
        release = home / "release"
        if (home / "bin/javac").exists() and release.exists():
            number = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
            if number and _OLDEST <= int(number[1]) <= _NEWEST:
                found.append((int(number[1]), home))
    if not found:
        raise Missing(f"no JDK of version {_OLDEST} or later for Elasticsearch {VERSION}: set ES_JAVA_HOME")
    return min(found)[1]


def home() -> Path:
    """Fetches, unpacks and compiles what is not there yet; one process at a time."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _home().exists():
            _fetch()
        _add_plugin()
    return _home()


def _home() -> Path:
    return CACHE / f"elasticsearch-{VERSION}"


def _fetch() -> None:
    archive = CACHE / f"elasticsearch-{VERSION}.zip"
    _run("mvn", "-B", "-q", f"{_MAVEN}:get", f"-Dartifact={_COORDINATES}", "-Dtransitive=false")
    _run("mvn", "-B", "-q", f"{_MAVEN}:copy", f"-Dartifact={_COORDINATES}", f"-DoutputDirectory={CACHE}")
    fresh = CACHE / f"fresh-{VERSION}"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.unpack_archive(archive, fresh)
    archive.unlink()
    unpacked = fresh / _home().name
    for program in (unpacked / "bin").iterdir():
        program.chmod(0o755)  # unpacking a zip loses the right to run
    unpacked.rename(_home())
    fresh.rmdir()


def _add_plugin() -> None:
    sources = sorted(_PLUGIN.glob("*.java"))
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    folder, stamp = _home() / "plugins/zhoubao-test", CACHE / f"plugin-{VERSION}"
    if folder.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    classes = CACHE / f"classes-{VERSION}"
    for old in (folder, classes):
        shutil.rmtree(old, ignore_errors=True)
        old.mkdir(parents=True)
    java = java_home() / "bin"
    _run(
        java / "javac",
        "--release",
        _OLDEST,
        "-nowarn",
        "-proc:none",
        "-cp",
        f"{_home()}/lib/*",
        "-d",
        classes,
        *sources,
    )
    _run(java / "jar", "cf", folder / "zhoubao-test.jar", "-C", classes, ".")
    (folder / "plugin-descriptor.properties").write_text(
        "name=zhoubao-test\nversion=1\ndescription=what clients need of a full server\n"
        f"classname=zhoubao.test.ClientBasicsPlugin\njava.version={_OLDEST}\nelasticsearch.version={VERSION}\n"
    )
    stamp.write_text(digest)


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise Missing(f"{command[0]} failed: {(done.stdout + done.stderr)[-2000:]}")
