"""The referral of a demande to the mission accompagnement santé: first contact, attempts, withdrawal (house §3)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from shared.contracts import workflow_types
    from shared.contracts.situation import Processus
    from shared.contracts.workflows import DemandeInput, Issue
    from workflows.definitions.processus import ProcessusDemande


@workflow.defn(name=workflow_types.SAISINE_MAS)
class SaisineMasWorkflow(ProcessusDemande):
    """The referral of a demande to the mission accompagnement santé: first contact, attempts, withdrawal (house §3)."""

    processus = Processus.SAISINE_MAS

    @workflow.run
    async def run(self, _entree: DemandeInput) -> Issue:
        """Follow the record to the end."""
        return await self.live()
