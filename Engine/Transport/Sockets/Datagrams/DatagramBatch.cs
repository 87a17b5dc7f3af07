// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets.Datagrams;

/// <summary>What was passed on since the last flush, so that shared counters are touched once per batch. Owner only.</summary>
internal struct DatagramBatch
{
    private int _toBackends;
    private long _bytesToBackends;
    private int _toClients;
    private long _bytesToClients;

    public void CountToBackend(int bytes)
    {
        _toBackends++;
        _bytesToBackends += bytes;
    }

    public void CountToClient(int bytes)
    {
        _toClients++;
        _bytesToClients += bytes;
    }

    public void Flush(DatagramCounters counters)
    {
        if (_toBackends > 0)
        {
            counters.CountToBackends(_toBackends, _bytesToBackends);
        }

        if (_toClients > 0)
        {
            counters.CountToClients(_toClients, _bytesToClients);
        }

        this = default;
    }
}
