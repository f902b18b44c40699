rule exchange_virtual_directory_script
{
    meta:
        id = "563c7d16-10ac-4a4a-b4f9-f85221a670ed"
        title = "Exchange Virtual Directory Dump with Script"
        description = "Detects the configuration dump of an Exchange virtual directory that has script in one of its addresses: what CVE-2021-27065 leaves when a reset of the directory is written into the web root."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-062a"
        score = 95
        behaviour = "aa21-062a.t1505.003-oabvd-dump-shell, aa21-062a.t1190-ecp-set-oabvd"

    strings:
        // The property names that a dump of any virtual directory has.
        $property_1 = /(^|\n)\s{0,8}(OfflineAddressBooks|PollInterval|MetabasePath|WebsitePath)\s+:/ ascii wide
        $property_2 = /(^|\n)\s{0,8}(InternalAuthenticationMethods|ExternalAuthenticationMethods|BasicAuthentication|WindowsAuthentication)\s+:/ ascii wide
        $property_3 = /(^|\n)\s{0,8}(ExchangeVersion|AdminDisplayVersion|ObjectCategory|ObjectClass)\s+:/ ascii wide
        $property_4 = /(^|\n)\s{0,8}(DistinguishedName|WhenChanged|OriginatingServer|OrganizationId)\s+:/ ascii wide
        $class = /msExch(OAB|OWA|ECP|MobileSync|WebServices|AutoDiscover|PowerShell|RpcHttp|Mapi)?VirtualDirectory/ ascii wide
        // Script stands in an address, wherever in the dump.
        $address_script = /(External|Internal)Url\s+:\s+[^\r\n]{0,200}(<script|<%|<object)/ nocase ascii wide
        $other_address_script = /\s:\s+https?:\/\/[^\r\n]{0,120}(<script|<%|<object)/ nocase ascii wide

    condition:
        filesize < 20KB
        and (
            ($address_script and any of ($property_*, $class))
            or ($other_address_script and (3 of ($property_*) or ($class and any of ($property_*))))
        )
}
