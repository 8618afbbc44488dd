"""Temporal task queues: one per service that performs steps."""

WORKFLOWS = "workflows"
CASE = "case"
ATTACHMENT = "attachment"
