"""Settings of the workflows' process: worker, starter and codec server."""

from typing import Self

from pydantic import Field, SecretStr, model_validator

from shared.plumbing.settings import BusSettings, ProcessSettings, TemporalSettings, settings_config


class Settings(ProcessSettings, BusSettings, TemporalSettings):
    """Prefix WORKFLOWS_."""

    model_config = settings_config("WORKFLOWS_")

    codec_port: int = Field(description="Port of the codec server, on the same address as the process.")
    temporal_ui_origin: str = Field(description="Origin of the Temporal UI, the only page that may call the codec server.")
    codec_token_public_keys: SecretStr | None = Field(
        default=None, description="JWKS of the issuer of operators' tokens; without it anybody on this machine reads: demo only."
    )
    codec_audience: str = Field(default="temporal", description="`aud` of operators' tokens.")
    engine_metrics_address: str | None = Field(
        default=None, description="host:port of the SDK's own Prometheus metrics: failed workflow tasks, latencies, slots (temporal §6)."
    )
    sandboxed: bool = Field(
        default=True, description="Check determinism at run time; without it a step costs half the processor time (temporal §5.4)."
    )
    max_cached_workflows: int = Field(default=2000, description="Demandes kept in memory, 0.08 MiB each (temporal §1.12).")

    @model_validator(mode="after")
    def _refuse_open_codec(self) -> Self:
        if self.environment == "production" and self.codec_token_public_keys is None:
            message = "production needs WORKFLOWS_CODEC_TOKEN_PUBLIC_KEYS: the codec server opens every payload"
            raise ValueError(message)
        return self
