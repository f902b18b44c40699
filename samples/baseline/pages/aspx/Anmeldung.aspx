<%@ Page Language="VB" AutoEventWireup="false" ClientTarget="uplevel" %>
<%@ Import Namespace="System.DirectoryServices.AccountManagement" %>
<script runat="server">
	Private Const MaxVersuche As Integer = 5

	Protected Sub Login1_Authenticate(ByVal sender As Object, ByVal e As AuthenticateEventArgs) Handles Login1.Authenticate
		Dim schluessel As String = "login:" & Request.UserHostAddress
		Dim bisher As Integer = CInt(If(Cache(schluessel), 0))
		If bisher >= MaxVersuche Then
			Login1.FailureText = "Zu viele Versuche. Bitte in 15 Minuten wieder."
			Return
		End If
		Using bereich As New PrincipalContext(ContextType.Domain, "example.com")
			e.Authenticated = bereich.ValidateCredentials(Login1.UserName, Login1.Password, ContextOptions.Negotiate Or ContextOptions.Sealing)
			If e.Authenticated Then
				Dim person As UserPrincipal = UserPrincipal.FindByIdentity(bereich, Login1.UserName)
				Session("name") = person.DisplayName
				Session("abteilung") = person.Description
				Cache.Remove(schluessel)
			Else
				Cache.Insert(schluessel, bisher + 1, Nothing, DateTime.Now.AddMinutes(15), System.Web.Caching.Cache.NoSlidingExpiration)
			End If
		End Using
	End Sub

	Protected Sub Login1_LoggedIn(ByVal sender As Object, ByVal e As EventArgs) Handles Login1.LoggedIn
		Dim zurueck As String = Request("ReturnUrl")
		If String.IsNullOrEmpty(zurueck) OrElse Not zurueck.StartsWith("/") OrElse zurueck.StartsWith("//") Then zurueck = "~/"
		FormsAuthentication.SetAuthCookie(Login1.UserName, Login1.RememberMeSet)
		Response.Redirect(zurueck)
	End Sub
</script>
<!DOCTYPE html>
<html lang="de">
<head runat="server"><title>Anmeldung</title><meta name="viewport" content="width=device-width" /></head>
<body>
	<form id="form1" runat="server" defaultfocus="Login1$UserName">
		<asp:Login ID="Login1" runat="server" TitleText="Anmeldung" UserNameLabelText="Benutzer:" PasswordLabelText="Kennwort:"
			LoginButtonText="Anmelden" RememberMeText="Angemeldet bleiben" FailureText="Benutzer oder Kennwort stimmt nicht." />
		<p>Kennwort vergessen? Durchwahl 200.</p>
	</form>
</body>
</html>
