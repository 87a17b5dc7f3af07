// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Sockets;
using LbEngine.Kestrel;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Inspection.ProxyProtocol;
using Microsoft.AspNetCore.Connections;

namespace LbEngine.Tests.Kestrel;

/// <summary>Whose header is believed, and mistakes of whoever says so.</summary>
public sealed class TrustTests
{
    private static readonly byte[] Header = Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443");
    private static readonly UnixDomainSocketEndPoint Socket = new("/run/app.sock");

    [Theory]
    [InlineData("10.255.0.1", true)]
    [InlineData("11.0.0.1", false)]
    [InlineData("::ffff:10.255.0.1", true)]
    [InlineData("::ffff:11.0.0.1", false)]
    [InlineData("2001:db8:1::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData("172.16.0.1", true)]
    [InlineData("::ffff:172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("::a00:1", false)]
    public async Task Peer_InATrustedNetworkHoweverItIsWritten_IsBelieved(string peer, bool isBelieved)
    {
        var stage = new MiddlewareStage(options =>
        {
            options.Trusted.Add(IPNetwork.Parse("2001:db8::/32"));
            options.Trusted.Add(IPNetwork.Parse("::ffff:172.16.0.0/108"));
        });
        var connection = new ScriptedConnection(new IPEndPoint(IPAddress.Parse(peer), 5000));
        await connection.SendAsync(Header);
        await stage.RunAsync(connection).WaitAsync(Waiting.DefaultLimit);

        Assert.Equal(isBelieved, connection.IsServed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UnixSocket_ByOptionAlone_IsBelieved(bool isTrusted)
    {
        var stage = new MiddlewareStage(options => options.TrustUnixSockets = isTrusted);
        var connection = new ScriptedConnection(local: Socket) { RemoteEndPoint = null };
        await connection.SendAsync(Header);
        await stage.RunAsync(connection).WaitAsync(Waiting.DefaultLimit);

        Assert.Equal(isTrusted, connection.IsServed);
        Assert.Equal(isTrusted ? Headers.Source : null, connection.RemoteEndPoint?.ToString());
    }

    [Fact]
    public async Task NamedPipe_WithUnixSocketsTrusted_IsNot()
    {
        var stage = new MiddlewareStage(options => options.TrustUnixSockets = true);
        var connection = new ScriptedConnection(new NamedPipeEndPoint("app"), new NamedPipeEndPoint("app"));
        await connection.SendAsync(Header);
        await stage.RunAsync(connection).WaitAsync(Waiting.DefaultLimit);

        Assert.False(connection.IsServed);
    }

    [Fact]
    public void Options_WithEveryMistake_NameAllOfThem()
    {
        var builder = new ConnectionBuilder(new NoServices());

        string message = Assert.Throws<ArgumentException>(() => builder.UseProxyProtocol(options =>
        {
            options.Untrusted = (UntrustedPeer)7;
            options.Timeout = TimeSpan.Zero;
            options.TimeProvider = null!;
        })).Message;

        Assert.Contains("Trusted names nobody", message, StringComparison.Ordinal);
        Assert.Contains("Untrusted is 7, which there is not. Write UntrustedPeer.Refuse or UntrustedPeer.Ignore.", message, StringComparison.Ordinal);
        Assert.Contains("Timeout is 00:00:00: write 100 ms to 1 hour", message, StringComparison.Ordinal);
        Assert.Contains("TimeProvider is null", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_None_IsAMistakeAtOnce()
    {
        var builder = new ConnectionBuilder(new NoServices());

        Assert.Throws<ArgumentException>(() => builder.UseProxyProtocol());
        Assert.Throws<ArgumentException>(() => builder.UseProxyProtocol([]));
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(99, false)]
    [InlineData(3_600_000, true)]
    [InlineData(3_600_001, false)]
    [InlineData(-1, false)]
    public void Timeout_FromATenthOfASecondToAnHour_IsTaken(int milliseconds, bool isTaken)
    {
        Exception? mistake = Record.Exception(() => new MiddlewareStage(options => options.Timeout = TimeSpan.FromMilliseconds(milliseconds)));

        Assert.Equal(isTaken, mistake is null);
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}
