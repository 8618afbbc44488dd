"""The process of one demande, from its opening to its last deadline (house §3)."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from shared.contracts import workflow_types
    from shared.contracts.situation import Processus
    from shared.contracts.workflows import DemandeInput, Issue
    from workflows.definitions.processus import ProcessusDemande


@workflow.defn(name=workflow_types.TRAITEMENT_DEMANDE)
class TraitementDemandeWorkflow(ProcessusDemande):
    """The process of one demande, from its opening to its last deadline (house §3)."""

    processus = Processus.TRAITEMENT

    @workflow.run
    async def run(self, _entree: DemandeInput) -> Issue:
        """Follow the record to the end."""
        return await self.live()
