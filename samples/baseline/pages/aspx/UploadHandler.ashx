<%@ WebHandler Language="C#" Class="Portal.UploadHandler" %>

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Web;
using System.Web.Script.Serialization;

namespace Portal
{
    /// <summary>
    /// Receives files of the drag-and-drop control in chunks (Content-Range) and puts them together in App_Data,
    /// which IIS never serves.
    /// </summary>
    public class UploadHandler : IHttpHandler
    {
        private static readonly Dictionary<string, byte[]> Magic = new Dictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase)
        {
            { ".pdf", new byte[] { 0x25, 0x50, 0x44, 0x46 } },
            { ".png", new byte[] { 0x89, 0x50, 0x4E, 0x47 } },
            { ".jpg", new byte[] { 0xFF, 0xD8, 0xFF } },
            { ".zip", new byte[] { 0x50, 0x4B, 0x03, 0x04 } },
        };

        private readonly JavaScriptSerializer json = new JavaScriptSerializer { MaxJsonLength = 41943040 };

        public bool IsReusable { get { return false; } }

        public void ProcessRequest(HttpContext context)
        {
            if (!context.User.IsInRole("Contributors"))
            {
                context.Response.StatusCode = 403;
                return;
            }
            context.Response.AddHeader("Pragma", "no-cache");
            switch (context.Request.HttpMethod)
            {
                case "POST":
                case "PUT":
                    Upload(context);
                    break;
                case "OPTIONS":
                    context.Response.AddHeader("Allow", "POST,PUT,OPTIONS");
                    break;
                default:
                    context.Response.StatusCode = 405;
                    break;
            }
        }

        private void Upload(HttpContext context)
        {
            var folder = context.Server.MapPath("~/App_Data/incoming");
            var results = new List<object>();
            for (int i = 0; i < context.Request.Files.Count; i++)
            {
                HttpPostedFile file = context.Request.Files[i];
                string extension = Path.GetExtension(file.FileName);
                if (!Magic.ContainsKey(extension) || file.ContentLength > 20 * 1024 * 1024)
                {
                    results.Add(new { name = Path.GetFileName(file.FileName), error = "This type or size is not accepted." });
                    continue;
                }
                string stored = Guid.NewGuid().ToString("N") + extension.ToLowerInvariant();
                string path = Path.Combine(folder, stored);
                if (context.Request.Headers["Content-Range"] == null)
                {
                    if (!StartsWith(file.InputStream, Magic[extension]))
                    {
                        results.Add(new { name = stored, error = "The content does not fit the name." });
                        continue;
                    }
                    file.SaveAs(path);
                }
                else
                {
                    string part = Path.Combine(folder, context.Session == null ? "anonymous.part" : context.Session.SessionID + ".part");
                    using (var append = new FileStream(part, FileMode.Append, FileAccess.Write))
                    {
                        file.InputStream.CopyTo(append);
                    }
                }
                results.Add(new { name = stored, size = file.ContentLength });
            }
            context.Response.ContentType = "application/json";
            context.Response.Write(json.Serialize(results));
        }

        private static bool StartsWith(Stream stream, byte[] magic)
        {
            var head = new byte[magic.Length];
            int read = stream.Read(head, 0, head.Length);
            stream.Position = 0;
            return read == magic.Length && head.SequenceEqual(magic);
        }
    }
}
