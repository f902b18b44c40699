<%@ WebHandler Language="C#" Class="Example.Consoles.WsRelay" %>
using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using System.Web;
using System.Web.WebSockets;

namespace Example.Consoles
{
    // Screens of the training machines in the browser (VNC over WebSocket). A machine is chosen by its number in the
    // course of the person who is logged in; host and port are those of the course.
    public class WsRelay : HttpTaskAsyncHandler
    {
        public override Task ProcessRequestAsync(HttpContext context)
        {
            int seat;
            Course course = Course.Of(context.User.Identity.Name);
            if (!context.IsWebSocketRequest || course == null || !int.TryParse(context.Request["seat"], out seat) || !course.Seats.ContainsKey(seat))
            {
                context.Response.StatusCode = 403;
                return Task.FromResult(0);
            }
            string host = course.Seats[seat];
            context.AcceptWebSocketRequest(ws => Relay(ws, host), new AspNetWebSocketOptions { SubProtocol = "binary" });
            return Task.FromResult(0);
        }

        private static async Task Relay(AspNetWebSocketContext ws, string host)
        {
            using (var tcp = new TcpClient())
            {
                await tcp.ConnectAsync(host, 5900);
                NetworkStream stream = tcp.GetStream();
                await Task.WhenAny(Up(ws.WebSocket, stream), Down(stream, ws.WebSocket));
            }
        }

        private static async Task Up(WebSocket from, NetworkStream to)
        {
            var buffer = new ArraySegment<byte>(new byte[16384]);
            while (from.State == WebSocketState.Open)
            {
                WebSocketReceiveResult r = await from.ReceiveAsync(buffer, CancellationToken.None);
                if (r.MessageType == WebSocketMessageType.Close) return;
                await to.WriteAsync(buffer.Array, 0, r.Count);
            }
        }

        private static async Task Down(NetworkStream from, WebSocket to)
        {
            var buffer = new byte[16384];
            int n;
            while ((n = await from.ReadAsync(buffer, 0, buffer.Length)) > 0)
                await to.SendAsync(new ArraySegment<byte>(buffer, 0, n), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
    }
}
