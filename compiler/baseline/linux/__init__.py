"""What Linux logs: the audit daemon and Sysmon for Linux."""
