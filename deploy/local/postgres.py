"""The records: a cluster of our own, one database and two roles per service.

The owner migrates; the application reads and writes rows, and row-level security binds it (trust §3).
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.local.layout import REPOSITORY, Layout
from deploy.local.secret_store import SecretStore
from deploy.tools.find import tool_path

ADMIN = "ep_admin"
PORT = 5432  # where a server listens that is not of a local stack
SERVICES = ("gateway", "directory", "intake", "attachment", "case", "notification")
UNPRIVILEGED = "postgres"
_SETTINGS = REPOSITORY / "deploy" / "postgres" / "postgresql.conf"
_STATEMENT_TIMEOUT = "30s"
_IDLE_IN_TRANSACTION_TIMEOUT = "60s"


def run_as() -> str | None:
    """PostgreSQL refuses root: the user to run it as when we are, else None."""
    return UNPRIVILEGED if os.geteuid() == 0 else None


def data_dir(layout: Layout) -> Path:
    """The cluster's folder."""
    return layout.daemons / "postgres"


def command(layout: Layout) -> list[str]:
    """How the server is started."""
    return [str(tool_path("postgresql")), "-D", str(data_dir(layout))]


def prepare(layout: Layout, secrets: SecretStore) -> None:
    """Make the cluster if there is none, and write its settings anew."""
    data, sockets = data_dir(layout), layout.daemon_run / "postgres"
    for folder in (data, sockets):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _give_away(folder)
    if not (data / "PG_VERSION").exists():
        _initdb(data, secrets.password("postgres_admin"))
    settings = (
        f"{_SETTINGS.read_text(encoding='utf-8')}\n"
        f"port = {layout.port('postgres')}\nunix_socket_directories = '{sockets}'\nunix_socket_permissions = 0700\n"
    )
    target = data / "postgresql.conf"
    target.write_text(settings, encoding="utf-8")
    _give_away(target)


def url(layout: Layout, role: str, password: str, database: str) -> str:
    """The address of a database for one role, as SQLAlchemy reads it."""
    return f"postgresql+psycopg://{role}:{password}@127.0.0.1:{layout.port('postgres')}/{database}"


def admin_connection(layout: Layout, secrets: SecretStore, database: str = "postgres") -> psycopg.Connection:
    """A connection of the cluster's administrator, for setting up only."""
    return connect_admin("127.0.0.1", layout.port("postgres"), secrets.password("postgres_admin"), database)


def connect_admin(host: str, port: int, password: str, database: str) -> psycopg.Connection:
    """The same on any server: of this stack, of the containers, of a cluster."""
    return psycopg.connect(host=host, port=port, user=ADMIN, password=password, dbname=database, autocommit=True, connect_timeout=5)


def apply_roles(connect: Callable[[str], psycopg.Connection], password: Callable[[str], str]) -> None:
    """A database, its owner and its application role for every service. Running it again changes nothing.

    `connect`: the administrator's connection to a database; `password`: of a role.
    """
    with connect("postgres") as connection:
        for service in SERVICES:
            for role in (f"{service}_owner", service):
                keep_role(connection, role, password(role))
            keep_database(connection, service, owner=f"{service}_owner")
            _let_in(connection, service)
    for service in SERVICES:
        with connect(service) as connection:
            _grant_rows(connection, service)


def keep_role(connection: psycopg.Connection, role: str, password: str) -> None:
    """A role that may sign in and nothing else."""
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER ROLE" if known else "CREATE ROLE")
    rights = sql.SQL("LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD")
    connection.execute(sql.SQL("{} {} {} {}").format(verb, sql.Identifier(role), rights, sql.Literal(password)))


def _initdb(data: Path, password: str) -> None:
    initdb = tool_path("postgresql").with_name("initdb")
    password_file = data.parent / f".{data.name}-password"
    password_file.write_text(password, encoding="utf-8")
    password_file.chmod(0o600)
    _give_away(password_file)
    shutil.rmtree(data)
    data.mkdir(mode=0o700)
    _give_away(data)
    options = ["--data-checksums", "--auth=scram-sha-256", f"--username={ADMIN}", f"--pwfile={password_file}"]
    locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
    try:
        subprocess.run([initdb, "-D", data, *options, *locale], user=run_as(), cwd="/", check=True, capture_output=True, text=True)
    finally:
        password_file.unlink()


def _give_away(path: Path) -> None:
    user = run_as()
    if user:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)


def keep_database(connection: psycopg.Connection, name: str, *, owner: str) -> None:
    """A database that only its owner enters, until somebody is let in."""
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))


def _let_in(connection: psycopg.Connection, service: str) -> None:
    database = sql.Identifier(service)
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(service)))
    for name, value in (
        ("statement_timeout", _STATEMENT_TIMEOUT),
        ("idle_in_transaction_session_timeout", _IDLE_IN_TRANSACTION_TIMEOUT),
    ):
        statement = sql.SQL("ALTER ROLE {} IN DATABASE {} SET {} = {}")
        connection.execute(statement.format(sql.Identifier(service), database, sql.Identifier(name), sql.Literal(value)))


def _grant_rows(connection: psycopg.Connection, service: str) -> None:
    names = {"owner": sql.Identifier(f"{service}_owner"), "app": sql.Identifier(service)}
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE ON SEQUENCES TO {app}",
    ):
        connection.execute(sql.SQL(statement).format(**names))
