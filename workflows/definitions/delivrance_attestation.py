"""The delivery of an attestation: ask ameli, apply the decision table, wait for a missing piece (house §3)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from shared.contracts import workflow_types
    from shared.contracts.situation import Processus
    from shared.contracts.workflows import DemandeInput, Issue
    from workflows.definitions.processus import ProcessusDemande


@workflow.defn(name=workflow_types.DELIVRANCE_ATTESTATION)
class DelivranceAttestationWorkflow(ProcessusDemande):
    """The delivery of an attestation: ask ameli, apply the decision table, wait for a missing piece (house §3)."""

    processus = Processus.DELIVRANCE_ATTESTATION

    @workflow.run
    async def run(self, _entree: DemandeInput) -> Issue:
        """Follow the record to the end."""
        return await self.live()
