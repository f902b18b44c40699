"""What Windows logs: Sysmon, the Security log and Exchange's management log."""
