// SPDX-License-Identifier: MIT
using System.Text;
using BenchmarkDotNet.Attributes;
using LbEngine.Inspection.Tls;

namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// A whole ClientHello read and its route found, against a list of routes that is walked until one fits: what one would write first. Half of the clients
/// name a wildcard's, half an exact name.
/// </summary>
[MemoryDiagnoser]
public class TlsRouteBenchmarks
{
    private const int Operations = 1024;

    private readonly byte[][] _hellos = new byte[Operations][];
    private readonly byte[] _buffer = new byte[ClientHelloReader.LongestName];
    private TlsRoute[] _routes = [];
    private TlsRouteTable _table = new([]);

    [Params(10, 1000, 10_000)]
    public int Routes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _routes = [.. Enumerable.Range(0, Routes).Select(i => new TlsRoute([i % 2 == 0 ? $"site{i}.example" : $"*.site{i}.example"], []))];
        _table = new TlsRouteTable(_routes);
        for (int i = 0; i < Operations; i++)
        {
            int route = random.Next(Routes);
            _hellos[i] = WriteHello(route % 2 == 0 ? $"site{route}.example" : $"www.site{route}.example");
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public int WalkedList()
    {
        int found = 0;
        foreach (byte[] bytes in _hellos)
        {
            _ = ClientHelloReader.Read(bytes, _buffer, out ClientHello hello);
            string name = Encoding.ASCII.GetString(hello.Name);
            found += Array.FindIndex(_routes, route => Fits(route.Names[0], name));
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Table()
    {
        int found = 0;
        foreach (byte[] bytes in _hellos)
        {
            _ = ClientHelloReader.Read(bytes, _buffer, out ClientHello hello);
            found += _table.Find(hello);
        }

        return found;
    }

    private static bool Fits(string route, string name) =>
        route[0] == '*' ? name.AsSpan(name.IndexOf('.', StringComparison.Ordinal)).SequenceEqual(route.AsSpan(1)) : name == route;

    /// <summary>As a browser's: the name behind some extensions of which one is a large key.</summary>
    private static byte[] WriteHello(string name)
    {
        byte[] host = [0, .. Sized(2, Encoding.ASCII.GetBytes(name))];
        byte[] key = [0, 51, .. Sized(2, new byte[1258])];
        byte[] extensions = [0x0A, 0x0A, .. Sized(2, []), .. key, 0, 0, .. Sized(2, Sized(2, host)), 0, 16, .. Sized(2, [0, 3, 2, 0x68, 0x32])];
        byte[] body = [3, 3, .. new byte[32], .. Sized(1, new byte[32]), .. Sized(2, new byte[32]), 1, 0, .. Sized(2, extensions)];
        return [22, 3, 1, .. Sized(2, [1, .. Sized(3, body)])];
    }

    private static byte[] Sized(int size, byte[] data) =>
        [.. Enumerable.Range(0, size).Select(i => (byte)(data.Length >> (8 * (size - 1 - i)))), .. data];
}
