// SPDX-License-Identifier: MIT
using System.Text;
using LbEngine.Configuration;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Testing;
using LbEngine.Tests.Inspection.ProxyProtocol;
using LbEngine.Tests.Inspection.Tls;
using LbEngine.Tests.Transport.Memory;

namespace LbEngine.Tests.Forwarding;

/// <summary>A pool whose headers tell more than addresses.</summary>
public sealed class ProxyFieldsTests
{
    private const string InFront = "10.0.0.9";

    private static readonly byte[] Told =
    [
        .. Headers.Field(0x01, "h2"u8), .. Headers.Field(0x02, "told.example"u8), .. Headers.Field(0x05, "their-id"u8),
        .. Headers.Field(0x20, [7, 0, 0, 0, 0]), .. Headers.Field(0xEA, "vpce-1"u8), .. Headers.Field(0x04, [0, 0]),
    ];

    [Theory]
    [InlineData("authority", "02=told.example")]
    [InlineData("alpn", "01=h2")]
    [InlineData("ssl", "20=\a\0\0\0\0")]
    [InlineData("unique-id", "05=their-id")]
    [InlineData("other", "EA=vpce-1")]
    [InlineData("authority alpn ssl unique-id other", "01=h2 02=told.example 05=their-id 20=\a\0\0\0\0 EA=vpce-1")]
    public async Task ProxyTlvs_HeaderInFrontTellsMore_PassesOnWhatIsAskedFor(string words, string expected)
    {
        await using MemoryStage stage = await StartAsync(words);
        MemoryClient client = stage.Connect(InFront);
        byte[] stream = [.. Headers.Binary(0x21, 0x11, [.. Headers.Addresses(Headers.Source, Headers.Destination), .. Told]), .. "hello"u8];
        client.Send(stream.AsSpan(0, 60));
        client.Send(stream.AsSpan(60));

        (string fields, string rest) = Read(stage.OnlyBackendConnection());
        Assert.Equal((expected, "hello"), (fields, rest));
    }

    [Fact]
    public async Task ProxyTlvs_SenderThatIsNotTrusted_TellsNothing()
    {
        await using MemoryStage stage = await StartAsync("authority other", untrusted: UntrustedProxyBehaviour.Ignore);
        MemoryClient client = stage.Connect("198.51.100.7");
        client.Send([.. Headers.Binary(0x21, 0x11, [.. Headers.Addresses(Headers.Source, Headers.Destination), .. Told]), .. "hello"u8]);

        Assert.Equal(("", "hello"), Read(stage.OnlyBackendConnection()));
    }

    [Fact]
    public async Task ProxyTlvs_ClientNamesItsServer_IsTheAuthorityWhateverAHeaderTells()
    {
        byte[] hello = new HelloBuilder().Name("Shop.Example").Records();
        await using MemoryStage stage = await StartAsync(
            "authority", listener: web => web.Routes.Add(new RouteOptions { Sni = { "*.other.example" }, Pool = "site" }));
        MemoryClient client = stage.Connect(InFront);
        client.Send([.. Headers.Binary(0x21, 0x11, [.. Headers.Addresses(Headers.Source, Headers.Destination), .. Told]), .. hello]);

        (string fields, string rest) = Read(stage.OnlyBackendConnection());
        Assert.Equal(("02=shop.example", Encoding.Latin1.GetString(hello)), (fields, rest));
    }

    [Fact]
    public async Task ProxyTlvs_UniqueIdThatNobodyHasTold_IsMadeHereAndEndsWithTheConnectionsId()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool =>
        {
            pool.SendProxy = ProxyVersion.V2;
            pool.ProxyTlvs.Add("unique-id");
        });
        stage.Connect();
        stage.Connect();

        string[] ids = [.. stage.Backends[0].Connections.Select(connection => Read(connection).Fields)];
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Equal(
            stage.Balancer.GetConnections().Select(connection => connection.Id).Order(), ids.Select(id => id["05=".Length..].Split('-', 2)[1]).Order());
        Assert.All(ids, id => Assert.Matches("^05=[0-9a-f]{16}-[0-9]+-[0-9]+$", id));
    }

    [Fact]
    public async Task ProxyTlvs_Checksum_IsRight()
    {
        await using MemoryStage stage = await MemoryStage.StartAsync(pool: pool =>
        {
            pool.SendProxy = ProxyVersion.V2;
            pool.ProxyTlvs.Add("crc32c");
        });
        MemoryClient client = stage.Connect();

        byte[] expected = Headers.WithChecksum(Headers.Binary(
            0x21, 0x11, [.. Headers.Addresses(client.LocalEndPoint.ToString(), MemoryStage.Listener), .. Headers.Field(3, [0, 0, 0, 0])]));
        Assert.Equal(expected, stage.OnlyBackendConnection().Received.ToArray());
    }

    [Fact]
    public async Task ProxyTlvs_MoreThanFits_OtherFieldsAreLeftOut()
    {
        await using MemoryStage stage = await StartAsync("other unique-id crc32c");
        byte[] many = [.. Headers.Field(0xE0, new byte[3900]), .. Headers.Field(0xE1, new byte[80])];
        stage.Connect(InFront).Send(Headers.Binary(0x21, 0x11, [.. Headers.Addresses(Headers.Source, Headers.Destination), .. many]));

        string[] fields = Read(stage.OnlyBackendConnection()).Fields.Split(' ');
        Assert.Equal(["E0", "05", "03"], fields.Select(field => field[..2]));
    }

    private static Task<MemoryStage> StartAsync(
        string words, UntrustedProxyBehaviour untrusted = UntrustedProxyBehaviour.Refuse, Action<ListenerOptions>? listener = null) =>
        MemoryStage.StartAsync(
            listener: web =>
            {
                web.AcceptProxy = new AcceptProxyOptions { Trusted = { "10.0.0.0/8" }, Untrusted = untrusted };
                listener?.Invoke(web);
            },
            pool: pool =>
            {
                pool.SendProxy = ProxyVersion.V2;
                foreach (string word in words.Split(' '))
                {
                    pool.ProxyTlvs.Add(word);
                }
            });

    /// <summary>The fields that a backend got, and what came behind the header.</summary>
    private static (string Fields, string Stream) Read(MemoryConnection connection)
    {
        byte[] bytes = connection.Received.ToArray();
        (ProxyReading reading, ProxyHeader header) = Headers.Read(bytes);
        Assert.Equal(ProxyReading.Whole, reading);
        var fields = new List<string>();
        foreach (ProxyField field in new ProxyFields(bytes.AsSpan(0, header.Length)))
        {
            fields.Add($"{field.Type:X2}={Encoding.Latin1.GetString(bytes, field.ValueAt, field.Length)}");
        }

        return (string.Join(' ', fields), Encoding.Latin1.GetString(bytes.AsSpan(header.Length)));
    }
}
