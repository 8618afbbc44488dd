"""The pinned tools: what the manifest says, where a binary is found, what is refused."""

import hashlib
import http.client
import io
import tarfile
import tomllib
from pathlib import Path
from unittest import mock
from urllib.error import URLError

import pytest

from deploy.tools import find, install, release
from deploy.tools.console import ToolError
from deploy.tools.find import bin_dir, find_binary, tool_path
from deploy.tools.java_test_server import MODULE, with_own_authority
from deploy.tools.manifest import HERE, Binary, load_manifest


def a_binary(**changes: str) -> Binary:
    values = {"name": "serveur", "version": "2.0.1", "accepts": r"v2\.0\.", "embeds": "", "release": "https://exemple.test/{arch}.tar.gz"}
    return Binary(
        **{**values, **changes},
        version_arguments=("--version",),
        build_takes="about 1 minute",
        sums="https://exemple.test/sums",
        arch={"x86_64": "amd64", "aarch64": "arm64"},
    )


def a_script(folder: Path, says: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "serveur"
    path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}:/usr/bin:/bin")


def test_a_binary_on_path_wins_over_the_cache_when_its_version_is_accepted(tmp_path: Path) -> None:
    on_path = a_script(tmp_path / "path", "serveur v2.0.3")
    a_script(bin_dir(), "serveur v2.0.1")

    assert find_binary(a_binary()) == on_path


def test_a_binary_of_another_version_is_passed_over(tmp_path: Path) -> None:
    a_script(tmp_path / "path", "serveur v1.9")
    cached = a_script(bin_dir(), "serveur v2.0.1")

    assert find_binary(a_binary()) == cached


def test_a_build_without_a_stamp_is_known_by_the_modules_it_embeds() -> None:
    cached = a_script(bin_dir(), "version: git # module exemple.test/serveur v2.0.1")

    assert find_binary(a_binary(accepts="version: v2", embeds="exemple.test/serveur v2.0.1")) == cached
    assert find_binary(a_binary(accepts="version: v2", embeds="exemple.test/serveur v2.0.2")) is None


def test_a_missing_tool_says_what_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "find_binary", lambda _binary: None)

    with pytest.raises(ToolError, match="ep tools install"):
        tool_path("nats-server")


def test_a_release_whose_sum_differs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = _archive("serveur", b"#!/bin/sh\n")
    answers = {"sums": b"0" * 64 + b"  amd64.tar.gz\n" + b"0" * 64 + b"  arm64.tar.gz\n"}
    monkeypatch.setattr(release, "_fetch", lambda url: answers.get(url.rsplit("/", 1)[1], archive))

    refusal = release.download_release(a_binary(), tmp_path / "serveur")

    assert refusal is not None
    assert "sum" in refusal
    assert not (tmp_path / "serveur").exists()


@pytest.mark.parametrize("cut", [http.client.IncompleteRead(b"debut", 1000), TimeoutError("timed out"), URLError("refused")])
def test_a_download_that_does_not_reach_its_end_is_the_next_source_s_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut: Exception
) -> None:
    def cut_short(_url: str) -> bytes:
        raise cut

    monkeypatch.setattr(release, "_fetch", cut_short)

    refusal = release.download_release(a_binary(), tmp_path / "serveur")

    assert refusal is not None
    assert "cannot be reached" in refusal
    assert not (tmp_path / "serveur").exists()


def test_a_body_shorter_than_announced_is_no_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What urllib really does with one: it raises neither OSError nor URLError."""
    wire = io.BytesIO(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort")
    answer = http.client.HTTPResponse(mock.Mock(makefile=lambda *_: wire))
    answer.begin()
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, **__: answer)

    refusal = release.download_release(a_binary(), tmp_path / "serveur")

    assert refusal is not None
    assert "IncompleteRead" in refusal


def test_a_release_with_its_sum_is_installed_executable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = _archive("serveur", b"#!/bin/sh\n")
    said = hashlib.sha256(archive).hexdigest().encode()
    sums = said + b"  amd64.tar.gz\n" + said + b"  arm64.tar.gz\n"
    monkeypatch.setattr(release, "_fetch", lambda url: sums if url.endswith("sums") else archive)

    assert release.download_release(a_binary(), tmp_path / "serveur") is None
    assert (tmp_path / "serveur").stat().st_mode & 0o111


def _archive(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        member = tarfile.TarInfo(f"folder/{name}")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_every_binary_can_be_built_from_committed_sums() -> None:
    for binary in load_manifest().binaries:
        module = (binary.module / "go.mod").read_text(encoding="utf-8")
        assert "tool " in module, binary.name
        assert f"v{binary.version}" in module, binary.name
        assert (binary.module / "go.sum").stat().st_size > 0


def test_the_jars_of_the_time_skipping_server_are_locked() -> None:
    lock = tomllib.loads((MODULE / "jgo.lock.toml").read_text(encoding="utf-8"))

    assert HERE in MODULE.parents
    assert all(len(entry["sha256"]) == 64 for entry in lock["dependencies"])


def test_the_download_of_the_jars_trusts_the_authority_that_the_machine_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    unnamed = with_own_authority()
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/autorite.pem")
    named = with_own_authority()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/autre.pem")
    chosen = with_own_authority()

    assert "REQUESTS_CA_BUNDLE" not in unnamed
    assert [named["REQUESTS_CA_BUNDLE"], chosen["REQUESTS_CA_BUNDLE"]] == ["/etc/autorite.pem", "/etc/autre.pem"]


def test_an_installation_tells_everything_that_is_missing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(word: str) -> None:
        raise ToolError(word)

    monkeypatch.setattr(install, "_install_binaries", lambda _manifest: refuse("serveur"))
    monkeypatch.setattr(install, "_install_packages", lambda _wanted: refuse("paquet"))

    with pytest.raises(ToolError, match=r"serveur\npaquet"):
        install.install_tools(tests=False, java=False)
