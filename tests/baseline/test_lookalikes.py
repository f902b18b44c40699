"""For the things that rules look for there are honest doubles in the week, and none of them is an attack."""

import re

import pytest

DOUBLES = [
    ("sysmon", r"HttpProxy\\\\owa\\\\auth\\\\logon\.aspx"),
    ("sysmon", r"logon\.aspx\.[0-9a-f]{8}\.compiled"),
    ("sysmon", r'w3wp\.exe", "ParentCommandLine'),
    ("sysmon", r"procdump64\.exe  -accepteula -ma \d+ C:\\\\Support\\\\w3wp-ecp\.dmp"),
    ("sysmon", r"-EncodedCommand [A-Za-z0-9+/=]{80,}"),
    ("sysmon", r"certutil\.exe\\\" -verify -urlfetch"),
    ("sysmon", r"Add-PSSnapin Microsoft\.Exchange\.Management\.PowerShell\.SnapIn"),
    ("sysmon", r"net  group \\\"Project-Gear\\\" r\.alves /del /domain"),
    ("sysmon", r'"wbadmin  start systemstatebackup'),
    ("sysmon", r"UnifiedMessaging\\\\voicemail"),
    ("sysmon", r"7z\.exe\\\" a -t7z -mx9 D:\\\\Archive"),
    ("sysmon", r"printui\.dll,PrintUIEntry"),
    ("security", r"vssadmin\.exe Create Shadow"),
    ("exchange", r"New-MailboxExportRequest\", \"-Name \\\"Hold"),
    ("exchange", r"Set-OabVirtualDirectory\", .{30,120}https://mail\.example\.com/OAB"),
    ("iis", r" POST /ecp/DDI/DDIService\.svc/SetObject \S*schema=OABVirtualDirectory"),
    ("iis", r" POST /owa/auth/expiredpassword\.aspx "),
    ("iis", r" GET /owa/auth/Current/themes/resources/\S+ "),
    ("iis", r" GET /owa/auth/x\.js \S+ 443 - 10\.20\.9\.50 "),
    ("iis", r" GET /autodiscover/autodiscover\.json/v1\.0/\S+@example\.com "),
    ("apache", r"POST /portal/modules/calib/rx\.php\?id=77 "),
    ("apache", r"GET /\?s=whoami\+badge\+reader "),
    ("auditd", r'key="apacheexecve"'),
    ("sysmon_linux", r"sh -c /usr/sbin/sendmail -t -i"),
    ("sysmon_linux", r"java</Data>.*ParentCommandLine"),
    ("squid", r"https://api\.dropboxapi\.com/\S+ .*DropboxDesktopClient/"),
    ("squid", r" CONNECT doh\.example\.com:443 "),
    ("squid", r" GET http://10\.20\.5\.\d+/driver/setup\.exe "),
    ("squid", r" GET https://raw\.githubusercontent\.com/\S+\.ps1 .*WindowsPowerShell/"),
    ("zeek_dns", r'"query": "[0-9a-f]{56}\.av\.example\.com".*"qtype_name": "TXT"'),
    ("zeek_dns", r'"query": "[bcdfghjklmnpqrstvwxyz]{11}".*"NXDOMAIN"'),
    ("zeek_conn", r'"id\.resp_p": 7999, .*"service": "ssh".*"local_resp": true'),
    ("zeek_conn", r'"id\.orig_h": "10\.20\.9\.10".*"conn_state": "REJ"'),
    ("azure_signin", r'"resultType": "50053".*"clientAppUsed": "Other clients"'),
    ("azure_signin", r'"userAgent": "python/3\.11\.9 \(Windows-10\) AZURECLI/'),
    ("firewall", r"act=denied src=192\.0\.2\.200 "),
    ("firewall", r"act=allowed src=\S+ spt=\d+ dst=\S+ dpt=3389 .* cs2=vpn "),
    ("system", r'7045.*"ServiceName": "PSEXESVC"'),
    ("exchange_httpproxy", r",/owa/auth/logon\.aspx,,,false,,,,"),
    ("exchange_ecp", r"CMD=Set-OabVirtualDirectory\.ExternalUrl=''https://mail\.example\.com/OAB'"),
    ("exchange_oabgenerator", r"Download failed and temporary file C:.{40,90}\\OAB\\Temp\\"),
    ("sysmon_detail", r"SenseIR\.exe\".{120,220}lsass\.exe\", \"GrantedAccess\": \"0x1010\""),
    (
        "sysmon_detail",
        r"powershell\.exe\".{120,220}lsass\.exe\", \"GrantedAccess\": \"0x1410\".{40,260}System\.ni\.dll",
    ),
    ("sysmon_detail", r"Windows\\\\Temp\\\\\{[0-9A-F-]{36}\}\\\\\.ba\\\\wixstdba\.dll\".*\"Signed\": \"false\""),
    ("sysmon_detail", r"EXCEL\.EXE\".*\"StartFunction\": \"LoadLibraryW\""),
    ("sysmon_detail", r"\"PipeName\": \"\\\\PSEXESVC-WS-\d+-\d+-stdin\""),
    ("sysmon_detail", r"msedge\.exe\", \"Type\": \"Image is replaced\""),
    ("sysmon_detail", r"WDigest\\\\UseLogonCredential\", \"Details\": \"DWORD \(0x00000000\)\""),
    ("sysmon_linux_site", r"php-fpm8\.2</Data>.*wp-content/plugins/\S+\.php</Data>"),
    ("sysmon_linux_site", r"wget -q -O /dev/null https://www\.example\.com/wp-cron\.php.*www-data"),
    ("sysmon_linux_site", r"python3\.11</Data>.*/etc/cron\.d/prices</Data>"),
    ("sysmon_linux_site", r"certbot -q renew"),
    ("auth", r"Failed password for root from \S+ port \d+ ssh2"),
    ("auth", r"Accepted publickey for root from 10\.20\.9\.20 "),
    ("auth", r"useradd\[\d+\]: new user: name=k\.vogel"),
    ("security_directory", r'"EventID": 4720, .*"SubjectUserName": "EX01\$"'),
    ("security_directory", r'"EventID": 4756, .*"TargetUserName": "Help Desk"'),
    ("security_directory", r'"EventID": 4625, .*"TargetUserName": "svc-scan2mail"'),
    ("powershell", r"Add-PSSnapin Microsoft\.Exchange\.Management\.PowerShell\.SnapIn; Get-Queue"),
    ("powershell", r"New-InboxRule -Mailbox info"),
    ("windefend", r"Virus:DOS/EICAR_Test_File"),
    ("taskscheduler", r'"ActionName": "C:\\\\ProgramData\\\\Inventory\\\\bin\\\\collect\.exe"'),
    ("application", r"erp\.exe Exception Info: System\.InvalidCastException"),
    ("m365_audit", r'"Operation": "SendOnBehalf"'),
    ("m365_audit", r'"Directionality": "Inbound", "DeliveryAction": "Blocked"'),
    ("azure_audit", r'"operationName": "Update named location"'),
    ("cisco_aaa", r"commands: show running-config"),
    ("zeek_x509", r'"certificate\.serial": "0[01]", .*"certificate\.subject": "CN=(printer|ilo|plc|camera)'),
    ("nginx", r'"POST /wp-login\.php HTTP/1\.1" 302 '),
]

ATTACKS = [
    r"comsvcs\S*[ ,]+(#24|MiniDump)",
    r"procdump\S* .*lsass",
    r"ntdsutil.*\bifm\b",
    r"X-BEResource=",
    r"<script[^>]*runat",
    r"eval\(",
    r"POST /owa/auth/\S+\.(css|js|png|gif|ico) ",
    r"-urlcache",
    r"powercat|Invoke-PowerShellTcp|Nishang",
    r"schema=ResetOABVirtualDirectory",
    r"HttpProxy\\\\[^\"]*\.aspx\", [^}]*w3wp\.exe",
]


@pytest.mark.parametrize(("source", "pattern"), DOUBLES)
def test_the_double_is_there(week, source, pattern):
    """The log holds the look-alike at least once."""
    assert re.search(pattern, week[source].decode())


@pytest.mark.parametrize("pattern", ATTACKS)
def test_no_attack_is_there(week, pattern):
    """No log holds what only an intruder does."""
    found = {source: re.findall(pattern, log.decode(), re.IGNORECASE)[:1] for source, log in week.items()}
    assert {source: hits for source, hits in found.items() if hits} == {}


def test_not_found_answers_stay_below_a_scan(week):
    """No client gets more than fifteen different not-found paths within one minute."""
    paths: dict[tuple[str, str], set[str]] = {}
    pattern = r'^(\S+) - \S+ \[([^\]]{17})[^\]]*\] "\S+ (\S+) [^"]*" 404 '
    for client, minute, path in re.findall(pattern, week["apache"].decode(), re.MULTILINE):
        paths.setdefault((client, minute), set()).add(path)
    assert max(len(found) for found in paths.values()) == 12
