// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Kestrel;
using LbEngine.Tests.Harness;
using LbEngine.Tests.Inspection.ProxyProtocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace LbEngine.Tests.Kestrel;

/// <summary>Whoever does not begin as it has to is aborted, with a reason.</summary>
public sealed class RefusalTests
{
    private static readonly byte[] Addresses = Headers.Addresses(Headers.Source, Headers.Destination);
    private static readonly IPEndPoint Stranger = IPEndPoint.Parse("203.0.113.9:5000");

    private readonly MiddlewareStage _stage = new();

    public static TheoryData<byte[]> NoHeaders() =>
    [
        "G"u8.ToArray(),
        "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
        (byte[])[0x16, 0x03, 0x01],
        Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 65536"),
        Headers.Text("PROXY UNKNOWN " + new string('x', 92)),
        Headers.Binary(0x21, 0x11, Addresses, length: 4081),
        Headers.Binary(0x21, 0x11, [.. Addresses, 1, 0, 9]),
        Headers.Binary(0x21, 0x11, [.. Addresses, .. Headers.Field(0x03, [0, 0, 0, 0])]),
        Headers.Binary(0x22, 0x11, Addresses),
    ];

    [Theory]
    [MemberData(nameof(NoHeaders))]
    public async Task Trusted_SendsNoHeaderThatCanBeRead_IsAborted(byte[] sent) =>
        AssertRefused(await _stage.ServeAsync(sent), "BadProxyHeader");

    [Fact]
    public async Task Untrusted_Refused_IsAbortedBeforeItHasSentAnything()
    {
        (ScriptedConnection connection, Task running) = _stage.Accept(Stranger);
        await running.WaitAsync(Waiting.DefaultLimit);

        AssertRefused(connection, "UntrustedProxy");
        Assert.Contains("from 203.0.113.9:5000 to 10.0.0.9:9001", Assert.Single(_stage.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Untrusted_Ignored_IsServedAsItselfWithoutItsHeader()
    {
        var stage = new MiddlewareStage(options => options.Untrusted = UntrustedPeer.Ignore);

        ScriptedConnection connection = await stage.ServeAsync([.. Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443"), .. "GET"u8], Stranger);

        Assert.True(connection.IsServed);
        Assert.Equal(("203.0.113.9:5000", ScriptedConnection.Own), connection.EndPoints);
        Assert.Null(connection.Told);
        Assert.Equal("GET", connection.TakeUnread());
    }

    [Fact]
    public async Task Untrusted_IgnoredButWithoutAHeader_IsAborted()
    {
        var stage = new MiddlewareStage(options => options.Untrusted = UntrustedPeer.Ignore);

        AssertRefused(await stage.ServeAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray(), Stranger), "BadProxyHeader", stage);
    }

    [Fact]
    public async Task Timeout_HeaderNotWholeInTime_IsAbortedThoughBytesCome()
    {
        byte[] header = Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443");
        (ScriptedConnection connection, Task running) = _stage.Accept();
        for (int i = 0; i < 5; i++)
        {
            await connection.SendAsync(header.AsMemory(i, 1));
            _stage.Time.Advance(TimeSpan.FromMilliseconds(i < 4 ? 1000 : 999));
            Assert.Null(connection.Aborted);
        }

        _stage.Time.Advance(TimeSpan.FromMilliseconds(1));
        await running.WaitAsync(Waiting.DefaultLimit);

        AssertRefused(connection, "InspectTimeout");
    }

    [Fact]
    public async Task Timeout_OfTheOptions_Counts()
    {
        var stage = new MiddlewareStage(options => options.Timeout = TimeSpan.FromMilliseconds(100));
        (ScriptedConnection connection, Task running) = stage.Accept();

        stage.Time.Advance(TimeSpan.FromMilliseconds(100));
        await running.WaitAsync(Waiting.DefaultLimit);

        AssertRefused(connection, "InspectTimeout", stage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_LeavesWithinItsHeader_IsAborted(bool withAReset)
    {
        (ScriptedConnection connection, Task running) = _stage.Accept();
        await connection.SendAsync("PROXY "u8.ToArray());
        connection.End(withAReset ? new ConnectionResetException("reset") : null);
        await running.WaitAsync(Waiting.DefaultLimit);

        AssertRefused(connection, "PeerLeft");
    }

    [Fact]
    public async Task Server_StopsWhileAHeaderIsAwaited_DoesNotWaitForIt()
    {
        using var stop = new CancellationTokenSource();
        var connection = new ScriptedConnection();
        connection.Features.Set<IConnectionLifetimeNotificationFeature>(new Stopping { ConnectionClosedRequested = stop.Token });
        Task running = _stage.RunAsync(connection);
        Assert.False(running.IsCompleted);

        await stop.CancelAsync();
        await running.WaitAsync(Waiting.DefaultLimit);

        AssertRefused(connection, "ServerStops");
    }

    private void AssertRefused(ScriptedConnection connection, string reason, MiddlewareStage? stage = null)
    {
        Assert.False(connection.IsServed);
        Assert.Null(connection.Told);
        Assert.EndsWith($": {reason}.", Assert.IsType<ConnectionAbortedException>(connection.Aborted).Message, StringComparison.Ordinal);
        Assert.EndsWith($" was aborted: {reason}.", Assert.Single((stage ?? _stage).Refusals), StringComparison.Ordinal);
        Assert.Equal(0, (stage ?? _stage).Time.ArmedTimers);
    }

    private sealed class Stopping : IConnectionLifetimeNotificationFeature
    {
        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose()
        {
        }
    }
}
