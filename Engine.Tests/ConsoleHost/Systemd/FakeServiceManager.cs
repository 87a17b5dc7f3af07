// SPDX-License-Identifier: MIT
using System.Net.Sockets;
using System.Text;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.ConsoleHost.Systemd;

/// <summary>The end of a notify socket that systemd would hold.</summary>
internal sealed class FakeServiceManager : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[4096];

    /// <param name="address">A path, or a name of the abstract name space with <c>@</c> before it.</param>
    public FakeServiceManager(string address)
    {
        Address = address;
        _socket.Bind(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
    }

    public string Address { get; }

    /// <summary>The next message that is no heartbeat of the watchdog, as its lines.</summary>
    public async Task<string[]> ReceiveAsync(string what)
    {
        while (true)
        {
            string[] lines = await ReceiveAnyAsync(what);
            if (!lines.Contains("WATCHDOG=1"))
            {
                return lines;
            }
        }
    }

    public async Task<string[]> ReceiveAnyAsync(string what)
    {
        int count = await Waiting.ForAsync(token => _socket.ReceiveAsync(_buffer, SocketFlags.None, token), what, TimeSpan.FromSeconds(60));
        return Encoding.UTF8.GetString(_buffer, 0, count).Split('\n');
    }

    public void Dispose() => _socket.Dispose();
}
