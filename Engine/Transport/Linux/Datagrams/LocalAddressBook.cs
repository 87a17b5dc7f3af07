// SPDX-License-Identifier: MIT
using System.Collections.Concurrent;
using LbEngine.Transport.Linux.Interop;

namespace LbEngine.Transport.Linux.Datagrams;

/// <summary>
/// Numbers the addresses of this host that clients of one wildcard listener have used, so that a number can stand for one in a flow's key. Any
/// thread.
/// </summary>
internal sealed class LocalAddressBook
{
    private readonly ConcurrentDictionary<LocalAddress, ushort> _numbers = new();
    private int _last;

    /// <summary>The number of an address, from 1 on. A host with more than 65,534 addresses shares the last number among the rest.</summary>
    public ushort NumberOf(in LocalAddress address)
    {
        if (_numbers.TryGetValue(address, out ushort number))
        {
            return number;
        }

        if (Volatile.Read(ref _last) >= ushort.MaxValue - 1)
        {
            return ushort.MaxValue;
        }

        // Two threads may take a number for one address; one of them is then not used.
        return _numbers.GetOrAdd(address, (ushort)Math.Min(Interlocked.Increment(ref _last), ushort.MaxValue));
    }
}
