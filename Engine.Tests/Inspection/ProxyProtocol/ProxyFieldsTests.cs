// SPDX-License-Identifier: MIT
using LbEngine.Inspection.ProxyProtocol;

namespace LbEngine.Tests.Inspection.ProxyProtocol;

/// <summary>The walk over the fields of a header.</summary>
public sealed class ProxyFieldsTests
{
    [Theory]
    [InlineData(0x11, 12)]
    [InlineData(0x12, 12)]
    [InlineData(0x21, 36)]
    [InlineData(0x22, 36)]
    [InlineData(0x31, 216)]
    [InlineData(0x32, 216)]
    public void MoveNext_FieldsBehindEveryFamily_FindsEachWithItsValue(byte family, int addressBytes)
    {
        byte[] fields = [.. Headers.Field(0x02, "shop"u8), .. Headers.Field(0xEE, []), .. Headers.Field(0x02, "x"u8), .. Headers.Field(0x04, new byte[300])];
        byte[] whole = Headers.Binary(0x21, family, [.. new byte[addressBytes], .. fields]);

        List<ProxyField> found = Walk(whole);

        int at = 16 + addressBytes;
        Assert.Equal([new(0x02, at + 3, 4), new(0xEE, at + 10, 0), new(0x02, at + 13, 1), new(0x04, at + 17, 300)], found);
        Assert.Equal("shop"u8.ToArray(), whole.AsSpan(found[0].ValueAt, found[0].Length).ToArray());
    }

    [Fact]
    public void MoveNext_HeadersOfNobody_FindsNone()
    {
        byte[] addresses = Headers.Addresses(Headers.Source, Headers.Destination);
        byte[] field = Headers.Field(0x02, "shop"u8);

        Assert.Empty(Walk(Headers.Text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443")));
        Assert.Empty(Walk(Headers.Text("PROXY UNKNOWN")));
        Assert.Empty(Walk(Headers.Binary(0x21, 0x11, addresses)));
        Assert.Empty(Walk(Headers.Binary(0x20, 0x11, [.. addresses, .. field])));
        Assert.Empty(Walk(Headers.Binary(0x20, 0x00, [0xFF, 0xFF, 0xFF])));
        Assert.Empty(Walk(Headers.Binary(0x21, 0x00, [0xFF, 0xFF, 0xFF])));
    }

    [Fact]
    public void MoveNext_WholeHeadersWithAnythingBehind_StaysInsideAndReachesTheEnd()
    {
        var random = new Random(20101205);
        foreach (byte[] header in Headers.Whole)
        {
            for (int round = 0; round < 2000; round++)
            {
                byte[] bytes = [.. header, .. new byte[50]];
                bytes[random.Next(header.Length)] ^= (byte)(1 << random.Next(8));
                if (Headers.Read(bytes) is not (ProxyReading.Whole, ProxyHeader read))
                {
                    continue;
                }

                ReadOnlySpan<byte> whole = bytes.AsSpan(0, read.Length);
                int end = ProxyBinaryReader.FindFields(whole);
                foreach (ProxyField field in new ProxyFields(whole))
                {
                    Assert.Equal(end + 3, field.ValueAt);
                    end = field.ValueAt + field.Length;
                }

                Assert.Equal(whole.Length, end);
            }
        }
    }

    [Fact]
    public void MoveNext_OfManyFields_AllocatesNothing()
    {
        byte[] whole = Headers.Binary(0x21, 0x11, [.. new byte[12], .. Enumerable.Range(0, 300).SelectMany(_ => Headers.Field(0xEE, "value"u8))]);
        Count(whole);
        long before = GC.GetAllocatedBytesForCurrentThread();

        int count = Count(whole);

        Assert.Equal((300, 0), (count, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    private static int Count(byte[] whole)
    {
        int count = 0;
        foreach (ProxyField field in new ProxyFields(whole))
        {
            count += field.Length == 5 ? 1 : 0;
        }

        return count;
    }

    private static List<ProxyField> Walk(byte[] whole)
    {
        List<ProxyField> found = [];
        foreach (ProxyField field in new ProxyFields(whole))
        {
            found.Add(field);
        }

        return found;
    }
}
