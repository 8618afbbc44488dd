"""The object store: versitygw on a folder, two buckets, one credential per act (trust §2.6).

Rights are bucket policies: what is not allowed there is refused, and the download holds nothing on quarantine.
"""

import json
import os
import subprocess
from pathlib import Path

from minio import Minio

from deploy.local.layout import Layout
from deploy.local.secret_store import SecretStore
from deploy.tools.find import tool_path

QUARANTINE, CLEAN = "quarantine", "clean"
REGION = "us-east-1"
ROOT = "root"
ACTS = ("upload", "scan", "serve", "purge")
# bucket → act → (rights on objects, rights on the bucket)
RIGHTS: dict[str, dict[str, tuple[list[str], list[str]]]] = {
    QUARANTINE: {
        "upload": (["s3:PutObject"], []),
        "scan": (["s3:GetObject", "s3:DeleteObject"], []),
        "purge": (["s3:DeleteObject"], ["s3:ListBucket"]),
    },
    CLEAN: {
        "scan": (["s3:PutObject"], []),
        "serve": (["s3:GetObject"], []),
        "purge": (["s3:DeleteObject"], ["s3:ListBucket"]),
    },
}


def prepare(layout: Layout) -> None:
    """Make the folders the server wants to find."""
    for name in ("objects", "iam", "sidecar"):
        (layout.data / "object-store" / name).mkdir(parents=True, exist_ok=True, mode=0o700)


def environment(secrets: SecretStore) -> dict[str, str]:
    """The administrator's credential, for the server's own process only."""
    return {"ROOT_ACCESS_KEY_ID": ROOT, "ROOT_SECRET_ACCESS_KEY": secrets.password("s3_root")}


def command(layout: Layout) -> list[str]:
    """How the server is started; metadata goes beside the files where the file system keeps no extended attributes."""
    home = layout.data / "object-store"
    options = ["--port", f"127.0.0.1:{layout.port('object_store')}", "--region", REGION, "--health", "/health", "--quiet"]
    metadata = [] if _keeps_attributes(home) else ["--sidecar", str(home / "sidecar")]
    return [str(tool_path("versitygw")), *options, "--iam-dir", str(home / "iam"), "posix", *metadata, str(home / "objects")]


def credential(secrets: SecretStore, act: str) -> tuple[str, str]:
    """Access key and secret key of one act."""
    return act, secrets.password(f"s3_{act}")


def apply_rights(layout: Layout, secrets: SecretStore) -> None:
    """Create the users and buckets, set the policies. Running it again changes nothing."""
    known = _admin(layout, secrets, "list-users").split()
    for act in ACTS:
        access, secret = credential(secrets, act)
        if access in known:
            continue
        _admin(layout, secrets, "create-user", "--access", access, "--secret", secret, "--role", "user")
    apply_buckets(f"127.0.0.1:{layout.port('object_store')}", secrets.password("s3_root"))


def apply_buckets(endpoint: str, root_secret: str) -> None:
    """Create the buckets and set their policies. Running it again changes nothing."""
    client = Minio(endpoint, access_key=ROOT, secret_key=root_secret, secure=False, region=REGION)
    for bucket, rights in RIGHTS.items():
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket)
        client.set_bucket_policy(bucket, json.dumps(policy(bucket, rights)))


def policy(bucket: str, rights: dict[str, tuple[list[str], list[str]]]) -> dict[str, object]:
    """The bucket policy that says exactly these rights."""
    statements = []
    for act, (on_objects, on_bucket) in rights.items():
        for actions, resource in ((on_objects, f"arn:aws:s3:::{bucket}/*"), (on_bucket, f"arn:aws:s3:::{bucket}")):
            if actions:
                statements.append({"Effect": "Allow", "Principal": {"AWS": [act]}, "Action": actions, "Resource": [resource]})
    return {"Version": "2012-10-17", "Statement": statements}


def _admin(layout: Layout, secrets: SecretStore, *arguments: str) -> str:
    environment = os.environ | {
        "ADMIN_ACCESS_KEY_ID": ROOT,
        "ADMIN_SECRET_ACCESS_KEY": secrets.password("s3_root"),
        "ADMIN_ENDPOINT_URL": layout.url("object_store"),
        "ADMIN_REGION": REGION,
    }
    answer = subprocess.run([tool_path("versitygw"), "admin", *arguments], env=environment, check=True, capture_output=True, text=True)
    return answer.stdout


def _keeps_attributes(folder: Path) -> bool:
    probe = folder / ".attributes"
    probe.touch()
    try:
        os.setxattr(probe, "user.espace-partenaires", b"1")
    except OSError:
        return False
    finally:
        probe.unlink()
    return True
