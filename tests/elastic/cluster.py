"""Starts a throw-away cluster on loopback, with TLS and users, and ends exactly the processes it started."""

from __future__ import annotations

import base64
import ctypes
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import bcrypt
import trustme
from elasticsearch import Elasticsearch

from tests.elastic import server

USER, PASSWORD = "tester", "a-password-for-tests-only"
_NOBODY = 65534
_PR_SET_PDEATHSIG = 1


class Cluster:
    """`nodes` are n1, n2, …; `urls`, `ca`, `user` and `password` are what a client needs."""

    def __init__(self, nodes: int = 1, heap: str = "512m", wait: float = 240) -> None:
        self.user, self.password = USER, PASSWORD
        home = server.home()
        self.folder = Path(tempfile.mkdtemp(prefix="zhoubao-es-", dir="/var/tmp"))
        self.folder.chmod(0o755)
        self.ca = self.folder / "ca.pem"
        self.nodes = [f"n{number + 1}" for number in range(nodes)]
        http, transport = _free_ports(nodes), _free_ports(nodes)
        self.urls = [f"https://127.0.0.1:{port}" for port in http]
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca)
        certificate = authority.issue_cert("localhost", "127.0.0.1")
        peers = ", ".join(f'"127.0.0.1:{port}"' for port in transport)
        for number, name in enumerate(self.nodes):
            settings = {
                "node.name": name,
                "http.port": http[number],
                "transport.port": transport[number],
                "path.data": self.folder / name / "data",
                "path.logs": self.folder / name / "logs",
            }
            if nodes == 1:
                settings["discovery.type"] = "single-node"
            else:
                settings["discovery.seed_hosts"] = f"[{peers}]"
                settings["cluster.initial_master_nodes"] = f"[{', '.join(self.nodes)}]"
            _configure(home, self.folder / name, settings, certificate, self.ca)
        if os.getuid() == 0:  # Elasticsearch refuses to run as root
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, _NOBODY, _NOBODY)
        self._processes = {name: self._start(home, name, heap) for name in self.nodes}
        try:
            self._wait(wait)
        except BaseException:
            self.stop()
            raise

    def _start(self, home: Path, name: str, heap: str) -> subprocess.Popen[bytes]:
        folder = self.folder / name
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "ES_PATH_CONF": str(folder / "config"),
            "ES_TMPDIR": str(folder / "tmp"),
            "ES_JAVA_HOME": str(server.java_home()),
            "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
        }
        become: dict[str, object] = {}
        if os.getuid() == 0:
            become = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        with (folder / "console.log").open("wb") as console:
            return subprocess.Popen(
                [home / "bin/elasticsearch"],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                **become,
            )

    def _wait(self, seconds: float) -> None:
        url = f"{self.urls[0]}/_cluster/health?wait_for_nodes=>={len(self.nodes)}&wait_for_status=green&timeout=5s"
        ask = urllib.request.Request(url)
        ask.add_header("Authorization", "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
        trusted = ssl.create_default_context(cafile=self.ca)
        until, last = time.monotonic() + seconds, "no answer"
        while time.monotonic() < until:
            ended = [name for name, process in self._processes.items() if process.poll() is not None]
            if ended:
                last = f"{', '.join(ended)} ended"
                break
            try:
                with urllib.request.urlopen(ask, timeout=10, context=trusted):
                    return
            except OSError as error:
                last = str(error)
            time.sleep(0.3)  # a server that starts has nothing to wait on but its port
        consoles = "\n".join(self.console(name)[-1500:] for name in self.nodes)
        raise server.Missing(f"Elasticsearch {server.VERSION} did not start ({last}):\n{consoles}")

    def client(self, **more: Any) -> Elasticsearch:
        """As the superuser. The first key of a cluster makes the security index, which may take long."""
        login = {"basic_auth": (self.user, self.password), "request_timeout": 120} | more
        return Elasticsearch(self.urls, ca_certs=str(self.ca), **login)

    def console(self, name: str) -> str:
        return (self.folder / name / "console.log").read_text(errors="replace")

    def kill(self, name: str) -> None:
        """As a crash would: kill -9 of one node."""
        self._end(name, signal.SIGKILL)

    def stop(self) -> None:
        for name in list(self._processes):
            self._end(name, signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end(self, name: str, how: int) -> None:
        process = self._processes.pop(name)
        # The launcher and the server it started are one session of ours: nobody else is in that group.
        try:
            os.killpg(process.pid, how)
            process.wait(30)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _end_with_parent() -> None:
    """Linux: a test run that is killed takes its servers with it (the launcher ends its server on SIGTERM)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _configure(
    home: Path, folder: Path, settings: dict[str, object], certificate: trustme.LeafCert, ca: Path
) -> None:
    config = folder / "config"
    (config / "jvm.options.d").mkdir(parents=True)
    (folder / "tmp").mkdir()
    shutil.copy(home / "config/log4j2.properties", config)
    # Logs and dumps of the JVM would go where `nobody` may not write.
    options = (home / "config/jvm.options").read_text().splitlines()
    unwanted = ("-Xlog", "gc.log", "HeapDump", "ErrorFile")
    kept = [line for line in options if not any(word in line for word in unwanted)]
    (config / "jvm.options").write_text("\n".join(kept) + "\n")
    certificate.private_key_pem.write_to_path(config / "node.key")
    for number, pem in enumerate(certificate.cert_chain_pems):
        pem.write_to_path(config / "node.crt", append=number > 0)
    shutil.copy(ca, config / "ca.pem")
    secret = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(8, prefix=b"2a")).decode()
    (config / "users").write_text(f"{USER}:{secret}\n")
    (config / "users_roles").write_text(f"superuser:{USER}\n")
    lines: dict[str, object] = {
        "cluster.name": "zhoubao-test",
        "network.host": "127.0.0.1",
        "cluster.routing.allocation.disk.threshold_enabled": "false",  # a full disk of ours is not the test's
        "xpack.security.enabled": "true",
        "xpack.security.autoconfiguration.enabled": "false",
    }
    for layer in ("http", "transport"):
        ssl_of = f"xpack.security.{layer}.ssl"
        lines[f"{ssl_of}.enabled"] = "true"
        lines[f"{ssl_of}.key"] = "node.key"
        lines[f"{ssl_of}.certificate"] = "node.crt"
        lines[f"{ssl_of}.certificate_authorities"] = "ca.pem"
    text = "".join(f"{key}: {value}\n" for key, value in (lines | settings).items())
    (config / "elasticsearch.yml").write_text(text)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
