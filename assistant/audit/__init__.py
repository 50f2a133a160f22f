"""The audit of a document's arithmetic (勾稽关系): what holds, what does not, with both figures and pages."""

from assistant.audit.checks import AuditReport, Check, Status
from assistant.audit.held import audit_held, failures_held, warnings_for
from assistant.audit.run import audit

__all__ = ["AuditReport", "Check", "Status", "audit", "audit_held", "failures_held", "warnings_for"]
