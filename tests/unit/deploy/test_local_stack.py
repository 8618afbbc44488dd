"""The local composition: folders and ports, secrets, what supervisor is told, rights on the bus and in the store."""

import configparser
import json
import shlex
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local import clamd, object_store, postgres, programs, temporal
from deploy.local.environment import FRONTS, Environments
from deploy.local.layout import DEFAULT_BASE, PORTS, Layout
from deploy.local.mail_sink import Boite
from deploy.local.marks import Marks, digest
from deploy.local.nats import Rights, configuration, declaration, permissions, services
from deploy.local.object_store import ACTS, QUARANTINE, RIGHTS, policy
from deploy.local.secret_store import SecretStore
from deploy.local.supervision import Program, Supervisor, shell_command, write_configuration
from shared.contracts.evenements import COMPTE_FACTS, FACTS, event_subject


@pytest.fixture(autouse=True)
def _no_stack_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EP_STACK_DIR", "EP_PORT_BASE", *(f"EP_PORT_{port.upper()}" for port in PORTS)):
        monkeypatch.delenv(name, raising=False)


def test_ports_follow_the_base_and_each_can_be_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EP_PORT_CASE", "9999")
    layout = Layout(tmp_path, 8600)

    assert layout.port("gateway") == 8600
    assert layout.port("postgres") == 8617
    assert layout.port("case") == 9999


def test_a_stack_keeps_the_ports_it_was_made_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EP_STACK_DIR", str(tmp_path))
    monkeypatch.setenv("EP_PORT_BASE", "8720")
    monkeypatch.setenv("EP_PORT_CASE", "9999")
    Layout.from_environment().keep()
    monkeypatch.delenv("EP_PORT_BASE")
    monkeypatch.delenv("EP_PORT_CASE")

    found = Layout.from_environment()

    assert (found.port("gateway"), found.port("case")) == (8720, 9999)


def test_without_a_stack_the_ports_are_the_documented_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EP_STACK_DIR", str(tmp_path / "absent"))

    assert Layout.from_environment().base == DEFAULT_BASE


def test_sockets_stay_short_enough_for_the_kernel(tmp_path: Path) -> None:
    deep = tmp_path / ("dossier-" * 12)

    assert len(str(Layout(deep, 8400).run / "clamd" / "clamd.sock")) < 107


def test_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    first = SecretStore(folder).password("postgres_case")

    assert SecretStore(folder).password("postgres_case") == first
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secrets.json").stat().st_mode) == 0o600


def test_an_env_file_gives_a_shell_exactly_the_values(tmp_path: Path) -> None:
    values = {"A": '{"kid": "x", "d": "a b"}', "B": 'it\'s $HOME % \\ "q"', "C": "é"}
    path = SecretStore(tmp_path / "secrets").write_env("case", values)

    script = f'set -a; . {shlex.quote(str(path))}; printf "%s\\n" "$A" "$B" "$C"'
    seen = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout.splitlines()

    assert seen == list(values.values())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_secret_is_in_the_configuration_of_supervisor(tmp_path: Path) -> None:
    layout = Layout(tmp_path, 8400)
    env_file = SecretStore(tmp_path / "secrets").write_env("case", {"CASE_NATS_SEED": "SUATRESSECRET"})
    program = Program(name="case", group="services", command=["python", "-m", "a b", "50%"], env_file=env_file)
    path = tmp_path / "supervisord.conf"

    write_configuration(layout, path, tmp_path / "s.sock", [program])

    parsed = configparser.RawConfigParser()
    parsed.read(path)
    command = parsed["program:case"]["command"]
    assert "SUATRESSECRET" not in path.read_text(encoding="utf-8")
    assert parsed["program:case"]["autostart"] == "false"
    assert shlex.split(command.replace("%%", "%"))[-1].endswith("exec python -m 'a b' 50%")


def test_what_was_given_is_given_again_only_when_its_files_change(tmp_path: Path) -> None:
    folder, marks = tmp_path / "migrations", tmp_path / "given.json"
    folder.mkdir()
    (folder / "0001.py").write_text("premier")
    Marks(marks).keep({"case": digest([folder]), "intake": "autre"})

    unchanged = Marks(marks).holds("case", digest([folder]))
    (folder / "0002.py").write_text("second")
    changed = Marks(marks).holds("case", digest([folder]))

    assert (unchanged, changed) == (True, False)
    assert Marks(marks).holds("intake", "autre")
    assert not Marks(tmp_path / "absent.json").holds("case", digest([folder]))


def test_a_process_that_nobody_waits_for_gives_way() -> None:
    program = Program(name="notification", group="services", command=["python", "-m", "x"], background=True)

    assert shell_command(program) == "nice -n 10 python -m x"
    assert shell_command(replace(program, background=False)) == "python -m x"


def test_every_process_that_verifies_knows_both_fronts(tmp_path: Path) -> None:
    environments = Environments(Layout(tmp_path, 8400), SecretStore(tmp_path / "secrets"))

    for service in ("directory", "intake", "attachment", "case", "notification"):
        keys = json.loads(environments.of(service)[f"{service.upper()}_TOKEN_PUBLIC_KEYS"])["keys"]
        assert [key["kid"] for key in keys] == ["gateway", "case"]
        assert all("d" not in key for key in keys)


def test_only_migrations_are_given_the_owner(tmp_path: Path) -> None:
    environments = Environments(Layout(tmp_path, 8400), SecretStore(tmp_path / "secrets"))

    assert "CASE_OWNER_DATABASE_URL" in environments.migrations_of("case")
    assert not any("OWNER" in name for name in environments.of("case") | environments.activities())


def test_a_service_without_facts_may_publish_none() -> None:
    """An empty list of what is allowed would mean everything."""
    assert permissions("muet", Rights()) == {"publish": {"deny": [">"]}, "subscribe": {"allow": ["_INBOX_muet.>"]}}


def test_every_fact_has_exactly_one_service_that_says_it() -> None:
    """House §9.1."""
    for subject in FACTS:
        sayers = [name for name, rights in services().items() for pattern in rights.says if _covers(pattern, subject)]
        assert len(sayers) == 1, (subject, sayers)


def _covers(pattern: str, subject: str) -> bool:
    return len(pattern.split(".")) == len(subject.split(".")) and all(
        want in ("*", got) for want, got in zip(pattern.split("."), subject.split("."), strict=True)
    )


def test_durables_read_facts_that_exist_from_streams_that_hold_them() -> None:
    declared = declaration()

    for name, durable in declared.durables.items():
        assert len(name) < 32, name
        assert set(durable.subjects) <= set(FACTS), name
        prefix = declared.streams[durable.stream][0].removesuffix(">")
        assert all(subject.startswith(prefix) for subject in durable.subjects), name


def test_b3_both_fronts_are_told_every_fact_that_ends_sessions_and_keep_their_place_in_the_stream() -> None:
    durables = declaration().durables
    ending = {event_subject("compte", fait) for fait in COMPTE_FACTS if fait not in {"cree", "reactive"}}

    for front in FRONTS:
        durable = durables[f"{front}__end_sessions"]
        allowed = permissions(front, services()[front])
        assert (durable.stream, set(durable.subjects)) == ("EVT_COMPTE", ending)
        assert f"$JS.API.CONSUMER.MSG.NEXT.EVT_COMPTE.{front}__end_sessions" in json.dumps(allowed["publish"])
        assert "evt." not in json.dumps(allowed["subscribe"])


def test_the_bus_writes_to_disk_before_it_acknowledges() -> None:
    """Trust C2: without this, an acknowledged fact can be lost."""
    content = json.loads(configuration(listen="127.0.0.1:1", monitor="127.0.0.1:2", store="/s", nkey=lambda name: name))

    assert content["jetstream"]["sync_interval"] == "always"


def test_no_policy_gives_the_download_anything_on_quarantine() -> None:
    """Trust §2.6."""
    granted = json.dumps(policy(QUARANTINE, RIGHTS[QUARANTINE]))

    assert "serve" in ACTS
    assert "serve" not in granted


def test_a_mail_is_found_again_after_a_restart(tmp_path: Path) -> None:
    (tmp_path / "20260302T101500000000-0000.eml").write_bytes(
        b"X-Enveloppe-A: camille.fictif@exemple.fr\r\nFrom: ne-pas-repondre@exemple.fr\r\nSubject: =?utf-8?q?R=C3=A9ponse?=\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour\r\n"
    )

    courriel = Boite(tmp_path).newest_first()[0]

    assert (courriel.objet, courriel.a, courriel.texte.strip()) == ("Réponse", ["camille.fictif@exemple.fr"], "Bonjour")


def test_every_process_has_the_name_that_commands_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EP_CACHE_DIR", str(tmp_path / "cache"))
    for module in (programs, clamd, object_store, postgres, temporal):
        monkeypatch.setattr(module, "tool_path", lambda name: tmp_path / name, raising=False)

    layout = Layout(tmp_path, 8400)
    layout.conf.mkdir()
    object_store.prepare(layout)

    known = programs.parts(layout, SecretStore(tmp_path / "secrets"))

    assert tuple(part.program.name for part in known) == programs.PROCESSES


def test_a_signal_reaches_a_running_process_and_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a second after a start supervisor says STARTING: a caller that must be sure sees that nothing was sent."""
    sent: list[tuple[object, ...]] = []
    supervisor = Supervisor(Layout(tmp_path, 8400))
    state = {"group": "stores", "name": "clamd", "statename": "RUNNING", "pid": 41}
    monkeypatch.setattr(supervisor, "_ask", lambda *words: sent.append(words) if words[0] == "signalProcess" else [state])

    reached = supervisor.signal("clamd", "KILL")
    state["statename"] = "STARTING"
    missed = supervisor.signal("clamd", "KILL")

    assert (reached, missed) == (41, None)
    assert sent == [("signalProcess", "stores:clamd", "KILL")]
