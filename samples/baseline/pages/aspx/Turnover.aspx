<%@ Page Language="C#" AutoEventWireup="true" CodeFile="Turnover.aspx.cs" Inherits="Reports_Turnover" EnableEventValidation="true" %>
<%@ Register Assembly="System.Web.DataVisualization, Version=4.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35" Namespace="System.Web.UI.DataVisualization.Charting" TagPrefix="asp" %>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head runat="server"><title>Chiffre d'affaires</title><link href="../css/print.css" rel="stylesheet" media="print" /></head>
<body>
<form id="form1" runat="server">
    <asp:ScriptManager runat="server" />
    Année : <asp:DropDownList ID="ddlYear" runat="server" AutoPostBack="true" OnSelectedIndexChanged="ddlYear_Changed" />
    Agence : <asp:DropDownList ID="ddlBranch" runat="server" AppendDataBoundItems="true" DataSourceID="dsBranch" DataTextField="Name" DataValueField="Id">
        <asp:ListItem Text="(toutes)" Value="0" />
    </asp:DropDownList>
    <asp:Button ID="btnExport" runat="server" Text="Exporter vers Excel" OnClick="btnExport_Click" CausesValidation="false" />
    <asp:SqlDataSource ID="dsBranch" runat="server" ConnectionString="<%$ ConnectionStrings:dwh %>" SelectCommand="SELECT Id, Name FROM Branch ORDER BY Name" />
    <asp:SqlDataSource ID="dsTurnover" runat="server" ConnectionString="<%$ ConnectionStrings:dwh %>"
        SelectCommand="EXEC rpt.Turnover @Year, @Branch">
        <SelectParameters>
            <asp:ControlParameter Name="Year" ControlID="ddlYear" Type="Int32" />
            <asp:ControlParameter Name="Branch" ControlID="ddlBranch" Type="Int32" />
        </SelectParameters>
    </asp:SqlDataSource>
    <asp:GridView ID="gv" runat="server" DataSourceID="dsTurnover" AutoGenerateColumns="False" AllowSorting="True" ShowFooter="True" CssClass="grid" OnRowDataBound="gv_RowDataBound" EmptyDataText="Aucune donnée.">
        <Columns>
            <asp:BoundField DataField="Month" HeaderText="Mois" SortExpression="Month" />
            <asp:BoundField DataField="Net" HeaderText="Net" DataFormatString="{0:N2}" ItemStyle-HorizontalAlign="Right" SortExpression="Net" />
            <asp:TemplateField HeaderText="Écart">
                <ItemTemplate><span class='<%# Convert.ToDecimal(Eval("Delta")) < 0 ? "neg" : "pos" %>'><%# Eval("Delta", "{0:P1}") %></span></ItemTemplate>
            </asp:TemplateField>
            <asp:HyperLinkField Text="détails" DataNavigateUrlFields="Month,BranchId" DataNavigateUrlFormatString="Details.aspx?m={0}&amp;b={1}" />
        </Columns>
    </asp:GridView>
    <asp:Chart ID="chart" runat="server" DataSourceID="dsTurnover" Width="640" Height="240" ImageStorageMode="UseImageLocation">
        <Series><asp:Series Name="Net" XValueMember="Month" YValueMembers="Net" ChartType="Column" /></Series>
        <ChartAreas><asp:ChartArea Name="main" /></ChartAreas>
    </asp:Chart>
</form>
</body>
</html>
