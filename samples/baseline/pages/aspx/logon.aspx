<%@ Page Language="c#" AutoEventWireup="false" Inherits="Example.Mail.Web.LogonPage" EnableViewState="false" ValidateRequest="true" %>
<%@ Import Namespace="System.Globalization" %>
<%@ Import Namespace="Example.Mail.Web" %>
<!DOCTYPE html>
<!-- build <%= Build.Number %> -->
<html xmlns="http://www.w3.org/1999/xhtml" dir="<%= IsRightToLeft ? "rtl" : "ltr" %>">
<head>
    <meta http-equiv="X-UA-Compatible" content="IE=10" />
    <meta name="robots" content="noindex, nofollow" />
    <title><%= Strings.Encoded("LogonTitle") %></title>
    <link rel="shortcut icon" href="<%= Theme.Path %>favicon.ico" type="image/x-icon" />
    <style>
        body { font-family: "Segoe UI", Tahoma, sans-serif; margin: 0; }
        .mouse .sidebar { width: 33%; position: absolute; top: 0; bottom: 0; background: #0072c6; }
        .logonText { border: 1px solid #98a3a6; height: 22px; width: 332px; }
        .hidden-submit { display: none; }
    </style>
    <script type="text/javascript">
        var wantFocus = true;
        var destinationUrl = "<%= Encode.JavaScript(DestinationUrl) %>";

        function started() {
            var user = byId("username");
            if (user && wantFocus) { try { user.value.length ? byId("password").focus() : user.focus(); } catch (e) { } }
            if (document.cookie.indexOf("cookieTest") < 0) { document.cookie = "cookieTest=1"; }
            if (document.cookie.indexOf("cookieTest") < 0) { show(byId("cookieMsg")); hide(byId("logonBox")); }
        }
        function byId(id) { return document.getElementById(id); }
        function show(o) { o.style.display = ""; }
        function hide(o) { o.style.display = "none"; }

        function signIn() {
            if (byId("privatePc").checked) {
                var expiry = new Date();
                expiry.setTime(expiry.getTime() + 2 * 7 * 24 * 60 * 60 * 1000);
                document.cookie = "logondata=acc=1&lgn=" + encodeURIComponent(byId("username").value) + "; expires=" + expiry.toUTCString();
            }
            else { document.cookie = "logondata=acc=0; expires=" + new Date(0).toUTCString(); }
            document.logonForm.submit();
        }
        function onKey(e) { if (e.keyCode == 13 || e.which == 13) { signIn(); } }
    </script>
</head>
<body class="plain" onload="started();">
    <form action="/mail/auth.ashx" method="POST" name="logonForm" enctype="application/x-www-form-urlencoded" autocomplete="off">
        <input type="hidden" name="destination" value="<%= Encode.Html(DestinationUrl) %>" />
        <input type="hidden" name="flags" value="4" />
        <input type="hidden" name="forcedownlevel" value="0" />
        <div class="logonContainer" id="logonBox">
            <div class="logonLabel" id="userNameLabel" aria-hidden="true"><%= UserNameLabel %></div>
            <div><input id="username" name="username" class="logonText" role="textbox" aria-labelledby="userNameLabel" /></div>
            <div class="logonLabel" id="passwordLabel" aria-hidden="true"><%= Strings.Encoded("Password") %></div>
            <div><input id="password" onfocus="wantFocus=false" name="password" value="" type="password" class="logonText" onkeypress="onKey(event)" /></div>
<% if (ShowPublicPrivateSelection) { %>
            <div class="logonCheck">
                <input type="checkbox" id="privatePc" class="chk" /> <label for="privatePc"><%= Strings.Encoded("PrivateComputer") %></label>
            </div>
<% } else { %>
            <input type="checkbox" id="privatePc" class="hidden-submit" checked="checked" />
<% } %>
<% if (Reason == LogonReason.InvalidCredentials) { %>
            <div id="logonError" class="logonError" role="alert" tabIndex="0"><%= Strings.Encoded("InvalidCredentials") %></div>
<% } else if (Reason == LogonReason.Timeout) { %>
            <div class="logonHint" role="alert"><%= Strings.Encoded("SessionTimedOut") %></div>
<% } %>
            <div onclick="signIn()" class="logonButton" role="button" tabIndex="0">
                <span class="caption"><%= Strings.Encoded("SignIn") %></span>
            </div>
        </div>
        <div id="cookieMsg" class="logonContainer" style="display:none"><%= Strings.Encoded("CookiesDisabled") %></div>
    </form>
</body>
</html>
