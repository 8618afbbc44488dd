"""Settings of attachment, one class per process that needs them."""

import base64
import json
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from services.attachment.ports.encryption import MasterKeyRing
from services.attachment.ports.minio_object_store import S3Address, build_bucket
from services.attachment.ports.object_store import ObjectBucket, PurgeBuckets, ScanBuckets
from shared.plumbing.settings import (
    BusSettings,
    DatabaseSettings,
    OwnerDatabaseSettings,
    ProcessSettings,
    PurgeSettings,
    TemporalSettings,
    VerifierSettings,
    settings_config,
)

PREFIX = "ATTACHMENT_"


class StoreSettings(BaseSettings):
    """The object store, one credential per act (trust §2.6), and the keys that seal what it holds.

    It opens what it describes, so that a secret never travels further than here.
    """

    s3_endpoint: str = Field(description="host:port of the S3 server.")
    s3_secure: bool = Field(description="TLS; false on the loopback only.")
    s3_region: str = Field(default="us-east-1", description="Told to the client, so that it needs no right to ask.")
    s3_quarantine_bucket: str = Field(default="quarantine", description="Files without a verdict.")
    s3_clean_bucket: str = Field(default="clean", description="Files judged clean.")
    s3_upload_access_key: str = Field(description="Put on quarantine.")
    s3_upload_secret_key: SecretStr = Field(description="Secret of the above.")
    s3_scan_access_key: str = Field(description="Get, Head, Delete on quarantine; Put on clean.")
    s3_scan_secret_key: SecretStr = Field(description="Secret of the above.")
    s3_serve_access_key: str = Field(description="Get, Head on clean.")
    s3_serve_secret_key: SecretStr = Field(description="Secret of the above.")
    s3_purge_access_key: str = Field(description="List, Delete on both.")
    s3_purge_secret_key: SecretStr = Field(description="Secret of the above.")
    master_keys: Annotated[dict[str, SecretStr], NoDecode] = Field(description="Master key ring: key id -> base64 of 32 bytes.")
    active_master_key: str = Field(description="Key id that wraps new data keys; the others only unwrap.")

    @field_validator("master_keys", mode="before")
    @classmethod
    def _decode_master_keys(cls, value: object) -> object:
        return json.loads(value) if isinstance(value, str) else value

    def key_ring(self) -> MasterKeyRing:
        """The master key ring."""
        keys = {kid: base64.b64decode(key.get_secret_value()) for kid, key in self.master_keys.items()}
        return MasterKeyRing(keys, self.active_master_key)

    def upload_bucket(self) -> ObjectBucket:
        """Quarantine, as an upload sees it."""
        return self._bucket(self.s3_quarantine_bucket, self.s3_upload_access_key, self.s3_upload_secret_key)

    def serve_bucket(self) -> ObjectBucket:
        """Clean files, as a download sees them: it holds nothing on quarantine."""
        return self._bucket(self.s3_clean_bucket, self.s3_serve_access_key, self.s3_serve_secret_key)

    def scan_buckets(self) -> ScanBuckets:
        """What the antivirus worker reaches."""
        access, secret = self.s3_scan_access_key, self.s3_scan_secret_key
        return ScanBuckets(
            quarantine=self._bucket(self.s3_quarantine_bucket, access, secret), clean=self._bucket(self.s3_clean_bucket, access, secret)
        )

    def purge_buckets(self) -> PurgeBuckets:
        """What destruction reaches."""
        access, secret = self.s3_purge_access_key, self.s3_purge_secret_key
        return PurgeBuckets(
            quarantine=self._bucket(self.s3_quarantine_bucket, access, secret), clean=self._bucket(self.s3_clean_bucket, access, secret)
        )

    def _bucket(self, bucket: str, access_key: str, secret_key: SecretStr) -> ObjectBucket:
        address = S3Address(endpoint=self.s3_endpoint, secure=self.s3_secure, region=self.s3_region)
        return build_bucket(address, bucket, access_key, secret_key.get_secret_value())


class OrphanSettings(BaseSettings):
    """When an upload that no demande names is given up."""

    orphelines_delai: timedelta = Field(
        default=timedelta(days=45),
        description="How long an upload may wait for its demande: 30 days of its receipt, then those a filing may wait for the bus. [I]",
    )
    objets_delai: timedelta = Field(
        default=timedelta(days=7),
        ge=timedelta(hours=1),  # an upload under way has its object before its row
        description="How long an object may wait for its row: time to see that a database was restored to the wrong instant. [I]",
    )


class Settings(
    ProcessSettings, DatabaseSettings, BusSettings, TemporalSettings, VerifierSettings, StoreSettings, OrphanSettings, PurgeSettings
):
    """The service and its activity worker."""

    model_config = settings_config(PREFIX)

    public_url: str = Field(description="Base URL of the download host, another host name than the fronts (trust §2.6).")
    clamd_socket: str = Field(description="Unix socket of clamd.")
    antivirus_profile: Literal["eicar-only", "production"] = Field(
        description="`eicar-only` knows one test signature: refused in production."
    )
    receipt_private_key: SecretStr = Field(description="Ed25519 JWK that signs upload receipts and download links.")
    recu_validite: timedelta = Field(default=timedelta(days=30), description="Life of an upload receipt. [I]")
    lien_validite: timedelta = Field(default=timedelta(seconds=60), description="Life of a download link, at most 60 s. [H]")

    @model_validator(mode="after")
    def _refuse_test_signatures_in_production(self) -> Self:
        if self.environment == "production" and self.antivirus_profile == "eicar-only":
            raise ValueError("eicar-only knows no real virus: set ATTACHMENT_ANTIVIRUS_PROFILE=production")
        return self


class CommandSettings(DatabaseSettings, StoreSettings, OrphanSettings):
    """Commands that act as the application: the purge of orphans, the rotation of keys."""

    model_config = settings_config(PREFIX)


class MigrationSettings(OwnerDatabaseSettings):
    """Migrations, as the owner."""

    model_config = settings_config(PREFIX)
