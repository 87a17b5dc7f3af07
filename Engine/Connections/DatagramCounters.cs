// SPDX-License-Identifier: MIT
namespace LbEngine.Connections;

/// <summary>What one UDP listener has passed on. Any thread; owners add once per batch, not per datagram.</summary>
internal sealed class DatagramCounters
{
    private long _toBackends;
    private long _bytesToBackends;
    private long _toClients;
    private long _bytesToClients;
    private long _dropped;

    public long ToBackends => Volatile.Read(ref _toBackends);

    public long BytesToBackends => Volatile.Read(ref _bytesToBackends);

    public long ToClients => Volatile.Read(ref _toClients);

    public long BytesToClients => Volatile.Read(ref _bytesToClients);

    public long Dropped => Volatile.Read(ref _dropped);

    public void CountToBackends(int datagrams, long bytes)
    {
        Interlocked.Add(ref _toBackends, datagrams);
        Interlocked.Add(ref _bytesToBackends, bytes);
    }

    public void CountToClients(int datagrams, long bytes)
    {
        Interlocked.Add(ref _toClients, datagrams);
        Interlocked.Add(ref _bytesToClients, bytes);
    }

    public void CountDropped(long datagrams) => Interlocked.Add(ref _dropped, datagrams);
}
