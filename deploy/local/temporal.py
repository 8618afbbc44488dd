"""The engine: Temporal's development server with a database file, our namespace and our search attributes.

Production runs the same server on PostgreSQL (docker-compose.yml, Kubernetes).
"""

from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from deploy.local.layout import Layout
from deploy.tools.find import tool_path
from shared.contracts import search_attributes

NAMESPACE = "ep"
RETENTION = timedelta(days=30)
DYNAMIC_CONFIG = (
    "matching.enableFairness=true",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
    "system.enableActivityEagerExecution=true",
    "limit.maxIDLength=255",
    'system.namespaceCacheRefreshInterval="10s"',  # by itself it reads the same few namespaces every two seconds
)
_PRAGMAS = ("journal_mode=wal", "synchronous=normal")


def command(layout: Layout) -> list[str]:
    """How the server is started. Search attributes given here count on a new file only: `apply_namespace` sees to the rest."""
    options = {
        "--ip": "127.0.0.1",
        "--port": str(layout.port("temporal")),
        "--ui-port": str(layout.port("temporal_ui")),
        "--metrics-port": str(layout.port("temporal_metrics")),
        "--db-filename": str(layout.data / "temporal.db"),
        "--namespace": NAMESPACE,
        "--ui-codec-endpoint": layout.url("codec"),
        "--log-level": "error",
        "--log-format": "json",
    }
    flags = [part for pair in options.items() for part in pair]
    pragmas = [part for pragma in _PRAGMAS for part in ("--sqlite-pragma", pragma)]
    dynamic = [part for value in DYNAMIC_CONFIG for part in ("--dynamic-config-value", value)]
    attributes = [part for key in search_attributes.ALL for part in ("--search-attribute", f"{key.name}={_type_of(key)}")]
    return [str(tool_path("temporal")), "server", "start-dev", *flags, "--ui-disable-news-fetch", *pragmas, *dynamic, *attributes]


async def apply_namespace(server: str) -> None:
    """Make the namespace, register the missing search attributes, keep closed workflows 30 days.

    Running it again changes nothing. `server`: host:port.
    """
    client = await Client.connect(server, namespace=NAMESPACE)
    retention = Duration(seconds=int(RETENTION.total_seconds()))
    await _keep_namespace(client, retention)
    known = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=NAMESPACE))
    missing = {
        key.name: IndexedValueType.ValueType(key.indexed_value_type.value)
        for key in search_attributes.ALL
        if key.name not in known.custom_attributes
    }
    if missing:
        request = AddSearchAttributesRequest(namespace=NAMESPACE, search_attributes=missing)
        await client.operator_service.add_search_attributes(request)


async def _keep_namespace(client: Client, retention: Duration) -> None:
    try:
        described = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        request = RegisterNamespaceRequest(namespace=NAMESPACE, workflow_execution_retention_period=retention)
        await client.workflow_service.register_namespace(request)
        return
    if described.config.workflow_execution_retention_ttl != retention:
        config = NamespaceConfig(workflow_execution_retention_ttl=retention)
        await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=NAMESPACE, config=config))


def address(layout: Layout) -> str:
    """Where the engine answers."""
    return f"127.0.0.1:{layout.port('temporal')}"


def _type_of(key: SearchAttributeKey[Any]) -> str:
    """The engine's spelling of a type: KEYWORD_LIST is KeywordList."""
    return "".join(part.title() for part in key.indexed_value_type.name.split("_"))
