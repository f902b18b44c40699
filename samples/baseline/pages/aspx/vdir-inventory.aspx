<%@ Page Language="C#" ContentType="text/plain" EnableViewState="false" %><%-- Inventory of virtual directories, exported every Sunday by the documentation job and shown on the intranet --%>
--- Get-EcpVirtualDirectory | Format-List ---

Name                            : ecp (Default Web Site)
InternalAuthenticationMethods   : {Basic, Fba}
MetabasePath                    : IIS://MAIL02.example.com/W3SVC/1/ROOT/ecp
BasicAuthentication             : True
WindowsAuthentication           : False
DigestAuthentication            : False
FormsAuthentication             : True
Path                            : C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\ecp
Server                          : MAIL02
AdminEnabled                    : True
OwaOptionsEnabled               : True
InternalUrl                     : https://mail02.example.com/ecp
ExternalUrl                     : https://mail.example.com/ecp/?ExchClientVer=15&lang=en-US
DistinguishedName               : CN=ecp (Default Web Site),CN=HTTP,CN=Protocols,CN=MAIL02,CN=Servers,DC=example,DC=com
Identity                        : MAIL02\ecp (Default Web Site)
ObjectClass                     : {top, msExchVirtualDirectory, msExchECPVirtualDirectory}
WhenChanged                     : 9/3/2026 11:20:58 AM

--- Get-OabVirtualDirectory | Format-List ---

Name                            : OAB (Default Web Site)
PollInterval                    : 480
OfflineAddressBooks             : {\Default Offline Address Book}
RequireSSL                      : True
BasicAuthentication             : False
WindowsAuthentication           : True
MetabasePath                    : IIS://MAIL02.example.com/W3SVC/1/ROOT/OAB
Path                            : C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\OAB
Server                          : MAIL02
InternalUrl                     : https://mail02.example.com/OAB
ExternalUrl                     : https://mail.example.com/OAB
ObjectClass                     : {top, msExchVirtualDirectory, msExchOABVirtualDirectory}
WhenChanged                     : 9/3/2026 11:21:07 AM

Shown at <%= DateTime.Now.ToString("yyyy-MM-dd HH:mm") %> to <%= Server.HtmlEncode(User.Identity.Name) %>
