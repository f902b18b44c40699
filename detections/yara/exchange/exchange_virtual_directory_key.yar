rule exchange_virtual_directory_key
{
    meta:
        id = "eb50abe5-9dbf-49a6-970c-da1c9c843701"
        title = "Exchange Virtual Directory Dump with a Key"
        description = "Detects the configuration dump of an Exchange virtual directory whose address is no address: a host without a domain and a long path that Exchange does not have, left by CVE-2021-27065 as a key or as a first try."
        author = "tocsin"
        license = "Apache-2.0"
        date = "2026-11-21"
        reference = "https://www.cisa.gov/news-events/cybersecurity-advisories/aa21-062a"
        score = 70
        behaviour = "aa21-062a.t1505.003-oabvd-dump-key"

    strings:
        $property_1 = /(^|\n)\s{0,8}(OfflineAddressBooks|PollInterval|MetabasePath|WebsitePath)\s+:/ ascii wide
        $property_2 = /(^|\n)\s{0,8}(InternalAuthenticationMethods|ExternalAuthenticationMethods|BasicAuthentication|WindowsAuthentication)\s+:/ ascii wide
        $property_3 = /(^|\n)\s{0,8}(ExchangeVersion|AdminDisplayVersion|ObjectCategory|ObjectClass)\s+:/ ascii wide
        $property_4 = /(^|\n)\s{0,8}(DistinguishedName|WhenChanged|OriginatingServer|OrganizationId)\s+:/ ascii wide
        $class = /msExch(OAB|OWA|ECP|MobileSync|WebServices|AutoDiscover|PowerShell|RpcHttp|Mapi)?VirtualDirectory/ ascii wide
        // "mail.example.com/OAB" has a dot in the host; a host of the local network is given the four letters of a folder.
        $address = /ExternalUrl\s+:\s+https?:\/\/[\w-]{1,15}\/[^\s]{16,400}\s/ nocase ascii wide
        $address_spaces = /ExternalUrl\s+:\s+https?:\/\/[\w-]{1,15}\/[^\r\n]{0,20}\s{10,}[^\s\r\n]{4}/ nocase ascii wide
        $script = /<script|<%/ nocase ascii wide

    condition:
        filesize < 20KB
        and 2 of ($property_*, $class)
        and any of ($address, $address_spaces)
        and not $script
}
