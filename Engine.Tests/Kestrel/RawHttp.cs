// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.Kestrel;

/// <summary>Requests with something before them, over sockets of their own.</summary>
internal static class RawHttp
{
    public static byte[] Request => "GET / HTTP/1.1\r\nHost: app\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>Sends the pieces, each for itself, and returns the body of the answer; null when the connection was reset.</summary>
    public static async Task<string?> AskAsync(EndPoint server, params byte[][] pieces)
    {
        try
        {
            using Socket socket = await ConnectAsync(server);
            return await AskAsync(socket, pieces);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Whoever is not trusted may be gone before connect has returned.
            return null;
        }
    }

    public static async Task<string?> AskAsync(Socket socket, params byte[][] pieces)
    {
        try
        {
            foreach (byte[] piece in pieces)
            {
                await Waiting.ForAsync(token => socket.SendAsync(piece, SocketFlags.None, token), "a piece to be sent");
            }

            return await ReadBodyAsync(new NetworkStream(socket));
        }
        catch (Exception exception) when (exception is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown } or IOException)
        {
            return null;
        }
    }

    /// <summary>The same over TLS, with the header before it.</summary>
    public static async Task<string> AskOverTlsAsync(EndPoint server, byte[] header)
    {
        using Socket socket = await ConnectAsync(server);
        await Waiting.ForAsync(token => socket.SendAsync(header, SocketFlags.None, token), "the header to be sent");
        return await AskOverTlsAsync(socket);
    }

    public static async Task<string> AskOverTlsAsync(Socket socket)
    {
        using var tls = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, IsOfTheApp);
        await tls.AuthenticateAsClientAsync("app").WaitAsync(Waiting.DefaultLimit);
        await tls.WriteAsync(Request);
        return await ReadBodyAsync(tls);
    }

    /// <summary>It is signed by nobody, so its name has to do.</summary>
    public static bool IsOfTheApp(object sender, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors) => presented?.Subject == "CN=app";

    public static async Task<Socket> ConnectAsync(EndPoint server)
    {
        bool isUnix = server.AddressFamily == AddressFamily.Unix;
        var socket = new Socket(server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!isUnix)
        {
            socket.NoDelay = true;
        }

        await socket.ConnectAsync(server).WaitAsync(Waiting.DefaultLimit);
        return socket;
    }

    private static async Task<string> ReadBodyAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string answer = await reader.ReadToEndAsync().WaitAsync(Waiting.DefaultLimit);

        // Behind the head and, as a rule, the length of a chunk.
        return answer.Split("\r\n").FirstOrDefault(line => line.Contains(" over ", StringComparison.Ordinal), answer);
    }
}
