// SPDX-License-Identifier: MIT
using LbEngine.Inspection.Tls;

namespace LbEngine.Tests.Inspection.Tls;

/// <summary>Which route takes a client: the exact name, the longest wildcard, the protocol alone, in this order.</summary>
public sealed class TlsRouteTableTests
{
    // The number of a route is its place here.
    private static readonly TlsRouteTable Table = new(
    [
        Route("shop.example", ""),
        Route("*.shop.example", ""),
        Route("**.shop.example", ""),
        Route("**.example", ""),
        Route("api.shop.example", "h2"),
        Route("", "h2"),
        Route("", "acme-tls/1"),
        Route("mail.test,smtp.test", "h2,http/1.1"),
        Route("mail.test", ""),
        Route("**.deep.shop.example", "h2"),
    ]);

    [Theory]
    [InlineData("shop.example", "", 0)]
    [InlineData("SHOP.Example.", "", 0)]
    [InlineData("shop.example", "h2", 0)]
    [InlineData("a.shop.example", "", 1)]
    [InlineData("a.b.shop.example", "", 2)]
    [InlineData("a.b.c.shop.example", "", 2)]
    [InlineData("other.example", "", 3)]
    [InlineData("myshop.example", "", 3)]
    [InlineData("example", "", -1)]
    [InlineData(".example", "", -1)]
    [InlineData("api.shop.example", "h2", 4)]
    [InlineData("api.shop.example", "", 1)]
    [InlineData("a.deep.shop.example", "h2", 9)]
    [InlineData("a.deep.shop.example", "http/1.1", 2)]
    [InlineData("unknown.test", "h2", 5)]
    [InlineData("unknown.test", "acme-tls/1,h2", 5)]
    [InlineData("unknown.test", "H2", -1)]
    [InlineData("", "acme-tls/1", 6)]
    [InlineData("", "", -1)]
    [InlineData("smtp.test", "http/1.1", 7)]
    [InlineData("smtp.test", "", -1)]
    [InlineData("mail.test", "http/1.1", 7)]
    [InlineData("mail.test", "imap", 8)]
    public void Find_NameAndProtocols_TakesTheMostSpecific(string name, string protocols, int expected) =>
        Assert.Equal(expected, Find(Table, name, protocols));

    [Fact]
    public void Find_TenThousandRoutes_FindsEachWithoutAllocation()
    {
        var table = new TlsRouteTable([.. Enumerable.Range(0, 10_000).Select(i => Route(i % 2 == 0 ? $"s{i}.example" : $"*.s{i}.example", ""))]);
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal(i, Find(table, i % 2 == 0 ? $"s{i}.example" : $"www.s{i}.example", "h2"));
        }

        byte[] bytes = new HelloBuilder().Name("www.s4711.example").Protocols("h2").Records();
        byte[] name = new byte[ClientHelloReader.LongestName];
        _ = ClientHelloReader.Read(bytes, name, out ClientHello hello);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = table.Find(hello);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static TlsRoute Route(string names, string protocols) =>
        new(names.Split(',', StringSplitOptions.RemoveEmptyEntries), protocols.Split(',', StringSplitOptions.RemoveEmptyEntries));

    private static int Find(TlsRouteTable table, string name, string protocols)
    {
        var builder = new HelloBuilder();
        _ = name.Length > 0 ? builder.Name(name) : builder;
        _ = protocols.Length > 0 ? builder.Protocols(protocols.Split(',')) : builder;
        _ = ClientHelloReader.Read(builder.Records(), new byte[ClientHelloReader.LongestName], out ClientHello hello);
        return table.Find(hello);
    }
}
