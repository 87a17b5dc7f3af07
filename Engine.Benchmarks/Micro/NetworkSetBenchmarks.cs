// SPDX-License-Identifier: MIT
using System.Net;
using BenchmarkDotNet.Attributes;
using LbEngine.Tables;

namespace LbEngine.Benchmarks.Micro;

/// <summary>
/// The set of networks against one hash set for each length of a prefix, asked from the longest on: what one would write first. Networks and addresses
/// are at random, half of the addresses inside of a network.
/// </summary>
[MemoryDiagnoser]
public class NetworkSetBenchmarks
{
    private const int Operations = 16_384;

    private readonly AddressKey[] _addresses = new AddressKey[Operations];
    private readonly HashSet<AddressKey>?[] _byLength = new HashSet<AddressKey>?[129];
    private NetworkSet _set = NetworkSet.Empty;

    [Params(10, 1000, 100_000)]
    public int Networks { get; set; }

    [Params(false, true)]
    public bool IsIPv6 { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        IPNetwork[] networks = [.. Enumerable.Range(0, Networks).Select(_ => NextNetwork(random))];
        _set = new NetworkSet(networks);
        foreach (IPNetwork network in networks)
        {
            int length = network.PrefixLength;
            (_byLength[length] ??= []).Add(AddressKey.From(network.BaseAddress));
        }

        for (int i = 0; i < Operations; i++)
        {
            AddressKey inside = AddressKey.From(networks[random.Next(networks.Length)].BaseAddress);
            _addresses[i] = random.Next(2) == 0 ? new AddressKey(inside.High, inside.Low | (byte)random.Next(256)) : NextAddress(random);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public int HashSetForEachLength()
    {
        int found = 0;
        foreach (AddressKey address in _addresses)
        {
            for (int length = IsIPv6 ? 128 : 32; length >= 0; length--)
            {
                if (_byLength[length] is HashSet<AddressKey> networks && networks.Contains(address.Mask(length, length)))
                {
                    found++;
                    break;
                }
            }
        }

        return found;
    }

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Contains()
    {
        int found = 0;
        foreach (AddressKey address in _addresses)
        {
            found += _set.Contains(address) ? 1 : 0;
        }

        return found;
    }

    /// <summary>As blocklists have them: from /16 to /32, and from /32 to /64.</summary>
    private IPNetwork NextNetwork(Random random)
    {
        int length = IsIPv6 ? random.Next(32, 65) : random.Next(16, 33);
        return new IPNetwork(NextAddress(random).Mask(length, length).ToIPAddress(), length);
    }

    private AddressKey NextAddress(Random random) => IsIPv6
        ? new AddressKey(0x2000_0000_0000_0000 | (ulong)random.NextInt64() >> 3, (ulong)random.NextInt64())
        : AddressKey.FromIPv4((uint)random.NextInt64(1L << 32));
}
