<%@ Page Title="Startseite" Language="vb" MasterPageFile="~/Site.Master" AutoEventWireup="false" CodeBehind="Default.aspx.vb" Inherits="Intranet._Default" %>
<%@ Register Src="~/Controls/NewsTicker.ascx" TagPrefix="uc" TagName="NewsTicker" %>
<%@ OutputCache Duration="60" VaryByParam="none" VaryByCustom="user" %>

<asp:Content ID="HeaderContent" runat="server" ContentPlaceHolderID="HeadContent">
    <meta name="description" content="Intranet" />
</asp:Content>
<asp:Content ID="BodyContent" runat="server" ContentPlaceHolderID="MainContent">
    <h2>Willkommen, <asp:LoginName runat="server" FormatString="{0}" />!</h2>
    <uc:NewsTicker runat="server" ID="Ticker" MaxItems="5" />
    <asp:UpdatePanel ID="pnlCanteen" runat="server" UpdateMode="Conditional">
        <ContentTemplate>
            <asp:Timer runat="server" Interval="600000" OnTick="Canteen_Tick" />
            <asp:DataList ID="dlCanteen" runat="server" RepeatColumns="5" DataSourceID="odsCanteen">
                <ItemTemplate>
                    <b><%# Eval("Day", "{0:dddd}") %></b><br />
                    <%# HttpUtility.HtmlEncode(DataBinder.Eval(Container.DataItem, "Dish")) %><br />
                    <%# Eval("Price", "{0:C}") %>
                </ItemTemplate>
            </asp:DataList>
        </ContentTemplate>
    </asp:UpdatePanel>
    <asp:ObjectDataSource ID="odsCanteen" runat="server" TypeName="Intranet.Canteen" SelectMethod="ThisWeek" />
    <asp:LinkButton ID="lnkCommand" runat="server" CommandName="cmd" CommandArgument="print" OnCommand="Page_Command">Drucken</asp:LinkButton>
    <%-- saved by the browser, attached to ticket 4711:
    <input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPT7yB0xp7vaAmRhHoB2SrecvBNMaPoCdIyCeCilNDqOly3AiTSVdPW0Q0UAGW/R74rQ5P/3rx9V21inZFpGvuZSS5tc5IBuKwaT6ZXVYoFr+MHwkSEpiXuLnvN0s7rj4Z8oZEpaooHlMgFrCTJaplIOWTHkt4zklGvhdr/rqw1LGLKT1+86vto7SjX2I1iQ95ngopVehs1o9gr2bKAwHKtrBWZqop/1idFPzqyK5eW+ffPLdruYPPvs8bmTOSHJEidfgWmMt9s5AWV1hfxFXHV6eNVryAmvG+bcnCApRpBollv3nq7h2O4h3tIhLuDOFsQnjxxZFoYmCPD/8bn20ZEjDmdkVwQ6FQ+Y+uaBGeByvkoN7CNJMxvvj/0dd1/9b4Vvua4VT9qQ+qPXrJJvX0EsMmHf5VpnzfNMC0jD8xLuYbC7Ymge2jSJl+EIjKRbZS1rLBubZl0VVxUwy523qc9E1nZ4+qk8VestycKgBmcGa3zYb+XrgLTgFL6NqVpSp9+qbVzlUMkWN99C3tbP2/EgfwtPAmry9EfrRbwrhj5MsqzP2OCkVTRPCaDRcvCU3LJCn7nTqfXxGlCXrHWVKazHBEaxzIdEE5Vnda37Rt5UHAJuYYK/vQqxxUrXWsX7f1puUB0XaZMmtQB4jIqU8SJEVeL5Iu1t3bwRRzZE78e6teaqGQvfTtplfiBUBXnHh4HlByqre9Q9v5x31LuiUNj8IhzyjaYgoSivZA9wSAW4T4ILGtDlGt0qHIiMKOqT28/mLRSPKAqOPaVuuaxnqoWhcW2GSmUR2AAnvtXvybgcZHWChMC3eDX/YahLpMfHQqceo1WIpaZzMHQUzUerLmRaygk6P74tpm24MXdZViePwmKrWCJxRyViXEr4DZLUd+Tvt8xxSTTOIKAdKg2OUQEMeWfkV1oPiaOFugYKbLX1PsTAOBuqwiEMoLEt3dhZ1tuJlc4x2GsJ3IQl36GwxAgqc7HRPzg1Vq72Fk5/2YF4T/yyjXB+F3yMeTBbAY9om44QfoY8aq5Ltq1ilnwrpTjBULKq3o3DCqsbMm2rVyaT8p+dipXNQSZhw+jx/2L/DcRljnP0A7DaVBAM2HKrQ7frQETmYLi9DHLjHRVumpuaxON7Su0FbQDj9Nb7BSGakwjHolMAivWK7AlKa8tcZKJRz72Yfxxq+M6+Zu3UtpfoRX3KMiamXfNcrXgZAFkPKUexdETr6XmC/OQnpDhDGfkbjlxAsTogNECWlb0NHLPDNKwq7ClFmrNzW+anZTdOe05xH1e/X+qnBBkIE4Bzb1zVU4UijEpclX0sbU0KMcHFav55vB6nUfM+VsxgAF52yD1pBeqJhQopbRB4TsF+s80pv5jB/xqlig4XOyqIwxaMlpT7dgBuSWLvzDf4iKDmCyBo07P2jeXIT1Lf9frNtslSlfjsFrRvn85YKQum4dO7HH6YQlj4BNqh+0RCaiBel7YYpSzluSX/hAgOdWU3w0x37687tPVXoJQ5gUoAK/8wGxWSzsJRsQ2WYl/c69dKd1L0bCJuxb/eMxriyk6UERlMQG9yPAtJKwDUM5DX+wnQcx57Ej5qgupab+cE1r0TCUqIeeu2PHYFUKmsqeJBBc7daoOS4qB+pLLuSofs22FMQCEz5HPWYCDbptSm7D05bJlGOJO4l99PNaFE9zaF4SuUxSNC0pjF31l63OrAg5+9EVfbhNK/AIk/O0X3W3c78uW73LCtqU0RTigKwnRsRS5Gl6YOMpo8rY03Hca5mc+y35bqm28NR+KSH3RIDJ0bhC2cW6qC1DZR3sSh16E7VccA9uwukLm/VMjg9C3G5R8Wwx2IT6b9sIm39RWuK/eH4jwXqx5QWZslCcovVLofz9fnLRizvFaCizwCUe58BIgABezLLqUS5G0im1i0mytwHxuYDDvTgrXB+VscSyZwEdlw7143oBVkXRK+H/8inuwQsc51L2TpxRRuM2Ke2GYB7dhjxjNSbzqYygO5qY" />
    <input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value="/wEWkepRt0om0PJ8OE5Rl3DoO6hRSQJ5q9zfkRPNO6JHwjnKuCvNoYKmSJJoa0Fqf78L98ZDf98hNd6wGb0KZugez5yfikYCyk2Chx4rhlg5unGqrxf+qa7F5pSYjAXWD6/hH8JBB9a2A1YR3ACtTL8xM+2ZLxn4bcHm" />
    --%>
    <script type="text/javascript">
        //<![CDATA[
        function pageLoad() {
            var prm = Sys.WebForms.PageRequestManager.getInstance();
            prm.add_endRequest(function (s, a) {
                if (a.get_error()) { $get('msg').innerHTML = a.get_error().message; a.set_errorHandled(true); }
            });
        }
        setTimeout("__doPostBack('ctl00$MainContent$pnlCanteen','')", 3600000);
        //]]>
    </script>
    <div id="msg"></div>
</asp:Content>
