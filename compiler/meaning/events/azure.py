"""Records of Azure's logs as an event hub or a storage account gets them, and as Log Analytics exports them.

Microsoft, "Azure Monitor resource logs", common schema: ``time``, ``resourceId``, ``operationName``, ``category``,
``resultType`` and ``properties``. Log Analytics has one column for each of these and for each member of ``properties``,
called as that with its first letter in upper case (Azure Monitor Logs reference: AuditLogs, SigninLogs, AzureActivity,
AADUserRiskEvents); rules of SigmaHQ use both, and for risk detections Microsoft Graph's, which are the members' own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SERVICES = {
    "signinlogs": "signinlogs",
    "noninteractiveusersigninlogs": "signinlogs",
    "serviceprincipalsigninlogs": "signinlogs",
    "managedidentitysigninlogs": "signinlogs",
    "aadnoninteractiveusersigninlogs": "signinlogs",
    "aadserviceprincipalsigninlogs": "signinlogs",
    "aadmanagedidentitysigninlogs": "signinlogs",
    "auditlogs": "auditlogs",
    "userriskevents": "riskdetection",
    "serviceprincipalriskevents": "riskdetection",
    "aaduserriskevents": "riskdetection",
    "aadserviceprincipalriskevents": "riskdetection",
    "azureactivity": "activitylogs",
    # Microsoft, "Azure activity log event schema", Categories.
    "administrative": "activitylogs",
    "servicehealth": "activitylogs",
    "resourcehealth": "activitylogs",
    "alert": "activitylogs",
    "autoscale": "activitylogs",
    "security": "activitylogs",
    "recommendation": "activitylogs",
    "policy": "activitylogs",
}

_ACTIVITY = {"OperationNameValue": "operationName", "CategoryValue": "category"}
"""Columns of AzureActivity that end in ``Value`` for members that do not."""


def azure_service(record: Mapping[str, Any]) -> str | None:
    """Sigma's service for a record of Azure; None for any other record. ``Type`` is Log Analytics' table."""
    if "operationName" in record and "category" in record and ("resourceId" in record or "time" in record):
        return _SERVICES.get(str(record["category"]).lower())
    if "OperationName" in record and "Type" in record:
        return _SERVICES.get(str(record["Type"]).lower())
    return None


def azure_names(record: Mapping[str, Any]) -> dict[str, Any]:
    """What the record's values are called in Log Analytics and in Microsoft Graph, beside their own names."""
    properties = record.get("properties")
    inner = {name: value for name, value in properties.items() if name} if isinstance(properties, Mapping) else {}
    columns = {name[0].upper() + name[1:]: value for name, value in record.items() if name and name != "properties"}
    # A member of the properties has the column where both have the name: Category is what is audited, not AuditLogs.
    columns |= {name[0].upper() + name[1:]: value for name, value in inner.items()}
    if azure_service(record) == "activitylogs":
        columns |= {column: record[name] for column, name in _ACTIVITY.items() if name in record}
    return {**inner, **columns}
