<%@ WebHandler Language="C#" Class="GitHttp" %>
using System;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Web;

/// <summary>Smart HTTP for the repositories of the team: runs git upload-pack on a bare repository, read only.</summary>
public class GitHttp : IHttpHandler
{
    private const string Root = @"D:\git";
    private const string Git = @"C:\Program Files\Git\bin\git.exe";
    public bool IsReusable { get { return true; } }

    public void ProcessRequest(HttpContext context)
    {
        Match m = Regex.Match(context.Request.PathInfo, @"^/(?<repo>[a-z0-9-]{1,40})\.git/(?<what>info/refs|git-upload-pack)$");
        string folder = m.Success ? Path.Combine(Root, m.Groups["repo"].Value + ".git") : null;
        if (folder == null || !Directory.Exists(folder))
        {
            context.Response.StatusCode = 404;
            return;
        }
        bool advertise = m.Groups["what"].Value == "info/refs";
        if (advertise && context.Request.QueryString["service"] != "git-upload-pack")
        {
            context.Response.StatusCode = 403;
            return;
        }

        var info = new ProcessStartInfo(Git, "upload-pack --stateless-rpc " + (advertise ? "--advertise-refs " : "") + "\"" + folder + "\"")
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, CreateNoWindow = true,
        };
        context.Response.ContentType = "application/x-git-upload-pack-" + (advertise ? "advertisement" : "result");
        context.Response.BufferOutput = false;
        using (var git = Process.Start(info))
        {
            if (advertise)
            {
                context.Response.Write("001e# service=git-upload-pack\n0000");
            }
            else
            {
                Stream body = context.Request.InputStream;
                if (context.Request.Headers["Content-Encoding"] == "gzip") body = new GZipStream(body, CompressionMode.Decompress);
                body.CopyTo(git.StandardInput.BaseStream);
            }
            git.StandardInput.Close();
            git.StandardOutput.BaseStream.CopyTo(context.Response.OutputStream);
            git.WaitForExit();
        }
    }
}
