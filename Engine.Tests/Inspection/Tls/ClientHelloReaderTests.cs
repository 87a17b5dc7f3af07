// SPDX-License-Identifier: MIT
using System.Net.Security;
using FsCheck;
using FsCheck.Fluent;
using LbEngine.Inspection.Tls;
using LbEngine.Tests.Harness;

namespace LbEngine.Tests.Inspection.Tls;

/// <summary>A ClientHello is read whatever segments and records cut it, and nothing else is taken for one.</summary>
public sealed class ClientHelloReaderTests
{
    private static readonly byte[] NoBytes = [];

    public static TheoryData<string, byte[], string> Vectors() => new()
    {
        { "nothing yet", NoBytes, "NeedsMore" },
        { "plain HTTP", "GET / HTTP/1.1\r\n"u8.ToArray(), "NotTls" },
        { "SSL 2", [0x80, 0x2E, 1, 0, 2], "NotTls" },
        { "another major version", [22, 2, 0], "NotTls" },
        { "a name", new HelloBuilder().Name("shop.example").Records(), "shop.example|" },
        { "a name in capitals with a dot at its end", new HelloBuilder().Name("Shop.EXAMPLE.").Records(), "shop.example|" },
        { "name and protocols", new HelloBuilder().Name("a.b").Protocols("h2", "http/1.1").Records(), "a.b|h2,http/1.1," },
        { "protocols before the name", new HelloBuilder().Protocols("h2").Name("a.b").Records(), "a.b|h2," },
        { "protocols alone", new HelloBuilder().Protocols("acme-tls/1").Records(), "|acme-tls/1," },
        { "no extensions at all (TLS 1.0)", new HelloBuilder { OmitsExtensions = true }.Records(), "|" },
        { "an empty list of extensions", new HelloBuilder().Records(), "|" },
        { "no session id", new HelloBuilder { SessionIdLength = 0 }.Name("a.b").Records(), "a.b|" },
        { "GREASE before and between", new HelloBuilder().Extension(0x1A1A, NoBytes).Name("a.b").Extension(0xFAFA, [0]).Records(), "a.b|" },
        { "a post-quantum key share before the name", new HelloBuilder().Extension(51, new byte[1258]).Name("a.b").Records(), "a.b|" },
        { "the outer name of ECH", new HelloBuilder().Extension(0xFE0D, new byte[400]).Name("public.example").Records(), "public.example|" },
        { "twelve kilobytes before the name", new HelloBuilder().Extension(51, new byte[12000]).Name("a.b").Records(4000), "a.b|" },
        { "records of one byte", new HelloBuilder().Name("a.b").Protocols("h2").Records(1), "a.b|h2," },
        { "an IDN in ASCII form", new HelloBuilder().Name("xn--bcher-kva.example").Records(), "xn--bcher-kva.example|" },
        { "more behind the hello", [.. new HelloBuilder().Name("a.b").Records(), 20, 3, 3, 0, 1, 1], "a.b|" },
        { "an IDN in UTF-8", new HelloBuilder().Name([0x62, 0xC3, 0xBC]).Records(), "Malformed" },
        { "NUL in the name", new HelloBuilder().Name("a\0b").Records(), "Malformed" },
        { "a name of one dot", new HelloBuilder().Name(".").Records(), "Malformed" },
        { "an empty name", new HelloBuilder().Name("").Records(), "Malformed" },
        { "a name of 256 bytes", new HelloBuilder().Name(new string('a', 256)).Records(), "Malformed" },
        { "a name of 255 bytes", new HelloBuilder().Name(new string('a', 255)).Records(), new string('a', 255) + "|" },
        { "two host names", new HelloBuilder().Extension(0, [0, 8, 0, 0, 1, 97, 0, 0, 1, 98]).Records(), "Malformed" },
        { "an empty list of names", new HelloBuilder().Extension(0, [0, 0]).Records(), "Malformed" },
        { "a list of names longer than its extension", new HelloBuilder().Extension(0, [0, 9, 0, 0, 1, 97]).Records(), "Malformed" },
        { "a name longer than its list", new HelloBuilder().Extension(0, [0, 4, 0, 0, 2, 97]).Records(), "Malformed" },
        { "an empty list of protocols", new HelloBuilder().Protocols().Records(), "Malformed" },
        { "an empty protocol", new HelloBuilder().Protocols("").Records(), "Malformed" },
        { "a session id of 33 bytes", new HelloBuilder { SessionIdLength = 33 }.Records(), "Malformed" },
        { "a ServerHello", HelloBuilder.Records([2, 0, 0, 1, 0], 100), "Malformed" },
        { "a message of 16 MB", HelloBuilder.Records([1, 255, 255, 255], 100), "Malformed" },
        { "a message too short for its fields", HelloBuilder.Records([1, 0, 0, 1, 3], 100), "Malformed" },
        { "an empty record", [22, 3, 1, 0, 0], "Malformed" },
        { "a record above 16 KiB", [22, 3, 1, 0x40, 1], "Malformed" },
        { "an alert between records", [.. HelloBuilder.Records(new HelloBuilder().Name("a.b").Message()[..20], 20), 21, 3, 1, 0, 2], "Malformed" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Read_Vector_SaysTheSameOfEverySplit(string what, byte[] bytes, string expected) =>
        Assert.Equal((what, expected), (what, Hellos.ReadSplit(bytes)));

    [Fact]
    public async Task Read_HelloOfSslStream_KnowsNameAndProtocols()
    {
        byte[] bytes = await CapturedHello.TakeAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "Shop.Example",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        });

        Assert.Equal("shop.example|h2,http/1.1,", Hellos.ReadSplit(bytes));
    }

    [Fact]
    public void Read_AnySizeOfRecords_SaysTheSame()
    {
        byte[] message = new HelloBuilder().Extension(51, new byte[300]).Name("a.shop.example").Protocols("h2").Message();

        Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt>(), size => Hellos.Read(HelloBuilder.Records(message, size.Get)) == "a.shop.example|h2,")
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_MutatedHellos_NeverThrowsNorChangesItsMind()
    {
        byte[][] seeds = [.. Vectors().Select(row => (byte[])row[1]).Where(bytes => bytes.Length is > 0 and < 1500)];
        var random = new Random(4711);
        for (int i = 0; i < Fuzzing.Rounds; i++)
        {
            byte[] seed = seeds[random.Next(seeds.Length)];
            byte[] bytes = seed[..random.Next(1, seed.Length + 1)];
            for (int change = random.Next(4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            string front = Hellos.Read(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
            Assert.True(front == "NeedsMore" || front == Hellos.Read(bytes), Convert.ToHexString(bytes));
        }
    }

    [Fact]
    public void Read_Whole_AllocatesNothing()
    {
        byte[] bytes = new HelloBuilder().Extension(51, new byte[1258]).Name("shop.example").Protocols("h2").Records(200);
        byte[] name = new byte[ClientHelloReader.LongestName];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = ClientHelloReader.Read(bytes, name, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
